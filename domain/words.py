"""Numbers with their nouns, for the lines that people read."""

from __future__ import annotations


def counted(number: int, noun: str, several: str = "") -> str:
    """A number with its noun: ``1 claim``, ``2 claims``; ``several`` where an s does not make the plural."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
