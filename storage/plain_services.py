"""What a service is called on a patient's paper: the house's own words for families of codes, never a code book's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from storage.operator_files import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Codes of one family, both ends included, with its words by language."""

    from_code: str
    to_code: str
    words: dict[str, str]

    def holds(self, code: str) -> bool:
        """Whether the code stands between the ends; codes of both sides have five characters."""
        return len(code) == len(self.from_code) and self.from_code <= code <= self.to_code

    @property
    def width(self) -> int:
        """How many codes it spans at most: the narrowest family that holds a code names it."""
        return int(self.to_code[-4:]) - int(self.from_code[-4:]) + (self.from_code[0] != self.to_code[0]) * 10_000


_UNKNOWN = {"en": "A service at your visit", "es": "Un servicio en su visita"}


def plain_service(procedure: str, language: str) -> str:
    """The words for a procedure code; where no family holds it, only that it was a service."""
    found = min((one for one in _families() if one.holds(procedure)), key=lambda one: one.width, default=None)
    words = _UNKNOWN if found is None else found.words
    return words.get(language, words["en"])


@lru_cache(maxsize=1)
def _families() -> tuple[Family, ...]:
    return tuple(
        Family(from_code=row["from_code"], to_code=row["to_code"], words={"en": row["en"], "es": row["es"]})
        for row in rows("plain_services.csv")
    )
