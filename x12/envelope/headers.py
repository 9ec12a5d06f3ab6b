"""ISA, GS and TA1 elements to headers, with what is wrong in them."""

from __future__ import annotations

import re
from datetime import date, time

from x12.envelope.model import GroupHeader, InterchangeHeader
from x12.errors import X12Error
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import read_date, read_time
from x12.transactions.acknowledgement import InterchangeAcknowledgement

_QUALIFIERS = frozenset((*(f"{n:02}" for n in range(1, 39) if n not in (5, 6)), "NR", "SA", "SN", "ZZ"))


def interchange_header(
    elements: list[str], delimiters: Delimiters | None = None
) -> tuple[InterchangeHeader, list[X12Error]]:
    """The header of an ISA split at its separator (17 parts), and its errors."""
    errors: list[X12Error] = []

    def bad(code: str, element: int, expected: str) -> None:
        errors.append(X12Error(code=code, message=f"is {elements[element]!r}, expected {expected}", snip=1,
                               segment="ISA", position=1, element=element, value=elements[element]))

    for at in (5, 7):
        if elements[at].strip() not in _QUALIFIERS:
            bad("isa-qualifier", at, "an id qualifier such as ZZ or 30")
    for at in (6, 8):
        if not re.fullmatch(r"[ -~]+", elements[at]) or not elements[at].strip():
            bad("isa-identifier", at, "an id in printable characters")
        elif delimiters is not None and delimiters.characters & set(elements[at]):
            bad("isa-identifier", at, "an id without separators")
    if elements[1] not in ("00", "03"):
        bad("isa-qualifier", 1, "00 or 03")
    if elements[3] not in ("00", "01"):
        bad("isa-qualifier", 3, "00 or 01")
    day, moment = date.min, time()
    try:
        day = read_date("20" + elements[9])
    except ValueError:
        bad("isa-date", 9, "YYMMDD")
    try:
        if len(elements[10]) != 4:
            raise ValueError(elements[10])
        moment = read_time(elements[10])
    except ValueError:
        bad("isa-time", 10, "HHMM")
    if elements[12] != "00501":
        bad("isa-version", 12, "00501")
    if not re.fullmatch(r"[0-9]{9}", elements[13]):
        bad("isa-control-number", 13, "nine digits")
    if elements[14] not in ("0", "1"):
        bad("isa-acknowledgement", 14, "0 or 1")
    if elements[15] not in ("T", "P"):
        bad("isa-usage", 15, "T or P")
    return InterchangeHeader(
        sender_qualifier=elements[5], sender_id=elements[6].rstrip(), receiver_qualifier=elements[7],
        receiver_id=elements[8].rstrip(), date=day, time=moment, control_number=_number(elements[13]),
        acknowledgement_requested=elements[14] == "1", usage=elements[15], authorization_qualifier=elements[1],
        authorization=elements[2].rstrip(), security_qualifier=elements[3], security=elements[4].rstrip(),
    ), errors  # fmt: skip


def group_header(elements: list[str], position: int) -> tuple[GroupHeader, list[X12Error]]:
    """The header of a GS, and its errors."""
    errors: list[X12Error] = []
    parts = elements + [""] * (9 - len(elements))

    def bad(code: str, element: int, expected: str) -> None:
        errors.append(X12Error(code=code, message=f"is {parts[element]!r}, expected {expected}", snip=1,
                               segment="GS", position=position, element=element, value=parts[element]))

    day, moment = date.min, time()
    try:
        day = read_date(parts[4])
    except ValueError:
        bad("gs-date", 4, "CCYYMMDD")
    try:
        moment = read_time(parts[5])
    except ValueError:
        bad("gs-time", 5, "HHMM")
    if not re.fullmatch(r"[A-Z]{2}", parts[1]):
        bad("gs-unsupported", 1, "a functional id such as HC")
    for at in (2, 3):
        if not re.fullmatch(r"[ -~]{2,15}", parts[at].strip()):
            bad("gs-code", at, "a code of 2 to 15 characters")
    if not re.fullmatch(r"[0-9]{1,9}", parts[6]):
        bad("gs-control-number", 6, "one to nine digits")
    if parts[7] != "X":
        bad("gs-version", 7, "X")
    if not re.fullmatch(r"005010X[0-9]{3}([A-Z][0-9])?", parts[8]) or len(elements) > 9:
        bad("gs-version", 8, "a 005010 guide")
    return GroupHeader(functional_id=parts[1], sender_code=parts[2], receiver_code=parts[3], date=day, time=moment,
                       control_number=_number(parts[6]), version=parts[8]), errors  # fmt: skip


def read_acknowledgement(
    elements: list[str], position: int
) -> tuple[InterchangeAcknowledgement | None, list[X12Error]]:
    """A TA1, or None with the reason."""
    try:
        if len(elements) != 6 or elements[4] not in ("A", "E", "R") or not re.fullmatch(r"[0-9]{3}", elements[5]):
            raise ValueError("TA1 has five elements: number, date, time, A, E or R, note")
        if not re.fullmatch(r"[0-9]{9}", elements[1]) or len(elements[2]) != 6:
            raise ValueError("TA101 has nine digits, TA102 six")
        found = InterchangeAcknowledgement(
            control_number=int(elements[1]), date=read_date("20" + elements[2]), time=read_time(elements[3]),
            status=elements[4], note=elements[5],
        )  # fmt: skip
    except ValueError as problem:
        return None, [X12Error(code="ta1-unreadable", message=f"cannot be read: {problem}", snip=1, segment="TA1",
                               position=position)]  # fmt: skip
    return found, []


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
