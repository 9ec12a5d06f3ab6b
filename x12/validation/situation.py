"""A rule that a guide states in words (SNIP 3, 4 and 5): a small named function and what a finding of it says.

A rule takes one object (a claim of an 837, a claim payment, a whole answer, ...) and returns its hits: an empty
tuple when all is well. Most rules are not even called: `ordinary` names a field and the value of it with which the
rule has nothing to say (`(field, None)`: the field's default), `unless` a quick look that is True where a whole family
of rules is silent, `once` the part of a claim (its billing provider) that is looked at when it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from x12.errors import Severity, X12Error


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found. `position` 0 means the segment that opens the subject; `element`, `segment` and `loop`
    stand for the rule's own where they are empty. `message` never repeats a name, an address, a date of birth or a
    member's number; `value` (echoed in a 999 only) neither."""

    message: str
    position: int = 0
    element: int = -1
    component: int = 0
    segment: str = ""
    loop: str = ""
    value: str = ""


Hits = Sequence[Hit]
NONE: Hits = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One rule: its id (the code of its findings), guides, place, severity, source in words, and function.

    `strict` tells that the writer refuses what the reader only warns of.
    """

    id: str
    guides: frozenset[str]
    loop: str
    segment: str
    element: int
    severity: Severity
    strict: bool
    snip: int
    source: str
    ordinary: tuple[str, Any] | None
    unless: Callable[[Any], bool] | None
    once: str
    find: Callable[[Any], Hits]

    def error(self, hit: Hit, position: int, *, writing: bool = False) -> X12Error:
        """The finding as an error at its place; `position` where the hit names none."""
        return X12Error(
            code=self.id, message=hit.message, snip=self.snip,
            severity="error" if self.severity == "error" or (writing and self.strict) else "warning",
            segment=hit.segment or self.segment, position=hit.position or position,
            element=self.element if hit.element < 0 else hit.element, component=hit.component,
            loop=hit.loop or self.loop, value=hit.value,
        )  # fmt: skip


_RULES: dict[str, Situation] = {}

Rule = Callable[[Any], Hits]


def situation(
    name: str,
    guides: str,
    place: str,
    *,
    source: str,
    severity: Severity = "error",
    strict: bool = False,
    snip: int = 4,
    ordinary: tuple[str, Any] | None = None,
    unless: Callable[[Any], bool] | None = None,
    once: str = "",
) -> Callable[[Rule], Rule]:
    """Register a rule: `guides` as in `837P 837I`, `place` as in `2300 DTP03` (loop, segment, element)."""
    loop, _, where = place.partition(" ")
    segment, element = (where[:-2], int(where[-2:])) if where[-2:].isdigit() and len(where) > 3 else (where, 0)

    def enter(find: Rule) -> Rule:
        assert name not in _RULES, name
        _RULES[name] = Situation(
            id=name, guides=frozenset(guides.split()), loop=loop, segment=segment, element=element,
            severity=severity, strict=strict, snip=snip, source=source, ordinary=ordinary, unless=unless, once=once,
            find=find,
        )  # fmt: skip
        return find

    return enter


def registered() -> tuple[Situation, ...]:
    """Every rule that was registered, in order."""
    return tuple(_RULES.values())
