"""The words of patients' papers: a data file for each language, dates and sums in that language's way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language."""

    code: str
    _texts: dict[str, Any]

    @property
    def tag(self) -> str:
        """Language tag for readers aloud, such as ``es-US``."""
        return str(self._texts["language"])

    def keys(self) -> frozenset[str]:
        """The names of its texts."""
        return frozenset(self._texts)

    def say(self, key: str, **values: object) -> str:
        """A text with its values.

        Raises:
            KeyError: the language has no such text; a test keeps both files complete.
        """
        return str(self._texts[key]).format(**values)

    def day(self, when: date) -> str:
        """``March 4, 2026``, ``4 de marzo de 2026``."""
        return self.say("day", month=self._texts["months"][when.month - 1], day=when.day, year=when.year)


@lru_cache(maxsize=len(LANGUAGES))
def wording(language: str) -> Wording:
    """The texts of a language; English where we have none of it."""
    code = language if language in LANGUAGES else "en"
    text = files("gateways").joinpath(f"papers/texts/statement.{code}.json").read_text(encoding="utf-8")
    return Wording(code, json.loads(text))
