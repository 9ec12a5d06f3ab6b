"""The four characters that separate the parts of an interchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """Separators as an ISA declares them: character 4, ISA11, ISA16 and the character after ISA16."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"

    @property
    def characters(self) -> frozenset[str]:
        return frozenset((self.element, self.repetition, self.component, self.segment))


STANDARD = Delimiters()


def envelope_marks(separator: str) -> frozenset[str]:
    """What the segments of the envelope begin with, as far as three characters tell."""
    return frozenset(("ISA", "IEA", "TA1", *(f"{name}{separator}" for name in ("ST", "SE", "GS", "GE"))))
