"""The check of a segment that is about to be written: one that passes may be written as it stands."""

from __future__ import annotations

import re
from functools import lru_cache

from x12.syntax.delimiters import Delimiters
from x12.syntax.element_check import SegmentCheck, is_npi
from x12.syntax.element_rules import ElementRule, Relation

BASIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+*,-./:;?="
"""X12's basic character set: what the writer writes, in upper case."""

good_npi = lru_cache(4096)(is_npi)


class WritingCheck(SegmentCheck):
    """`match` passes upper case text of the basic set (and what the slot lets pass besides) that holds no separator;
    everything else has to be looked at one by one."""

    __slots__ = ()

    def __init__(self, segment: str, use: str, loop: str, delimiters: Delimiters, extra: str) -> None:
        super().__init__(segment, use, loop, delimiters)
        allowed = sorted({*BASIC, *extra} - delimiters.characters)
        self._text = f"[{re.escape(''.join(allowed))}]"

    def _value(self, rule: ElementRule) -> str:
        return super()._value(rule).replace(r"\d", "[0-9]")  # what is written may hold the digits of any script


def broken(relation: Relation, names: dict[int, str]) -> str:
    """Source that is true where a relation between elements does not hold; `names` are the variables of the
    elements, those without one are empty."""
    held = [names.get(at, "''") for at in relation.elements]
    first, rest = held[0], held[1:]
    return {
        "P": f"({' or '.join(held)}) and not ({' and '.join(held)})",
        "R": f"not ({' or '.join(held)})",
        "C": f"{first} and not ({' and '.join(rest)})",
        "L": f"{first} and not ({' or '.join(rest)})",
        "E": f"[{', '.join(held)}].count('') < {len(held) - 1}",
    }[relation.kind]
