"""The TA1 and the 999 that answer an inbound interchange."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time

from x12.envelope.model import FunctionalGroup, GroupHeader, Interchange, InterchangeHeader, TransactionSet
from x12.error_codes import (
    ELEMENT_CODES,
    GROUP_CODES,
    INTERCHANGE_NOTES,
    SEGMENT_CODES,
    TRANSACTION_CODES,
)
from x12.errors import X12Error
from x12.transactions.acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
    TransactionAcknowledgement,
)
from x12.writing import write_interchange

# what is echoed must be writable: a broken identifier in the file must not stop its own rejection
_FUNCTIONAL = re.compile(r"[A-Z0-9]{2}")
_VERSION = re.compile(r"[A-Z0-9]{1,12}")
_NUMBER = re.compile(r"[A-Z0-9]{4,9}")
_CODE = re.compile(r"[A-Z0-9 &'(),\-./;?=]{2,15}")
_FROM_TRANSACTION = re.compile(r"\d{3}")


def interchange_acknowledgement(interchange: Interchange) -> InterchangeAcknowledgement:
    """The TA1 of an interchange: R with the note of the first error of its ISA or IEA, else A with 000."""
    header = interchange.header
    errors = [error for error in interchange.errors if error.severity == "error"]
    note = next((INTERCHANGE_NOTES.get(error.code, "022") for error in errors), "000")
    return InterchangeAcknowledgement(
        control_number=header.control_number, date=header.date, time=header.time, note=note,
        status="R" if errors else "A",
    )  # fmt: skip


def group_acknowledgement(group: FunctionalGroup) -> ImplementationAcknowledgement:
    """The 999 of a group. AK901 is A when all its sets are accepted, P when some are, R when none is or when the
    group itself is wrong; warnings do not count."""
    answers = tuple(transaction_acknowledgement(one) for one in group.transactions)
    errors = [error for error in group.errors if error.severity == "error"]
    accepted = 0 if errors else sum(answer.status != "R" for answer in answers)
    status = "R" if not accepted else "A" if accepted == len(answers) else "P"
    header = group.header
    return ImplementationAcknowledgement(
        functional_id=header.functional_id if _FUNCTIONAL.fullmatch(header.functional_id) else "ZZ",
        control_number=header.control_number, version=header.version if _VERSION.fullmatch(header.version) else "",
        transactions=answers, status=status, included=group.declared_sets or len(answers), received=len(answers),
        accepted=accepted, codes=_first(GROUP_CODES[error.code] for error in errors if error.code in GROUP_CODES),
    )  # fmt: skip


def transaction_acknowledgement(transaction: TransactionSet) -> TransactionAcknowledgement:
    """AK2 to IK5 of a set: R with everything found when there is an error, else A."""
    errors = [error for error in transaction.errors if error.severity == "error"]
    own = [TRANSACTION_CODES[error.code] for error in errors if error.code in TRANSACTION_CODES]
    inner = [error for error in errors if error.code not in TRANSACTION_CODES]
    if any(error.snip <= 1 for error in inner):
        own.append("5")
    if any(error.snip > 1 for error in inner):
        own.append("I5")
    kind = _FROM_TRANSACTION.match(transaction.kind)
    number = transaction.control_number
    return TransactionAcknowledgement(
        transaction=kind.group() if kind else "000",
        control_number=number if _NUMBER.fullmatch(number) else "0000",
        version=transaction.version if _VERSION.fullmatch(transaction.version) else "",
        segments=_segments(inner), status="R" if errors else "A", codes=_first(own),
    )  # fmt: skip


def answer_header(
    interchange: Interchange, *, control_number: int, day: date, moment: time
) -> InterchangeHeader:
    """The ISA of the answer: sender and receiver change places, the usage indicator stays."""
    header = interchange.header
    return InterchangeHeader(
        sender_qualifier=header.receiver_qualifier, sender_id=header.receiver_id,
        receiver_qualifier=header.sender_qualifier, receiver_id=header.sender_id, control_number=control_number,
        date=day, time=moment, usage=header.usage,
    )  # fmt: skip


def acknowledge(
    interchange: Interchange, *, control_number: int, group_control_number: int, day: date, moment: time
) -> bytes:
    """The interchange that answers this one: its TA1, and one 999 for each group unless the interchange is
    rejected as a whole. Groups which hold acknowledgements (FA) are not acknowledged in turn.

    Raises X12Invalid when the inbound ISA is so broken that no answer can be addressed.
    """
    answer = interchange_acknowledgement(interchange)
    groups = []
    to_answer = [group for group in interchange.groups if group.header.functional_id != "FA"]
    if answer.status != "R" and to_answer:
        sets = tuple(
            TransactionSet(control_number=f"{at:04}", content=group_acknowledgement(group))
            for at, group in enumerate(to_answer, 1)
        )
        theirs = to_answer[0].header
        outer = interchange.header
        header = GroupHeader(
            sender_code=_code(theirs.receiver_code, outer.receiver_id),
            receiver_code=_code(theirs.sender_code, outer.sender_id),
            date=day, time=moment, control_number=group_control_number,
        )  # fmt: skip
        groups.append(FunctionalGroup(header=header, transactions=sets))
    header_out = answer_header(interchange, control_number=control_number, day=day, moment=moment)
    return write_interchange(header_out, groups, [answer])


def _code(code: str, otherwise: str) -> str:
    return code if _CODE.fullmatch(code.upper()) else otherwise.ljust(2)


def _segments(errors: Sequence[X12Error]) -> tuple[SegmentError, ...]:
    by_place: dict[tuple[int, str, str, str], list[X12Error]] = {}
    for error in errors:
        code = SEGMENT_CODES.get(error.code, "8")
        by_place.setdefault((error.position, error.segment, error.loop, code), []).append(error)
    return tuple(
        SegmentError(
            segment=segment if re.fullmatch(r"[A-Z0-9]{2,3}", segment) else "ZZZ",
            position=max(position, 1),
            loop=loop if loop != "ST" else "",
            code=code,
            elements=tuple(_element(error) for error in found if error.element) if code == "8" else (),
        )
        for (position, segment, loop, code), found in by_place.items()
    )


def _element(error: X12Error) -> ElementError:
    value = error.value.upper()[:99]
    return ElementError(
        element=error.element,
        component=error.component or None,
        # balancing has no code of its own: the value fails the guide's pattern
        code=ELEMENT_CODES.get(error.code, "I12"),
        value=value if re.fullmatch(r"[A-Z0-9 !\"&'(),\-./;?=]*", value) else "",
    )


def _first(codes: Iterable[str]) -> tuple[str, ...]:
    """At most five different codes, in order."""
    return tuple(dict.fromkeys(codes))[:5]
