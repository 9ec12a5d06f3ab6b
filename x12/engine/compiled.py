"""Guides made ready for one set of delimiters: tables that answer at once where a segment belongs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from x12.engine.building import maker
from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Raw
from x12.syntax.delimiters import Delimiters
from x12.syntax.element_check import SegmentCheck


class Target:
    """Where a segment goes: a slot, and the loop it opens if it opens one. `rank` orders the items of a loop."""

    __slots__ = (
        "bit",
        "cache",
        "check",
        "codes",
        "each",
        "into",
        "keyed",
        "loop",
        "many",
        "most",
        "must",
        "must_bit",
        "name",
        "nested",
        "number",
        "rank",
        "record",
        "segment",
        "shared",
        "slot",
        "spreads",
    )

    def __init__(
        self, item: Slot | Loop, slot: Slot, rank: int, number: int, name: str, guide: CompiledGuide
    ) -> None:
        self.slot = slot
        self.name = name
        self.segment = slot.segment
        self.record = slot.record
        self.rank = rank
        self.number = number
        self.bit = 1 << number
        self.must_bit = 1 << (number + 64)
        self.loop = guide.loop(item) if isinstance(item, Loop) else None
        self.most = item.most if item.most >= 0 else 0 if item.many else 1
        self.each = slot.each
        self.must = tuple(slot.must.split("|")) if slot.must else ()
        self.keyed = bool(self.each or self.most > 1)
        self.nested = item.into.endswith(".")
        self.into = item.into.rstrip(".")
        self.many = item.many
        self.spreads = bool(getattr(slot.record, "spreads", False))
        self.check = SegmentCheck(slot.segment, slot.use, name, guide.delimiters) if slot.use else None
        self.codes = _qualifiers(slot, self)
        self.shared = False
        self.cache: dict[str, Any] = {}

    def qualifier(self, elements: Sequence[str], component: str) -> str:
        """The code that tells this slot's repeats apart."""
        _, at, composite = self.codes
        code = elements[at] if at < len(elements) else ""
        return code.split(component, 1)[0] if composite else code


class CompiledLoop:
    """A loop with its lookup table: by segment id either one target or targets by qualifier."""

    __slots__ = (
        "assemble",
        "counts_as_claim",
        "counts_lines",
        "hoist",
        "is_claim_level",
        "items",
        "keeps_errors",
        "keeps_hl",
        "keeps_position",
        "known",
        "level",
        "loop",
        "name",
        "needs",
        "nested",
        "required",
        "required_bits",
        "shape",
        "tables",
        "twin",
        "verify",
    )

    def __init__(self, loop: Loop, guide: CompiledGuide) -> None:
        self.loop = loop
        self.known: dict[str, tuple[int, Target, Any, str, int]] = {}  # segments met before and where they led
        self.name = loop.name
        self.shape = loop.shape
        self.assemble = loop.assemble
        self.verify = loop.verify
        self.hoist = loop.hoist
        self.level = loop.opening.segment == "HL"
        self.tables: dict[str, tuple[int, bool, dict[str, Target], Target | None]] = {}
        self.items: list[Target] = []
        self.required: dict[int, Target] = {}
        rank, previous = 0, ""
        for number, item in enumerate(loop.items):
            slot = item if isinstance(item, Slot) else item.opening
            if slot.segment != previous:
                rank, previous = rank + 1, slot.segment
            name = loop.name if isinstance(item, Slot) else item.name
            target = Target(item, slot, rank, number, name, guide)
            self.items.append(target)
            if (item.required or (slot.must and isinstance(item, Slot))) and (number or loop is guide.guide.root):
                self.required[number] = target
            if number or loop is guide.guide.root:
                self._enter(target, slot)
        fields = [(target.segment, target.into) for target in self.items if target.many]
        for target in self.items:
            target.shared = fields.count((target.segment, target.into)) > 1
        self.required_bits = sum(
            target.bit | (target.must_bit if target.must else 0) for target in self.required.values()
        )
        self.twin: Any = maker(loop.shape) if loop.shape is not None else None
        self.counts_lines = loop.name == "2400"
        self.is_claim_level = loop.name == "2300"
        self.nested = tuple({target.into for target in self.items if target.nested})
        self.needs = frozenset(
            f.name for f in dataclasses.fields(loop.shape)
            if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        ) if loop.shape is not None else frozenset()
        # only what the reader adds beside the data (compare=False): a 999 has positions of its own
        names = frozenset(f.name for f in dataclasses.fields(loop.shape) if not f.compare) if loop.shape else ()
        self.keeps_position = "position" in names
        self.keeps_errors = "errors" in names
        self.keeps_hl = "hl" in names or (loop.shape is None and self.level)
        self.counts_as_claim = loop.is_claim

    def _enter(self, target: Target, slot: Slot) -> None:
        at, in_composite, by_code, default = self.tables.get(slot.segment, (0, False, {}, None))
        codes, place, composite = target.codes
        if codes:
            at, in_composite = place, composite
            for code in codes:
                by_code.setdefault(code, target)
        else:
            default = default or target
        self.tables[slot.segment] = (at, in_composite, by_code, default)

    def find(self, elements: Sequence[str], component: str) -> Target | None:
        """The target of a segment in this loop, by id and qualifier; None when it has no place here."""
        entry = self.tables.get(elements[0])
        if entry is None:
            return None
        at, in_composite, by_code, default = entry
        if at and at < len(elements):
            code = elements[at]
            if in_composite:
                code = code.split(component, 1)[0]
            return by_code.get(code, default)
        return default

    def nearest(self, segment: str) -> Target | None:
        """A target for a segment whose qualifier is unknown here; None when the loop has no such segment."""
        entry = self.tables.get(segment)
        if entry is None:
            return None
        return entry[3] or next((target for target in entry[2].values() if target.loop is None), None)


def _qualifiers(slot: Slot, target: Target) -> tuple[frozenset[str], int, bool]:
    if target.check is None:
        return frozenset(), 0, False
    if slot.key:
        element, _, component = slot.key.partition(".")
        rule = target.check.rules[int(element) - 1]
        return (rule.components[int(component) - 1] if component else rule).codes, int(element), bool(component)
    first = target.check.rules[0]
    # a situational element tells nothing apart: the segment may come without it
    return (first.codes if first.usage == "R" else frozenset()), 1, False


class CompiledGuide:
    """A guide under one set of delimiters; each of its loops compiled once."""

    __slots__ = ("delimiters", "guide", "loops", "root", "segments")

    def __init__(self, guide: Guide, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self.loops: list[CompiledLoop] = []
        self.root = self.loop(guide.root)
        self.segments = frozenset(item.segment for loop in self.loops for item in loop.items)

    def loop(self, loop: Loop) -> CompiledLoop:
        """The compiled form of a loop at one place of this guide: what ends it depends on where it stands."""
        compiled = CompiledLoop(loop, self)
        self.loops.append(compiled)
        return compiled


_GUIDES: dict[tuple[str, Delimiters], CompiledGuide] = {}


def compiled_guide(guide: Guide, delimiters: Delimiters) -> CompiledGuide:
    """The compiled form of a guide, kept for the next file with the same delimiters."""
    key = (guide.kind, delimiters)
    known = _GUIDES.get(key)
    if known is None:
        if len(_GUIDES) > 64:  # delimiters come from outside: a hostile sender must not fill the memory
            _GUIDES.clear()
        known = _GUIDES[key] = CompiledGuide(guide, delimiters)
    return known


def is_raw(target: Target) -> bool:
    """Whether the slot keeps its segments as read."""
    return isinstance(target.record, Raw)
