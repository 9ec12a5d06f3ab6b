"""The check of a segment that is about to be written: one that passes may be written as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from x12.syntax.delimiters import Delimiters
from x12.syntax.element_check import SegmentCheck, is_npi
from x12.syntax.element_rules import ElementRule, Relation

BASIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+*,-./:;?="
"""X12's basic character set: what the writer writes, in upper case."""

good_npi = lru_cache(4096)(is_npi)


class WritingCheck(SegmentCheck):
    """`match` passes upper case text of the basic set (and what the slot lets pass besides) that holds no separator;
    everything else has to be looked at one by one.

    `whole` is the verdict on a segment of `width` elements, with the separators of all of them, empty ones at its end
    too: no element can hold a separator then. `free` is how many elements no relation binds.
    """

    __slots__ = ("free", "whole", "width")

    def __init__(self, segment: str, use: str, loop: str, delimiters: Delimiters, extra: str) -> None:
        super().__init__(segment, use, loop, delimiters)
        allowed = sorted({*BASIC, *extra} - delimiters.characters)
        self._text = f"[{re.escape(''.join(allowed))}]"
        self.width = 0
        self.free = min((at for one in self.relations for at in one.elements), default=len(self.rules) + 1) - 1
        if any(one.kind == "R" for one in self.relations):
            self.free = 0
        self.whole: Callable[[str], Any] = self._first_whole

    def _first_whole(self, raw: str) -> Any:
        separator = re.escape(self.delimiters.element)
        elements = (separator + self._in_place(rule) for rule in self.rules[: self.width])
        beyond = separator * (self.width - len(self.rules))
        self.whole = re.compile(f"{self.segment}{''.join(elements)}{beyond}").fullmatch
        return self.whole(raw)

    def _in_place(self, rule: ElementRule) -> str:
        """An element or component, which may be empty unless it is required."""
        if rule.usage == "N":
            return ""
        if not rule.components:
            one = self._value(rule)
        else:
            one, between = "", re.escape(self.delimiters.component)
            for at, part in reversed(list(enumerate(rule.components))):
                one = (between if at else "") + self._in_place(part) + one
                if at and not any(after.usage == "R" for after in rule.components[at:]):
                    one = f"(?:{one})?+"
        if rule.repeats > 1:
            one = f"{one}(?:{re.escape(self.delimiters.repetition)}{one}){{0,{rule.repeats - 1}}}+"
        return one if rule.usage == "R" else f"(?:{one})?+"

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
