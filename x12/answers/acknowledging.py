"""The TA1 and the 999 that answer an inbound interchange."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time

from x12.answers.implementation_errors import implementation_codes, segment_errors
from x12.envelope.model import FunctionalGroup, GroupHeader, Interchange, InterchangeHeader, TransactionSet, X12File
from x12.error_codes import (
    ACCEPTED_WITH_ERRORS,
    CALLER_NOTES,
    CONSEQUENCES,
    GROUP_CODES,
    INTERCHANGE_ELEMENT_NOTES,
    INTERCHANGE_NOTES,
    NOTED_IN_A_GROUP,
    TRANSACTION_CODES,
    UNTOLD,
)
from x12.transactions.acknowledgement import (
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    TransactionAcknowledgement,
)
from x12.writing import write_interchange

# what is echoed must be writable: a broken identifier in the file must not stop its own rejection
_FUNCTIONAL = re.compile(r"[A-Z0-9]{2}")
_VERSION = re.compile(r"[A-Z0-9]{1,12}")
_NUMBER = re.compile(r"[A-Z0-9]{4,9}")
_CODE = re.compile(r"[A-Z0-9 &'(),\-./;?=]{2,15}")
_FROM_TRANSACTION = re.compile(r"\d{3}")
_ACKNOWLEDGEMENTS = "FA"


def interchange_acknowledgement(interchange: Interchange, *, refusal: str = "") -> InterchangeAcknowledgement:
    """The TA1 of an interchange: A with note 000; E where a fault of its headers does not stop it from being taken
    (`error_codes.ACCEPTED_WITH_ERRORS`); else R, with the note of the first fault that rejects.

    `refusal` is what only the caller knows: 025 it came before, 009 it is for somebody else, 011 or 013 the password
    is wrong. Raises ValueError for any other.
    """
    if refusal and refusal not in CALLER_NOTES:
        raise ValueError(f"{refusal!r} is no note a caller may give, expected one of {', '.join(sorted(CALLER_NOTES))}")
    notes = [refusal] if refusal else list(_notes(interchange))
    rejecting = [note for note in notes if refusal or note not in ACCEPTED_WITH_ERRORS]
    header = interchange.header
    return InterchangeAcknowledgement(
        control_number=header.control_number, date=header.date, time=header.time,
        status="R" if rejecting else "E" if notes else "A", note=(rejecting or notes or ["000"])[0],
    )  # fmt: skip


def _notes(interchange: Interchange) -> Iterable[str]:
    for error in interchange.errors:
        if error.severity == "error":
            yield INTERCHANGE_ELEMENT_NOTES.get((error.code, error.element)) or INTERCHANGE_NOTES.get(error.code, "022")
    for group in interchange.groups:  # what AK905 has no code for
        for error in group.errors:
            if error.severity == "error" and error.code not in GROUP_CODES:
                yield INTERCHANGE_NOTES.get(error.code, "022")


def group_acknowledgement(group: FunctionalGroup, *, echo: bool = True) -> ImplementationAcknowledgement:
    """The 999 of a group. AK901 is A when all its sets are accepted, E when some of them with errors noted, P when
    some are rejected, R when all are or when the group itself is wrong (AK905). Without `echo` no value of the file
    is repeated in IK404."""
    answers = tuple(transaction_acknowledgement(one, echo=echo) for one in group.transactions)
    wrong = [one.code for one in group.errors if one.severity == "error" and one.code not in NOTED_IN_A_GROUP]
    accepted = 0 if wrong else sum(answer.status != "R" for answer in answers)
    noted = any(answer.status == "E" for answer in answers)
    status = "R" if not accepted else "P" if accepted < len(answers) else "E" if noted else "A"
    header = group.header
    return ImplementationAcknowledgement(
        functional_id=header.functional_id if _FUNCTIONAL.fullmatch(header.functional_id) else "ZZ",
        control_number=header.control_number, version=header.version if _VERSION.fullmatch(header.version) else "",
        transactions=answers, status=status, included=group.declared_sets or len(answers), received=len(answers),
        accepted=accepted, codes=_first(GROUP_CODES[code] for code in wrong if code in GROUP_CODES),
    )  # fmt: skip


def transaction_acknowledgement(transaction: TransactionSet, *, echo: bool = True) -> TransactionAcknowledgement:
    """AK2 to IK5 of a set: R when there is an error, E when there are warnings a sender could mend, else A; with
    everything found."""
    told = [error for error in transaction.errors if error.severity == "error" or error.code not in UNTOLD]
    if any(error.severity == "error" and error.code not in CONSEQUENCES for error in told):
        told = [error for error in told if error.code not in CONSEQUENCES]
    rejected = any(error.severity == "error" for error in told)
    own = [TRANSACTION_CODES[error.code] for error in told if error.code in TRANSACTION_CODES]
    segments = segment_errors(transaction, (one for one in told if one.code not in TRANSACTION_CODES), echo=echo)
    kind = _FROM_TRANSACTION.match(transaction.kind)
    number = transaction.control_number
    return TransactionAcknowledgement(
        transaction=kind.group() if kind else "000",
        control_number=number if _NUMBER.fullmatch(number) else "0000",
        version=transaction.version if _VERSION.fullmatch(transaction.version) else "",
        segments=segments, status="R" if rejected else "E" if told else "A",
        codes=_first((*own, *implementation_codes(segments))),
    )  # fmt: skip


def answer_header(
    interchange: Interchange, *, control_number: int, day: date, moment: time
) -> InterchangeHeader:
    """The ISA of the answer: sender and receiver change places, the usage indicator stays."""
    header = interchange.header
    return InterchangeHeader(
        sender_qualifier=header.receiver_qualifier, sender_id=header.receiver_id,
        receiver_qualifier=header.sender_qualifier, receiver_id=header.sender_id, control_number=control_number,
        date=day, time=moment, usage=header.usage if header.usage in ("T", "P") else "P",
    )  # fmt: skip


def acknowledge(
    interchange: Interchange,
    *,
    control_number: int,
    group_control_number: int,
    day: date,
    moment: time,
    refusal: str = "",
    echo: bool = True,
) -> bytes:
    """The interchange that answers this one: its TA1, and one 999 for each group unless the interchange is
    rejected as a whole; `refusal` as in `interchange_acknowledgement`, `echo` as in `group_acknowledgement`.

    Groups which hold acknowledgements (FA) are not acknowledged in turn; an interchange of nothing but TA1 gets no
    answer (empty bytes), or two systems would answer each other for ever.

    Raises X12Invalid when the inbound ISA is so broken that no answer can be addressed.
    """
    if interchange.acknowledgements and not interchange.groups:
        return b""
    answer = interchange_acknowledgement(interchange, refusal=refusal)
    groups = []
    to_answer = [group for group in interchange.groups if group.header.functional_id != _ACKNOWLEDGEMENTS]
    if answer.status != "R" and to_answer:
        sets = tuple(
            TransactionSet(control_number=f"{at:04}", content=group_acknowledgement(group, echo=echo))
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


def acknowledge_file(file: X12File, *, control_number: int, day: date, moment: time) -> tuple[bytes, ...]:
    """What answers each interchange of a file, in order, control numbers counting on from the one given; those that
    need no answer are left out.

    Raises X12Invalid when an ISA is so broken that no answer can be addressed.
    """
    answers: list[bytes] = []
    for interchange in file.interchanges:
        number = control_number + len(answers)
        answer = acknowledge(
            interchange, control_number=number, group_control_number=number, day=day, moment=moment
        )
        if answer:
            answers.append(answer)
    return tuple(answers)


def _code(code: str, otherwise: str) -> str:
    return code if _CODE.fullmatch(code.upper()) else otherwise.ljust(2)


def _first(codes: Iterable[str]) -> tuple[str, ...]:
    """At most five different codes, in order."""
    return tuple(dict.fromkeys(codes))[:5]
