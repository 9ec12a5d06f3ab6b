"""Lines and cells of a file, with the line's number for whoever must mend it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime

from edi.errors import EdiError


class ReferenceFileRefused(EdiError):
    """A file that is not what it should be: which line, and what was expected there."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(f"line {line}: expected {expected}; nothing was loaded")
        self.line = line


def text_of(content: bytes) -> str:
    """The file's text: UTF-8, else the Windows letters that CMS often uses."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def numbered(content: bytes) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with their numbers."""
    for number, line in enumerate(text_of(content).splitlines(), start=1):
        if line.strip():
            yield number, line


def cells_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows of a file with commas or tabs, with the numbers of their lines; cells without blanks around them.

    Raises:
        ReferenceFileRefused: a row cannot be read.
    """
    text = text_of(content)
    head = text[:4000]
    reader = csv.reader(text.splitlines(), delimiter="\t" if head.count("\t") > head.count(",") else ",")
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReferenceFileRefused(reader.line_num, f"a row of cells ({error})") from None
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield reader.line_num, stripped


def named(content: bytes, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows under a header in line 1, by the names of its columns in small letters.

    Raises:
        ReferenceFileRefused: the header lacks a column, or a row has more cells than it.
    """
    rows = cells_of(content)
    number, header = next(rows, (1, []))
    names = [re.sub(r"[^a-z]+", "_", name.lower()).strip("_") for name in header]
    if missing := [name for name in required if name not in names]:
        raise ReferenceFileRefused(number, f"a header with the columns {', '.join(required)} (no {missing[0]})")
    for number, cells in rows:
        if len(cells) > len(names):
            raise ReferenceFileRefused(number, f"{len(names)} cells as the header has, not {len(cells)}")
        yield number, dict(zip(names, cells, strict=False))


def day(text: str, line: int, what: str, *, optional: bool = False) -> date | None:
    """A day as 20261031, 2026-10-31 or 10/31/2026; empty or ``*`` is none where that may be.

    Raises:
        ReferenceFileRefused: it is no day.
    """
    if optional and text in ("", "*"):
        return None
    for form in ("%Y%m%d", "%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise ReferenceFileRefused(line, f"{what} as 20261031, 2026-10-31 or 10/31/2026")
