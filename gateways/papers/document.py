"""What stands on a patient's paper, before it is a PDF, a web page or plain text: all three say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of running text."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The one amount that the reader looks for."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Labels with amounts; the last row is the result."""

    headings: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; the last column holds amounts."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    named_cells: bool = False
    """As plain text each cell follows its heading, also in a table of three columns."""


Block = Lines | Figure | Sums | Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole paper."""

    language: str
    """Tag, such as ``en-US``."""
    title: str
    """Of the file; the reader sees ``heading``."""
    heading: str
    dated: date
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    footnote: str = ""
    footnote_language: str = ""
    """Tag of the footnote where it is in another language."""
