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
_COMPACT_MARGIN_MM = 15
_COMPACT_LINE_MM = 4.6
_KEPT_TOGETHER = 4
"""Lines that must follow the title of a part on its page."""
_FOOT_MM = 12
_DASHES = str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."})


class Page:
    """A letter-size document under construction."""

    def __init__(self, *, title: str, dated: date, language: str = "en-US", compact: bool = False) -> None:
        """``compact``: less air, for a paper that should stay on one page."""
        self._pdf = FPDF(format="Letter", unit="mm")
        self._line = _COMPACT_LINE_MM if compact else _LINE_MM
        self._pdf.set_margin(_COMPACT_MARGIN_MM if compact else _MARGIN_MM)
        self._pdf.set_auto_page_break(auto=True, margin=_COMPACT_MARGIN_MM if compact else _MARGIN_MM)
        self._pdf.set_title(latin(title))
        self._pdf.set_lang(language)
        # The only moment in the file is the paper's own date: a repeat is the same bytes.
        self._at = datetime.combine(dated, time(12), UTC)
        self._pdf.set_creation_date(self._at)
        self._pdf.add_page()
        self._pdf.set_font("Helvetica", size=10)

    def heading(self, text: str) -> None:
        """The paper's title."""
        self._pdf.set_font("Helvetica", style="B", size=16)
        self._write(text, 9)
        self._pdf.set_font("Helvetica", size=10)

    def section(self, text: str) -> None:
        """A bold line that opens a part; never alone at the foot of a page."""
        self._pdf.ln(self._line / 2)
        if self._pdf.will_page_break(self._line * _KEPT_TOGETHER):
            self._pdf.add_page()
        self._pdf.set_font("Helvetica", style="B", size=11)
        self._write(text, self._line + 1)
        self._pdf.set_font("Helvetica", size=10)

    def paragraph(self, *lines: str) -> None:
        """Lines of running text."""
        for line in lines:
            self._write(line, self._line)
        self._pdf.ln(self._line / 2)

    def beside(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Two short columns next to each other, such as sender and receiver."""
        width, top = self._pdf.epw / 2, self._pdf.get_y()
        ends = []
        for place, lines in enumerate((left, right)):
            self._pdf.set_xy(self._pdf.l_margin + place * width, top)
            self._pdf.multi_cell(width, self._line, latin("\n".join(lines)), align="L")
            ends.append(self._pdf.get_y() + self._line)
        self._pdf.set_xy(self._pdf.l_margin, max(ends))

    def attach_text(self, name: str, text: str) -> None:
        """Put a file with the same words into the PDF: readers aloud need no layout."""
        self._pdf.embed_file(
            basename=name,
            bytes=text.encode(),
            mime_type="text/plain",
            creation_date=self._at,
            modification_date=self._at,
        )

    def amount_box(self, label: str, amount: str) -> None:
        """The one figure that the reader looks for."""
        self._pdf.set_font("Helvetica", style="B", size=13)
        self._pdf.set_fill_color(235)
        width = self._pdf.epw
        self._pdf.cell(width * 0.7, 10, latin(label), fill=True)
        self._pdf.cell(width * 0.3, 10, latin(amount), fill=True, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(self._line / 2)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table; columns from the third on are figures and stand on the right, in a wide table all of them."""
        aligns = tuple("L" if place < 2 and len(headings) < 5 else "R" for place in range(len(headings)))
        self._pdf.set_font("Helvetica", size=9)
        self._pdf.set_fill_color(255)
        with self._pdf.table(
            col_widths=tuple(widths),
            text_align=aligns,
            line_height=self._line,
            headings_style=FontFace(emphasis="BOLD", fill_color=235),
            borders_layout="HORIZONTAL_LINES",
        ) as table:
            for cells in (headings, *rows):
                table.row([latin(cell) for cell in cells])
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(self._line / 2)

    def sums(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels and amounts in two columns on the right; the last row is the result."""
        width = self._pdf.epw
        for place, (label, amount) in enumerate(rows, start=1):
            is_last = place == len(rows)
            self._pdf.set_font("Helvetica", style="B" if is_last else "", size=10)
            self._pdf.set_x(self._pdf.l_margin + width * 0.25)
            self._pdf.cell(width * 0.55, self._line, latin(label), border="T" if is_last else 0)
            self._pdf.cell(
                width * 0.2,
                self._line,
                latin(amount),
                border="T" if is_last else 0,
                align="R",
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
        self._pdf.set_font("Helvetica", size=10)
        self._pdf.ln(self._line / 2)

    def render(self) -> bytes:
        """The finished PDF; where it is more than one page, each says which it is."""
        if self._pdf.pages_count > 1:
            self._number_pages()
        return bytes(self._pdf.output())

    def _number_pages(self) -> None:
        count = self._pdf.pages_count
        self._pdf.set_auto_page_break(auto=False)
        for number in range(1, count + 1):
            self._pdf.page = number
            # Each page keeps the size it ended with: only a change is written into it.
            self._pdf.set_font("Helvetica", size=10)
            self._pdf.set_font("Helvetica", size=9)
            self._pdf.set_xy(self._pdf.l_margin, -_FOOT_MM)
            self._pdf.cell(self._pdf.epw, self._line, f"{number} / {count}", align="R")

    def _write(self, text: str, height: float) -> None:
        self._pdf.multi_cell(0, height, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


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
