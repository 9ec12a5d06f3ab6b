"""TA1 and 999: what the clearinghouse says of the form of an interchange."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import x12

DUPLICATE = "025"
"""TA105: duplicate interchange control number."""

_NOTES = (
    ("control-number", "001"),
    ("group-count", "021"),
    ("missing-trailer", "023"),
)
"""Part of a finding's code to TA105; anything else is 022, invalid control structure."""


def interchange_acknowledgement(
    received: x12.Interchange, *, duplicate: bool
) -> x12.InterchangeAcknowledgement:
    """The TA1 that answers an interchange."""
    broken = [error for error in received.errors if error.severity == "error"]
    note = DUPLICATE if duplicate else _note(broken[0]) if broken else "000"
    return x12.InterchangeAcknowledgement(
        control_number=received.header.control_number,
        date=received.header.date,
        time=received.header.time,
        status="A" if note == "000" else "R",
        note=note,
    )


def _note(error: x12.X12Error) -> str:
    return next((note for part, note in _NOTES if part in error.code), "022")


def implementation_acknowledgement(group: x12.FunctionalGroup) -> x12.ImplementationAcknowledgement:
    """The 999 that answers a functional group: each set accepted (A) or rejected (R), the group A, P or R."""
    answers = tuple(_transaction(group, transaction) for transaction in group.transactions)
    accepted = sum(answer.status == "A" for answer in answers)
    group_broken = any(error.severity == "error" for error in group.errors)
    some = "A" if accepted == len(answers) else "P"
    status = "R" if group_broken or not accepted else some
    return x12.ImplementationAcknowledgement(
        functional_id=group.header.functional_id,
        control_number=group.header.control_number,
        version=group.header.version,
        transactions=answers,
        status=status,
        included=len(answers),
        received=len(answers),
        accepted=0 if status == "R" else accepted,
        codes=("5",) if group_broken else (),
    )


def _transaction(
    group: x12.FunctionalGroup, transaction: x12.TransactionSet
) -> x12.TransactionAcknowledgement:
    errors = [error for error in transaction.errors if error.severity == "error"]
    return x12.TransactionAcknowledgement(
        transaction=transaction.kind[:3],
        control_number=transaction.control_number,
        version=transaction.version or group.header.version,
        segments=tuple(_segments(errors)),
        status="R" if errors or transaction.content is None else "A",
        codes=("5",) if errors else (),
    )


def _segments(errors: Iterable[x12.X12Error]) -> Iterable[x12.SegmentError]:
    ordered = sorted(errors, key=lambda error: (error.position, error.segment, error.element))
    for (position, segment), found in groupby(ordered, key=lambda error: (error.position, error.segment)):
        members = tuple(found)
        elements = tuple(
            x12.ElementError(
                element=error.element, component=error.component or None, code=_element_code(error)
            )
            for error in members
            if error.element
        )
        yield x12.SegmentError(
            segment=segment or "SE",
            position=max(position, 1),
            loop=members[0].loop,
            code="8" if elements else "3" if "missing" in members[0].code else "2",
            elements=elements,
        )


def _element_code(error: x12.X12Error) -> str:
    """IK403 of a finding; its value is never repeated back: it may be protected data."""
    words = {"missing": "1", "short": "4", "long": "5", "character": "6", "date": "8"}
    return next((code for word, code in words.items() if word in error.code), "7")
