"""Letters of care: templates in a calm voice, in two languages, filled with facts and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Template

LANGUAGES = ("en", "es")
SUFFIX = ".txt"
_MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class TemplateBroken(ValueError):
    """A template names a place that nobody fills, or is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """A filled letter: its heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]
    language: str


def fill(template: str, language: str, values: Mapping[str, str]) -> LetterText:
    """Fill a template: the first line is the heading, paragraphs are parted by empty lines, empty ones left out.

    Raises:
        TemplateBroken: a place has no value; the message names it.
    """
    try:
        text = Template(template).substitute(values)
    except (KeyError, ValueError) as broken:
        raise TemplateBroken(f"a letter template names a place that nobody fills: {broken}") from None
    heading, _, rest = text.strip().partition("\n")
    paragraphs = tuple(part.strip() for part in rest.split("\n\n") if part.strip())
    if not heading or not paragraphs:
        raise TemplateBroken("a letter template has a heading and at least one paragraph")
    return LetterText(heading=heading, paragraphs=paragraphs, language=language)


def day(when: date, language: str) -> str:
    """A date as a person of that language writes it."""
    if language == "es":
        return f"{when.day} de {_MONTHS_ES[when.month - 1]} de {when.year}"
    return f"{_MONTHS_EN[when.month - 1]} {when.day}, {when.year}"
