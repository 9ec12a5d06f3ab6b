"""A paper as a PDF: the house's plain page, with the same text attached for readers aloud."""

from __future__ import annotations

from gateways.papers import text_form
from gateways.papers.document import Block, Document, Figure, Grid, Lines, Sums
from gateways.papers.page import Page


def render(document: Document) -> bytes:
    """The finished PDF; the same document is the same bytes."""
    page = Page(title=document.title, dated=document.dated, language=document.language, compact=True)
    page.heading(document.heading)
    page.beside(document.sender, document.receiver)
    for block in document.opening:
        _draw(page, block)
    for section in document.sections:
        page.section(section.title)
        for block in section.blocks:
            _draw(page, block)
    if document.footnote:
        page.paragraph(document.footnote)
    page.attach_text("text-version.txt", text_form.render(document))
    return page.render()


def _draw(page: Page, block: Block) -> None:
    match block:
        case Lines():
            page.paragraph(*block.lines)
        case Figure():
            page.amount_box(block.label, block.amount)
        case Sums():
            page.sums(block.rows)
        case Grid():
            page.table(block.headings, block.rows, block.widths)
