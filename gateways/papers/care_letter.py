"""A letter of care: to a guarantor, in the language that they read, or to a collection agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateways.papers.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLetter:
    """What stands on it; every word comes from its template and the books."""

    reference: str
    dated: date
    dated_words: str
    """The date as the reader writes it."""
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    to: tuple[str, ...]
    """Name and address."""
    heading: str
    paragraphs: tuple[str, ...]


def render(letter: CareLetter) -> bytes:
    """The letter as a PDF."""
    page = Page(title=letter.heading, dated=letter.dated)
    page.paragraph(letter.practice_name, *letter.practice_address, letter.practice_phone)
    page.paragraph(*letter.to)
    page.paragraph(f"{letter.dated_words}    {letter.reference}")
    page.heading(letter.heading)
    for paragraph in letter.paragraphs:
        page.paragraph(paragraph)
    page.paragraph(letter.practice_name)
    return page.render()
