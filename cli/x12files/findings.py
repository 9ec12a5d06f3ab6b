"""Findings as a compiler tells them: place, what was found and expected, code, and the segment with a mark."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from x12.envelope.model import TransactionSet, X12File
    from x12.errors import X12Error
    from x12.syntax.delimiters import Delimiters

SHOWN = 150
"""Characters of a segment that are shown around what is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment as it stands in the file; `number` counts from 1 over the whole file."""

    number: int
    text: str
    delimiters: Delimiters


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One error with the segment it lies in (None for the file as a whole) and the set it belongs to."""

    error: X12Error
    segment: Segment | None = None
    within: str = ""

    def lines(self, file: str) -> Iterator[str]:
        """The finding in one to four lines."""
        error = self.error
        number = f":{self.segment.number}" if self.segment else ""
        place = f"{error.place}: " if error.place else ""
        message = error.message.removeprefix(f"{error.place} ")
        yield f"{file}{number}: {error.severity}: {place}{message} [{error.code}, SNIP {error.snip}]"
        if self.within:
            loop = f", loop {error.loop}" if error.loop else ""
            yield f"    {self.within}, segment {error.position}{loop}"
        if self.segment is not None and self.segment.text:
            yield from _marked(self.segment, error)


def findings(data: bytes, file: X12File) -> list[Finding]:
    """Every error of a file that was read from `data`, in the order of the file."""
    places = dict(_segments(data))
    found = [Finding(error=error) for error in file.errors]
    for ordinal, interchange in enumerate(file.interchanges, 1):
        outside = chain(interchange.errors, *(group.errors for group in interchange.groups))
        inside = [Finding(error=error, segment=places.get((ordinal, error.position))) for error in outside]
        for group in interchange.groups:
            for transaction in group.transactions:
                inside += _of_set(transaction, ordinal, places)
        found += sorted(inside, key=lambda one: one.segment.number if one.segment else 0)
    return found


def why_not_x12(file: X12File) -> str:
    """What a file without an interchange is instead."""
    return "; ".join(error.message for error in file.errors) or "it holds no interchange (ISA)"


def _of_set(transaction: TransactionSet, ordinal: int, places: Mapping[tuple[int, int], Segment]) -> Iterator[Finding]:
    within = f"{transaction.kind or 'set'} {transaction.control_number}".rstrip()
    for error in transaction.errors:
        at = transaction.position + error.position - 1
        yield Finding(error=error, segment=places.get((ordinal, at)), within=within)


def _segments(data: bytes) -> Iterator[tuple[tuple[int, int], Segment]]:
    """Each segment by its interchange and its place there, both counted from 1."""
    from x12.syntax.tokenizer import Tokenizer

    tokens = Tokenizer(io.BytesIO(data))
    interchange = place = 0
    for number, text in enumerate(tokens, 1):
        if text.startswith("ISA"):
            interchange, place = interchange + 1, 0
        place += 1
        assert tokens.delimiters is not None
        yield (interchange, place), Segment(number=number, text=text, delimiters=tokens.delimiters)


def _marked(segment: Segment, error: X12Error) -> Iterator[str]:
    start, end = _span(segment, error)
    first = max(0, start - SHOWN // 2)
    text = "".join(char if char.isprintable() else "?" for char in segment.text[first : first + SHOWN])
    before = "... " if first else ""
    after = " ..." if first + SHOWN < len(segment.text) else ""
    yield f"    {before}{text}{after}"
    if error.element:
        width = min(max(end - start, 1), SHOWN - (start - first))
        yield f"    {' ' * (len(before) + start - first)}{'^' * width}"


def _span(segment: Segment, error: X12Error) -> tuple[int, int]:
    """Where the element or component stands in the segment; its end where it is missing."""
    start, end = _part(segment.text, segment.delimiters.element, error.element, 0, len(segment.text))
    if error.component:
        start, end = _part(segment.text, segment.delimiters.component, error.component - 1, start, end)
    return start, end


def _part(text: str, separator: str, number: int, start: int, end: int) -> tuple[int, int]:
    for _ in range(number):
        at = text.find(separator, start, end)
        if at < 0:
            return end, end
        start = at + 1
    at = text.find(separator, start, end)
    return start, end if at < 0 else at
