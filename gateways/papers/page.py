"""A page to write on: one plain layout for every paper, the same bytes for the same content."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

_MARGIN_MM = 20
_LINE_MM = 5.5
_DASHES = str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."})


class Page:
    """A letter-size document under construction."""

    def __init__(self, *, title: str, dated: date) -> None:
        self._pdf = FPDF(format="Letter", unit="mm")
        self._pdf.set_margin(_MARGIN_MM)
        self._pdf.set_title(latin(title))
        self._pdf.set_lang("en-US")
        # The only moment in the file is the paper's own date: a repeat is the same bytes.
        self._pdf.set_creation_date(datetime.combine(dated, time(12), UTC))
        self._pdf.add_page()
        self._pdf.set_font("Helvetica", size=10)

    def heading(self, text: str) -> None:
        """The paper's title."""
        self._pdf.set_font("Helvetica", style="B", size=16)
        self._write(text, 9)
        self._pdf.set_font("Helvetica", size=10)

    def section(self, text: str) -> None:
        """A bold line that opens a part."""
        self._pdf.ln(_LINE_MM / 2)
        self._pdf.set_font("Helvetica", style="B", size=11)
        self._write(text, _LINE_MM + 1)
        self._pdf.set_font("Helvetica", size=10)

    def paragraph(self, *lines: str) -> None:
        """Lines of running text."""
        for line in lines:
            self._write(line, _LINE_MM)
        self._pdf.ln(_LINE_MM / 2)

    def amount_box(self, label: str, amount: str) -> None:
        """The one figure that the reader looks for."""
        self._pdf.set_font("Helvetica", style="B", size=13)
        self._pdf.set_fill_color(235)
        width = self._pdf.epw
        self._pdf.cell(width * 0.7, 10, latin(label), fill=True)
        self._pdf.cell(width * 0.3, 10, latin(amount), fill=True, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(_LINE_MM / 2)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table; columns from the third on are figures and stand on the right."""
        aligns = tuple("L" if place < 2 else "R" for place in range(len(headings)))
        self._pdf.set_font("Helvetica", size=9)
        with self._pdf.table(
            col_widths=tuple(widths),
            text_align=aligns,
            line_height=_LINE_MM,
            headings_style=FontFace(emphasis="BOLD", fill_color=235),
            borders_layout="HORIZONTAL_LINES",
        ) as table:
            for cells in (headings, *rows):
                table.row([latin(cell) for cell in cells])
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(_LINE_MM / 2)

    def sums(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels and amounts in two columns on the right; the last row is the result."""
        width = self._pdf.epw
        for place, (label, amount) in enumerate(rows, start=1):
            is_last = place == len(rows)
            self._pdf.set_font("Helvetica", style="B" if is_last else "", size=10)
            self._pdf.set_x(self._pdf.l_margin + width * 0.35)
            self._pdf.cell(width * 0.45, _LINE_MM, latin(label), border="T" if is_last else 0)
            self._pdf.cell(
                width * 0.2,
                _LINE_MM,
                latin(amount),
                border="T" if is_last else 0,
                align="R",
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(_LINE_MM / 2)

    def render(self) -> bytes:
        """The finished PDF."""
        return bytes(self._pdf.output())

    def _write(self, text: str, height: float) -> None:
        self._pdf.multi_cell(0, height, latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def latin(text: str) -> str:
    """Text in the characters of the built-in fonts; a letter they lack loses its accent, or becomes ``?``."""
    plain = text.translate(_DASHES)
    return "".join(mark if _prints(mark) else _without_accent(mark) for mark in plain)


def _prints(mark: str) -> bool:
    return ord(mark) < 256


def _without_accent(mark: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", mark) if _prints(part))
    return bare or "?"


def dollars(cents: int) -> str:
    """``$1,234.56``, a minus sign in front of negative amounts."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def day(when: date) -> str:
    """``March 4, 2026``."""
    return f"{when:%B} {when.day}, {when.year}"
