"""On which side of the body an ICD-10-CM code lies, from the titles of the code set; no title is kept."""

from __future__ import annotations

import re
from functools import cache

from domain.coding.audit.context import Sided
from edi.diagnosis_library import diagnosis_library

_WORDS = re.compile(r"\b(right|left|unspecified)\b", re.IGNORECASE)
_COURSE = re.compile(r", (initial|subsequent) encounter.*$|, sequela$", re.IGNORECASE)
_STEM = 6


class CodeSides:
    """The sides of codes as the audit asks for them (the port ``Sides``)."""

    def of(self, code: str) -> Sided | None:
        """The side of a code without its point; None where it says none. The first call reads the code set (2 s)."""
        return _sides().get(code)


@cache
def _sides() -> dict[str, Sided]:
    icd = diagnosis_library()
    named: dict[tuple[str, str], dict[str, list[str]]] = {}
    for code in icd.get_all_codes(with_dots=False):
        if not icd.is_leaf(code):
            continue
        title = _COURSE.sub("", icd.get_description(code).lower())
        for word in _WORDS.finditer(title):
            pattern = f"{title[: word.start()]}@{title[word.end() :]}"
            named.setdefault((code[:3], pattern), {}).setdefault(word.group(), []).append(code)
    found: dict[str, Sided] = {}
    for sides in named.values():
        if "right" not in sides or "left" not in sides:
            continue
        group = min(code for codes in sides.values() for code in codes)[:_STEM]
        for side, codes in sides.items():
            for code in codes:
                if code not in found or side != "unspecified":
                    found[code] = Sided(group=group, side=side)
    return found
