"""Guides made ready for one set of delimiters: tables that answer at once where a segment belongs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from x12.engine.building import maker
from x12.engine.field_code import fetching_function
from x12.engine.guide import Guide, Loop, Slot
from x12.engine.records import Raw
from x12.engine.remembered import Remembered
from x12.engine.routes import Route, routes_from
from x12.syntax.delimiters import Delimiters, envelope_marks
from x12.syntax.element_check import SegmentCheck

# how a slot's value enters the values of its loop: as their field, spread over them, at the end of a list, as the
# end of a list, or spread over a nested object
SETS, SPREADS, APPENDS, EXTENDS, NESTS = range(5)


class Target:
    """Where a segment goes: a slot, and the loop it opens if it opens one. `rank` orders the items of a loop."""

    __slots__ = (
        "bit",
        "check",
        "codes",
        "each",
        "insists",
        "into",
        "is_level",
        "keeps_raw",
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
        "storing",
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
        self.nested = item.into.endswith(".")
        self.into = item.into.rstrip(".")
        self.many = item.many
        self.is_level = slot.segment == "HL"
        self.keeps_raw = isinstance(slot.record, Raw)
        # the writer has something to write or to say even where its field is empty
        alone = self.loop is None
        self.insists = item.required or (alone and bool(slot.must or slot.segment in ("HL", "LX")))
        self.storing = _storing(self)
        self.check = SegmentCheck(slot.segment, slot.use, name, guide.delimiters) if slot.use else None
        self.codes = _qualifiers(slot, self)
        self.shared = False

    def qualifier(self, elements: Sequence[str], component: str) -> str:
        """The code that tells this slot's repeats apart."""
        _, at, composite = self.codes
        code = elements[at] if at < len(elements) else ""
        return code.split(component, 1)[0] if composite else code


def _storing(target: Target) -> int:
    if not target.into:
        return SPREADS
    if target.nested:
        return NESTS
    if target.many:
        return EXTENDS if getattr(target.record, "spreads", False) else APPENDS
    return SETS


class CompiledLoop:
    """A loop with its lookup tables: `tables` by segment id either one target or targets by qualifier; `routes` the
    same for the loop and those `around` it, inside out; `known` the segments met before and where they led; `unit`
    the shapes by which a level or claim is recognised as a whole, `is_line` that it is part of such a claim,
    `openings` the moves of segments that open one from here, by their first characters."""

    __slots__ = (
        "_marks",
        "around",
        "assemble",
        "counts_as_claim",
        "counts_lines",
        "fetch",
        "guide",
        "hoist",
        "is_claim_level",
        "is_line",
        "items",
        "keeps_errors",
        "keeps_hl",
        "keeps_position",
        "known",
        "level",
        "loop",
        "make",
        "name",
        "needs",
        "openings",
        "required",
        "required_bits",
        "routes",
        "shape",
        "tables",
        "unit",
        "verify",
    )

    def __init__(self, loop: Loop, guide: CompiledGuide) -> None:
        self.loop = loop
        self.guide = guide
        self.around: tuple[CompiledLoop, ...] = ()
        self.unit: Any = None
        self.is_line = False
        self.openings: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.routes: dict[str, Route] = {}
        self._marks: dict[tuple[int, str], int] = {}
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
        self.make: Any = maker(loop.shape) if loop.shape is not None else None
        self.fetch = fetching_function([target.into for target in self.items])
        self.counts_lines = loop.name == "2400"
        self.is_claim_level = loop.name == "2300"
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

    def mark(self, target: Target, code: str) -> int:
        """The bit which says that the target came with this code."""
        return self._marks.setdefault((target.number, code), 1 << (128 + len(self._marks)))

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

    __slots__ = ("delimiters", "guide", "has_shapes", "loops", "outside", "remembered", "root", "segments")

    def __init__(self, guide: Guide, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self.has_shapes = False
        self.remembered: dict[Any, Remembered] = {}
        self.loops: list[CompiledLoop] = []
        self.root = self.loop(guide.root)
        self._lead(self.root, ())
        self.segments = frozenset(item.segment for loop in self.loops for item in loop.items)
        self.outside = envelope_marks(delimiters.element)

    def loop(self, loop: Loop) -> CompiledLoop:
        """The compiled form of a loop at one place of this guide: what ends it depends on where it stands."""
        compiled = CompiledLoop(loop, self)
        self.loops.append(compiled)
        return compiled

    def _lead(self, loop: CompiledLoop, around: tuple[CompiledLoop, ...]) -> None:
        loop.around = around
        loop.routes = routes_from((loop, *around))
        for target in loop.items:
            if target.loop is not None:
                self._lead(target.loop, (loop, *around))


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
