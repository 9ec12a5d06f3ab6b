"""Typed transactions to bytes."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any

from x12.engine.compiled import compiled_guide
from x12.engine.guide import Guide
from x12.engine.loop_writer import LoopWriter
from x12.envelope.model import FunctionalGroup, InterchangeHeader, TransactionSet
from x12.errors import X12Error, X12Invalid
from x12.guides import guide_of
from x12.syntax.delimiters import STANDARD, Delimiters
from x12.syntax.values import write_date, write_time
from x12.transactions.acknowledgement import InterchangeAcknowledgement
from x12.validation.codes import SHAPES_ONLY, CodeLookup
from x12.validation.inspection import inspector


def write_interchange(
    header: InterchangeHeader,
    groups: Sequence[FunctionalGroup] = (),
    acknowledgements: Sequence[InterchangeAcknowledgement] = (),
    *,
    delimiters: Delimiters = STANDARD,
    codes: CodeLookup | None = SHAPES_ONLY,
    forgive: Container[str] = (),
) -> bytes:
    """Write one interchange: counts, HL and LX numbers are computed; control numbers are the caller's.

    Text is made upper case; everything must then lie in the X12 basic character set, hold no delimiter, and
    fit its element; situational rules, codes (as in `read_file`) and identifiers must hold. None for `codes` leaves
    those out; `forgive` names the codes of findings that the caller answers for.

    Raises X12Invalid naming each element that cannot be written.
    """
    errors: list[X12Error] = []
    _check_delimiters(delimiters, errors)
    segments = [_isa(header, delimiters, errors)]
    join = delimiters.element.join
    for answer in acknowledgements:
        _expect(errors, "TA1", 1, 0 <= answer.control_number < 10**9, str(answer.control_number))
        _expect(errors, "TA1", 4, answer.status in ("A", "E", "R"), answer.status)
        _expect(errors, "TA1", 5, bool(re.fullmatch(r"\d{3}", answer.note)), answer.note)
        day = write_date(answer.date)[2:]
        segments.append(join(("TA1", f"{answer.control_number:09}", day, write_time(answer.time)[:4], answer.status,
                              answer.note)))  # fmt: skip
    seen_groups: set[int] = set()
    for group in groups:
        number = group.header.control_number
        _expect(errors, "GS", 6, 0 < number < 10**9 and number not in seen_groups, str(number))
        seen_groups.add(number)
        segments += _group(group, delimiters, errors, codes, forgive)
    if not groups and not acknowledgements:
        errors.append(X12Error(code="iea-count", message="an interchange holds a group or a TA1", segment="IEA"))
    segments.append(join(("IEA", str(len(groups)), f"{header.control_number:09}")))
    if errors:
        raise X12Invalid(errors)
    terminator = delimiters.segment + ("" if delimiters.segment in "\r\n" else "\n")
    return (terminator.join(segments) + terminator).encode("latin-1")


def write_segments(content: Any, version: str = "", delimiters: Delimiters = STANDARD) -> list[str]:
    """The segments of one set between ST and SE, terminators left out.

    Raises X12Invalid naming each element that cannot be written.
    """
    writer = _written(_guide(content, version), content, delimiters)
    if writer.errors:
        raise X12Invalid(writer.errors)
    return writer.segments


def _guide(content: Any, version: str = "") -> Guide:
    guide = guide_of(content)
    if guide is None:
        raise X12Invalid([X12Error(code="unsupported-guide", message=f"cannot write {type(content).__name__}",
                                   segment="ST", element=1)])  # fmt: skip
    if version and version not in guide.versions:
        raise X12Invalid([X12Error(code="unsupported-guide", message=f"{guide.kind} cannot be {version}",
                                   segment="GS", element=8)])  # fmt: skip
    return guide


def _written(guide: Guide, content: Any, delimiters: Delimiters) -> LoopWriter:
    writer = LoopWriter(compiled_guide(guide, delimiters))
    if guide.claims_in and not any(True for _ in _claims(guide, content)):
        writer.errors.append(X12Error(code="no-claims", message="the set holds no claim", segment="ST", snip=2))
    writer.write(guide.tree(content) if guide.tree is not None else content)
    return writer


def _claims(guide: Guide, content: Any) -> Any:
    held = getattr(content, guide.claims_in)
    return held() if callable(held) else held


def _group(
    group: FunctionalGroup,
    delimiters: Delimiters,
    errors: list[X12Error],
    codes: CodeLookup | None,
    forgive: Container[str],
) -> list[str]:
    header = group.header
    if not group.transactions:
        errors.append(X12Error(code="ge-count", message="a group holds a transaction set", segment="GE", element=1))
        return []
    first = _guide(group.transactions[0].content, header.version)
    functional, version = header.functional_id or first.functional_id, header.version or first.versions[0]
    _expect(errors, "GS", 1, functional == first.functional_id, functional)
    for at, code in ((2, header.sender_code), (3, header.receiver_code)):
        _expect(errors, "GS", at, bool(re.fullmatch(r"[A-Z0-9 !\"&'()+,\-./;?=]{2,15}", code.upper()))
                and not delimiters.characters & set(code), code)  # fmt: skip
    join = delimiters.element.join
    segments = [join(("GS", functional, header.sender_code.upper(), header.receiver_code.upper(),
                      write_date(header.date), write_time(header.time), str(header.control_number), "X", version))]
    seen: set[str] = set()
    for transaction in group.transactions:
        guide = _guide(transaction.content, version)
        number = transaction.control_number
        _expect(errors, "ST", 2, bool(re.fullmatch(r"[A-Z0-9]{4,9}", number)) and number not in seen, number)
        seen.add(number)
        segments += _set(guide, transaction, version, delimiters, errors)
        look = inspector(guide.kind, codes, writing=True)
        if look is not None:
            found = look.content(transaction.content)
            errors += [error for error in found if error.severity == "error" and error.code not in forgive]
    segments.append(join(("GE", str(len(group.transactions)), str(header.control_number))))
    return segments


def _set(
    guide: Guide, transaction: TransactionSet, version: str, delimiters: Delimiters, errors: list[X12Error]
) -> list[str]:
    writer = _written(guide, transaction.content, delimiters)
    errors += writer.errors
    start = ["ST", guide.transaction, transaction.control_number, *([version] if guide.has_version else [])]
    join = delimiters.element.join
    end = join(("SE", str(len(writer.segments) + 2), transaction.control_number))
    return [join(start), *writer.segments, end]


def _isa(header: InterchangeHeader, delimiters: Delimiters, errors: list[X12Error]) -> str:
    texts = {
        1: (header.authorization_qualifier, 2), 2: (header.authorization, 10), 3: (header.security_qualifier, 2),
        4: (header.security, 10), 5: (header.sender_qualifier, 2), 6: (header.sender_id, 15),
        7: (header.receiver_qualifier, 2), 8: (header.receiver_id, 15),
    }  # fmt: skip
    out = ["ISA"]
    for at, (text, width) in texts.items():
        fits = len(text) <= width and (bool(text.strip()) or at in (2, 4))
        fits = fits and bool(re.fullmatch(r"[A-Z0-9 !\"&'()+,\-./;?=:_]*", text.upper()))
        _expect(errors, "ISA", at, fits and not delimiters.characters & set(text), text)
        out.append(text.upper().ljust(width))
    _expect(errors, "ISA", 9, 2000 <= header.date.year < 2100, str(header.date))
    _expect(errors, "ISA", 13, 0 < header.control_number < 10**9, str(header.control_number))
    _expect(errors, "ISA", 15, header.usage in ("T", "P"), header.usage)
    out += [write_date(header.date)[2:], write_time(header.time)[:4], delimiters.repetition, "00501",
            f"{header.control_number:09}", "1" if header.acknowledgement_requested else "0", header.usage,
            delimiters.component]  # fmt: skip
    return delimiters.element.join(out)


def _check_delimiters(delimiters: Delimiters, errors: list[X12Error]) -> None:
    four = (delimiters.element, delimiters.repetition, delimiters.component, delimiters.segment)
    good = len(set(four)) == 4 and all(
        len(char) == 1 and not char.isalnum() and char not in " -." and ord(char) < 256 for char in four
    )
    _expect(errors, "ISA", 16, good, repr(four))


def _expect(errors: list[X12Error], segment: str, element: int, good: bool, value: str) -> None:
    if not good:
        errors.append(X12Error(code="element-character", message=f"{value!r} cannot be written", segment=segment,
                               element=element, value=value))  # fmt: skip
