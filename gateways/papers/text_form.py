"""A paper as plain text: the twin that is read aloud, and the body of an e-mail."""

from __future__ import annotations

import textwrap

from gateways.papers.document import Block, Document, Figure, Grid, Lines, Sums

_WIDTH = 78
_AMOUNT = 14


def render(document: Document) -> str:
    """The whole paper, lines of at most 78 characters; a table's rows name their headings."""
    parts = [document.heading, "\n".join(document.sender), "\n".join(document.receiver)]
    parts += [_block(block) for block in document.opening]
    for section in document.sections:
        parts.append(section.title.upper())
        parts += [_block(block) for block in section.blocks]
    if document.footnote:
        parts.append(_wrapped(document.footnote))
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Lines():
            return "\n".join(_wrapped(line) for line in block.lines)
        case Figure():
            return _amount(block.label.upper(), block.amount)
        case Sums():
            return "\n".join(_amount(label, amount) for label, amount in block.rows)
        case Grid():
            if block.named_cells:
                return "\n\n".join(_named(block.headings, row) for row in block.rows)
            return "\n".join(_row(block.headings, row) for row in block.rows)


def _row(headings: tuple[str, ...], row: tuple[str, ...]) -> str:
    if len(row) == 3:
        return _amount(f"{row[0]}  {row[1]}", row[2])
    return "\n".join(_amount(heading, cell) for heading, cell in zip(headings, row, strict=True))


def _named(headings: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "\n".join(_wrapped(f"{heading}: {cell}") for heading, cell in zip(headings, row, strict=True))


def _amount(label: str, amount: str) -> str:
    lines = textwrap.wrap(label, _WIDTH - _AMOUNT - 1) or [""]
    return "\n".join([*lines[:-1], f"{lines[-1]:<{_WIDTH - _AMOUNT}}{amount:>{_AMOUNT}}"])


def _wrapped(line: str) -> str:
    return "\n".join(textwrap.wrap(line, _WIDTH))
