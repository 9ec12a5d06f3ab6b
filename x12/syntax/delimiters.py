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
