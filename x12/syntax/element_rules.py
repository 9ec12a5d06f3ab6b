"""What each element of a slot must look like: parsed from the dictionary and the slot's `use`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from x12.syntax.dictionary import COMPOSITES, SEGMENTS

_TOKEN = re.compile(r"(ID|AN|N|R|DT|TM)(\d+)/(\d+)(?:\*(\d+))?$|(C\d{3})(?:\*(\d+))?$")
_USE = re.compile(r"(\?)?(\d+)(?:\.(\d+))?(?:=(\S+))?$")


@dataclass(frozen=True, slots=True)
class ElementRule:
    """One element or component: usage R required, S situational, N not used; type; length; codes allowed (none:
    any); repeats; components of a composite."""

    usage: str
    kind: str
    shortest: int = 0
    longest: int = 0
    codes: frozenset[str] = frozenset()
    repeats: int = 1
    components: tuple[ElementRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the dictionary: kind P, R, C, L or E and the elements it binds."""

    kind: str
    elements: tuple[int, ...]


@cache
def _standard(segment: str) -> tuple[tuple[ElementRule, ...], tuple[Relation, ...]]:
    elements, _, relations = SEGMENTS[segment].partition("|")
    rules = tuple(_parse(token) for token in elements.split())
    return rules, tuple(
        Relation(token[0], tuple(int(token[i : i + 2]) for i in range(1, len(token), 2)))
        for token in relations.split()
    )


def _parse(token: str) -> ElementRule:
    match = _TOKEN.match(token)
    assert match is not None, token
    kind, shortest, longest, repeats, composite, composite_repeats = match.groups()
    if composite:
        parts = tuple(_parse(part) for part in COMPOSITES[composite].split())
        return ElementRule("N", "C", repeats=int(composite_repeats or 1), components=parts)
    return ElementRule("N", kind, int(shortest), int(longest), repeats=int(repeats or 1))


def element_rules(segment: str, use: str) -> tuple[tuple[ElementRule, ...], tuple[Relation, ...]]:
    """The rules of a segment's elements under a guide's `use`, and the relations that are left to check."""
    rules, relations = _standard(segment)
    out = list(rules)
    stated: set[int] = set()
    for token in use.split():
        match = _USE.match(token)
        assert match is not None, f"{segment}: {token}"
        optional, element, component, codes = match.groups()
        at = int(element) - 1
        usage = "S" if optional else "R"
        allowed = frozenset(codes.split("|")) if codes else frozenset()
        if component:
            parts = list(out[at].components)
            place = int(component) - 1
            parts[place] = replace(parts[place], usage=usage, codes=allowed)
            whole = out[at].usage if at in stated else "R"
            out[at] = replace(out[at], components=tuple(parts), usage=whole)
            stated.add(at)
        else:
            stated.add(at)
            out[at] = replace(out[at], usage=usage, codes=allowed)
    for at, rule in enumerate(out):
        if rule.components and rule.usage != "N" and all(part.usage == "N" for part in rule.components):
            parts = [replace(part, usage="S") for part in rule.components]
            out[at] = replace(rule, components=tuple(parts))
    return tuple(out), tuple(r for r in relations if _matters(r, out))


def _matters(relation: Relation, rules: list[ElementRule]) -> bool:
    usages = [rules[at - 1].usage for at in relation.elements]
    if relation.kind == "P":
        return len(set(usages)) > 1 or usages[0] == "S"
    if relation.kind in "RL":
        return "S" in usages and "R" not in usages[relation.kind == "L" :]
    if relation.kind == "C":
        return usages[0] != "N" and usages[1] != "R"
    return "N" not in usages
