"""TA1 and 999: what the clearinghouse says of the form of an interchange."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import x12
from x12.error_codes import (
    ELEMENT_CODES,
    GROUP_CODES,
    INTERCHANGE_NOTES,
    SEGMENT_CODES,
    TRANSACTION_CODES,
)

DUPLICATE = INTERCHANGE_NOTES["isa-duplicate"]
INVALID_STRUCTURE = "022"
SEGMENTS_IN_ERROR = "5"
SEGMENT_HAS_ELEMENT_ERRORS = "8"
IMPLEMENTATION_PATTERN, IMPLEMENTATION_ELEMENT_PATTERN = "I6", "I12"
"""IK304 and IK403 of a finding that has no code of its own, such as one of balancing."""


def interchange_acknowledgement(received: x12.Interchange, *, duplicate: bool) -> x12.InterchangeAcknowledgement:
    """The TA1 that answers an interchange."""
    broken = [error.code for error in received.errors if error.severity == "error"]
    note = INTERCHANGE_NOTES.get(broken[0], INVALID_STRUCTURE) if broken else "000"
    if duplicate:
        note = DUPLICATE
    return x12.InterchangeAcknowledgement(
        control_number=received.header.control_number,
        date=received.header.date,
        time=received.header.time,
        status="A" if note == "000" else "R",
        note=note,
    )


def implementation_acknowledgement(group: x12.FunctionalGroup) -> x12.ImplementationAcknowledgement:
    """The 999 that answers a functional group: each set accepted (A) or rejected (R), the group A, P or R."""
    answers = tuple(_transaction(group, transaction) for transaction in group.transactions)
    accepted = sum(answer.status == "A" for answer in answers)
    broken = [error.code for error in group.errors if error.severity == "error"]
    some = "A" if accepted == len(answers) else "P"
    status = "R" if broken or not accepted else some
    return x12.ImplementationAcknowledgement(
        functional_id=group.header.functional_id,
        control_number=group.header.control_number,
        version=group.header.version,
        transactions=answers,
        status=status,
        included=len(answers),
        received=len(answers),
        accepted=0 if status == "R" else accepted,
        codes=tuple(dict.fromkeys(GROUP_CODES.get(code, "1") for code in broken))[:5],
    )


def _transaction(group: x12.FunctionalGroup, transaction: x12.TransactionSet) -> x12.TransactionAcknowledgement:
    errors = [error for error in transaction.errors if error.severity == "error"]
    return x12.TransactionAcknowledgement(
        transaction=transaction.kind[:3],
        control_number=transaction.control_number,
        version=transaction.version or group.header.version,
        segments=tuple(_segments(error for error in errors if error.code not in TRANSACTION_CODES)),
        status="R" if errors or transaction.content is None else "A",
        codes=_transaction_codes(errors),
    )


def _transaction_codes(errors: Iterable[x12.X12Error]) -> tuple[str, ...]:
    """IK502 to IK506."""
    codes = (TRANSACTION_CODES.get(error.code, SEGMENTS_IN_ERROR) for error in errors)
    return tuple(dict.fromkeys(codes))[:5]


def _segments(errors: Iterable[x12.X12Error]) -> Iterable[x12.SegmentError]:
    """IK3 and IK4. A value is never repeated back: it may be protected data."""
    ordered = sorted(errors, key=lambda error: (error.position, error.segment, error.element))
    for (position, segment), found in groupby(ordered, key=lambda error: (error.position, error.segment)):
        members = tuple(found)
        elements = tuple(
            x12.ElementError(
                element=error.element,
                component=error.component or None,
                code=ELEMENT_CODES.get(error.code, IMPLEMENTATION_ELEMENT_PATTERN),
            )
            for error in members
            if error.element
        )
        whole = [SEGMENT_CODES.get(e.code, IMPLEMENTATION_PATTERN) for e in members if not e.element]
        yield x12.SegmentError(
            segment=segment or "SE",
            position=max(position, 1),
            loop=members[0].loop,
            code=whole[0] if whole else SEGMENT_HAS_ELEMENT_ERRORS,
            elements=elements,
        )
