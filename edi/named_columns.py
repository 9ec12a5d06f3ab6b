"""CSV files of others: columns found by name, in any order; a bad row is named and never holds back the others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from edi.errors import UnexpectedContent

T = TypeVar("T")
Spellings = Mapping[str, frozenset[str]]
"""Our name of a column and how others write it: small letters, blanks between words."""
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that could not be read. The text quotes nothing of the row but its number and column."""

    row: int
    """Line of the file, the header being line 1."""
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}"


@dataclass(slots=True, kw_only=True)
class Row:
    """One row on its way to become something of ours."""

    number: int
    _cells: Sequence[str]
    _places: Mapping[str, Sequence[int]]
    problems: list[RowProblem] = field(default_factory=list)

    def text(self, column: str) -> str:
        """The first cell that says something in the columns of this name; empty when none does."""
        said = (self._cells[place].strip() for place in self._places.get(column, ()) if place < len(self._cells))
        return next(filter(None, said), "")

    def value(self, column: str, convert: Callable[[str], T], otherwise: T) -> T:
        """The converted cell; ``otherwise`` and a problem where ``convert`` raises ``ValueError``."""
        try:
            return convert(self.text(column))
        except ValueError as error:
            self.refuse(column, str(error))
            return otherwise

    def refuse(self, column: str, message: str) -> None:
        """Keep a problem: the row is left out."""
        self.problems.append(RowProblem(row=self.number, column=column, message=message))


def places_of(header: Sequence[str], spellings: Spellings) -> dict[str, list[int]]:
    """Where each known column stands; a file may have several for one of ours (trace and check number)."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        words = " ".join(re.split(r"[^a-z]+", cell.strip().lower())).strip()
        for name, known in spellings.items():
            if words in known:
                found.setdefault(name, []).append(place)
    return found


def first_line_names(content: bytes, spellings: Spellings, wanted: Sequence[str]) -> bool:
    """Whether the first line of a file names all these columns. Never raises."""
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n", 1)[0]
    try:
        found = places_of(next(csv.reader([head.strip()]), []), spellings)
    except csv.Error:
        return False
    return all(name in found for name in wanted)


def rows(content: bytes, spellings: Spellings, required: Sequence[str], what: str) -> Iterator[Row]:
    """The rows that are not empty; one that cannot be read as CSV comes as a row with its problem, the last.

    Raises:
        UnexpectedContent: it is not UTF-8, or a required column is missing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedContent(f"{what} is not UTF-8 (byte {error.start})") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        places = places_of(next(reader, []), spellings)
    except csv.Error as error:
        raise UnexpectedContent(f"line 1 of {what} cannot be read ({error})") from None
    if missing := [name for name in required if name not in places]:
        raise UnexpectedContent(
            f"line 1 of {what} must name its columns ({', '.join(spellings)}): {' and '.join(missing)} not found"
        )
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(number=reader.line_num, _cells=cells, _places=places)
    except csv.Error as error:
        broken = Row(number=reader.line_num, _cells=(), _places=places)
        broken.refuse("row", f"cannot be read ({error}); nothing after it was read")
        yield broken


def day(text: str) -> date:
    """A calendar day.

    Raises:
        ValueError: it is none.
    """
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise ValueError("must be a date, as 2026-10-31 or 10/31/2026")


def at_most(length: int) -> Callable[[str], str]:
    """Printable text of a limited length, as a converter."""

    def convert(text: str) -> str:
        if len(text) > length or not text.isprintable():
            raise ValueError(f"must be at most {length} printable characters")
        return text

    return convert
