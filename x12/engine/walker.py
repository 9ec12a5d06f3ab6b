"""Walks the segments of one transaction set through its guide: places, checks and reads each in one pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from x12.engine.building import make
from x12.engine.compiled import CompiledGuide, CompiledLoop, Target
from x12.errors import X12Error
from x12.syntax.dictionary import SEGMENTS
from x12.transactions.parts import Address

_CACHED = 4096
_MISSING = object()


class Frame:
    """An open loop: what was read into it and which of its items came."""

    hl = ""
    said = ""
    children = False
    fruitful = False
    context: Any = None

    def __init__(self, loop: CompiledLoop, target: Target | None, position: int, errors_before: int) -> None:
        self.loop = loop
        self.target = target
        self.position = position
        self.errors_before = errors_before
        self.values: dict[str, Any] = {}
        self.counts: dict[Any, int] = {}
        self.seen = 1
        self.rank = 0


class Walker:
    """Reads one set. `deliver`, when given, takes each claim as it closes instead of keeping it."""

    def __init__(self, guide: CompiledGuide, deliver: Callable[[Any], None] | None = None) -> None:
        self.guide = guide
        self.errors: list[X12Error] = []
        self.content: Any = None
        self.delivered = 0
        self._deliver = deliver
        self._separator = guide.delimiters.element
        self._component = guide.delimiters.component
        root = Frame(guide.root, None, 1, 0)
        root.seen = 0
        self._frames = [root]
        self._levels = 0
        self._position = 1
        self._clean = True

    def feed(self, raw: str, position: int) -> None:
        """One segment between ST and SE."""
        self._position = position
        frames = self._frames
        frame = frames[-1]
        hit = frame.loop.known.get(raw)
        elements: list[str] | None = None
        if hit is not None:
            up, target, value, code, bits = hit
            if up:
                while up:
                    self._close()
                    up -= 1
                frame = frames[-1]
            inner = None
        else:
            elements = raw.split(self._separator)
            inner, depth = frame.loop, len(frames)
            found = self._place(elements)
            if found is None:
                return
            target, value, code = found, _MISSING, ""
            up = depth - len(frames)
            frame = frames[-1]
            bits = target.bit
            if target.keyed or target.must:
                code = target.qualifier(elements, self._component)
                if code in target.must:
                    bits |= target.must_bit
        parent = frame
        if target.rank < frame.rank or (frame.seen & bits and target.most == 1):
            self._misplaced(frame, target)
        else:
            frame.rank = target.rank
        frame.seen |= bits
        if target.keyed:
            self._count(frame, target, code)
        slot = target
        if target.loop is not None:
            frame = Frame(target.loop, target, position, len(self.errors))
            frames.append(frame)
            slot = target.loop.items[0]
            if target.loop.level:
                self._open_level(frame, parent, raw.split(self._separator))
                return
        if value is _MISSING:
            value = self._value(slot, raw, elements or raw.split(self._separator))
            if value is _MISSING:
                return
            if self._clean and inner is not None:
                known = inner.known
                if len(known) >= _CACHED:
                    known.clear()
                known[raw] = (up, target, value, code, bits)
        into = slot.into
        values = frame.values
        if not into:
            values.update(value)
        elif slot.nested:
            values.setdefault(into, {}).update(value)
        elif slot.many:
            if slot.spreads:
                values.setdefault(into, []).extend(value)
            else:
                values.setdefault(into, []).append(value)
        else:
            values[into] = value

    def _place(self, elements: list[str]) -> Target | None:
        """Where the segment belongs, innermost loop first; loops that end with it are closed."""
        frames = self._frames
        depth = len(frames) - 1
        while depth >= 0:
            target = frames[depth].loop.find(elements, self._component)
            if target is not None:
                break
            depth -= 1
        else:
            target = frames[-1].loop.nearest(elements[0])
            if target is None:
                self._stranger(elements)
            return target
        while len(frames) - 1 > depth:
            self._close()
        return target

    def finish(self, position: int) -> Any:
        """Close what is open and return the content; None when it could not be read."""
        self._position = position
        while len(self._frames) > 1:
            self._close()
        root = self._frames[0]
        self._require(root)
        field = self.guide.guide.claims_in
        if field and not self.delivered:
            self._error("no-claims", "the set holds no claim that could be read", position=position, snip=2)
        self.content = self._build(root)
        return self.content

    def _misplaced(self, frame: Frame, target: Target) -> None:
        segment = target.segment
        if target.rank < frame.rank:
            self._error("segment-order", f"{segment} stands too late in loop {frame.loop.name}", segment=segment,
                        loop=frame.loop.name, snip=2)
        if frame.seen & target.bit and target.most == 1:
            self._too_often(target, 2)

    def _count(self, frame: Frame, target: Target, code: str) -> None:
        counts = frame.counts
        if target.most > 1:
            count = counts[target.number] = counts.get(target.number, 0) + 1
            if count > target.most:
                self._too_often(target, count)
        key = (target.number, code)
        times = counts[key] = counts.get(key, 0) + 1
        if times > target.each > 0:
            self._error("segment-too-often", f"with {code} comes {times} times, at most {target.each}",
                        segment=target.segment, loop=frame.loop.name, snip=2)

    def _too_often(self, target: Target, count: int) -> None:
        code = "loop-too-often" if target.loop is not None else "segment-too-often"
        self._error(code, f"comes {count} times, at most {target.most}", segment=target.segment, loop=target.name,
                    snip=2)

    def _value(self, slot: Target, raw: str, elements: list[str]) -> Any:
        """What the segment says, checked; _MISSING when it cannot be read. `_clean` tells whether it is in order."""
        value = slot.cache.get(raw, _MISSING)
        self._clean = True
        if value is not _MISSING:
            return value
        check = slot.check
        if check is not None:
            found = [] if check.match(raw) else check.diagnose(elements, self._position)
            if check.relations:
                found.extend(check.related(elements, self._position))
            if check.npi_at:
                found.extend(check.doubtful(elements, self._position))
            if found:
                self._clean = False
                self.errors += found
        try:
            value = slot.record.read(elements, self.guide.delimiters)
        except (ValueError, TypeError, IndexError, ArithmeticError) as problem:
            if self._clean:
                self._unreadable(slot, raw, problem)
            return _MISSING
        if self._clean:
            if len(slot.cache) >= _CACHED:
                slot.cache.clear()
            slot.cache[raw] = value
        return value

    def _unreadable(self, target: Target, raw: str, problem: Exception) -> None:
        text = str(problem)
        is_date = target.segment in ("DTP", "DTM") or "day is out of range" in text or "month must be" in text
        elements = raw.split(self._separator)
        at = 0
        if target.segment in ("DTP", "DTM"):
            at = 3 if target.segment == "DTP" else 2
        elif target.segment == "DMG":
            at = 2
        value = elements[at] if 0 < at < len(elements) else ""
        said = f"is {value!r}, no such date" if is_date and value else f"cannot be read: {text}"
        self._error("element-date" if is_date else "element-character", said, segment=target.segment,
                    element=at, loop=target.name, value=value)

    def _open_level(self, frame: Frame, parent: Frame, elements: list[str]) -> None:
        self._levels += 1
        parent.children = True
        frame.hl = elements[1] if len(elements) > 1 else ""
        frame.said = elements[4] if len(elements) > 4 else ""
        if frame.loop.keeps_hl:
            frame.values["hl"] = self._levels
        if frame.hl != str(self._levels):
            self._error("hl-number", f"is {frame.hl!r}, expected {self._levels}", segment="HL", element=1,
                        loop=frame.loop.name, value=frame.hl)
        named = elements[2] if len(elements) > 2 else ""
        if named != parent.hl:
            self._error("hl-parent", f"names parent {named!r}, stands under {parent.hl!r}", segment="HL", element=2,
                        loop=frame.loop.name, value=named)
        check = frame.loop.items[0].check
        if check is not None and not check.match(self._separator.join(elements)):
            self.errors += check.diagnose(elements, self._position)

    def _close(self) -> None:
        frame = self._frames.pop()
        loop = frame.loop
        if loop.required_bits & ~frame.seen:
            self._require(frame)
        if loop.level and frame.said in ("0", "1") and (frame.said == "1") != frame.children:
            self._error("hl-child", f"HL04 is {frame.said} but the level has "
                        f"{'' if frame.children else 'no '}subordinate level", segment="HL", element=4,
                        position=frame.position, loop=loop.name, value=frame.said, severity="warning")
        target = frame.target
        assert target is not None
        if loop.assemble is not None:
            self._assemble(frame, target)
            return
        if loop.shape is None:
            if not frame.fruitful:
                self._error("no-claims", f"level {loop.name} holds no claim that could be read", segment="HL",
                            position=frame.position, loop=loop.name, snip=2)
            return
        built = self._build(frame)
        if built is None:
            return
        values = self._frames[-1].values
        if target.many:
            values.setdefault(target.into, []).append(built)
        else:
            values[target.into] = built

    def _assemble(self, frame: Frame, target: Target) -> None:
        loop = frame.loop
        self._tidy(frame)
        self._verify(frame)
        frame.values["position"] = frame.position
        frame.values["errors"] = tuple(self.errors[frame.errors_before :])
        built = loop.assemble(frame.values, self._frames)
        if built is None:
            self._lost(frame)
            return
        self._hand_over(built, target.into)

    def _hand_over(self, built: Any, into: str) -> None:
        self.delivered += 1
        for frame in self._frames:
            frame.fruitful = True
        if self._deliver is not None:
            self._deliver(built)
        else:
            self._frames[0].values.setdefault(into, []).append(built)

    def _build(self, frame: Frame) -> Any:
        loop, values = frame.loop, frame.values
        for name, value in values.items():
            if value.__class__ is list:
                values[name] = tuple(value)
        for name in loop.nested:
            if name in values:
                values[name] = make(Address, values[name])
        if loop.hoist:
            for name in loop.hoist:
                if name in values:
                    self._frames[-1].values[name] = values.pop(name)
        if loop.verify is not None:
            self._verify(frame)
        if loop.keeps_position:
            values["position"] = frame.position
            if loop.keeps_errors:
                values["errors"] = tuple(self.errors[frame.errors_before :])
        try:
            built: Any = loop.twin(**values)
        except TypeError:
            if loop.needs <= values.keys():
                raise
            self._lost(frame)
            return None
        self.delivered += loop.counts_as_claim
        if built.__class__ is not loop.shape:
            built.__class__ = loop.shape
        return built

    def _tidy(self, frame: Frame) -> None:
        values = frame.values
        for name, value in values.items():
            if value.__class__ is list:
                values[name] = tuple(value)
        for name in frame.loop.nested:
            if name in values:
                values[name] = make(Address, values[name])

    def _verify(self, frame: Frame) -> None:
        if frame.loop.verify is not None:
            segment = frame.loop.items[0].segment
            for code, message in frame.loop.verify(frame.values):
                self._error(code, message, segment=segment, position=frame.position, loop=frame.loop.name, snip=3)

    def _lost(self, frame: Frame) -> None:
        if not any(error.severity == "error" for error in self.errors[frame.errors_before :]):
            missing = ", ".join(sorted(frame.loop.needs - frame.values.keys())) or "what it hangs from"
            self._error("loop-unreadable", f"loop {frame.loop.name} cannot be read, missing: {missing}",
                        segment=frame.loop.items[0].segment, position=frame.position, loop=frame.loop.name, snip=2)

    def _require(self, frame: Frame) -> None:
        for target in frame.loop.required.values():
            if not frame.seen & target.bit:
                qualifiers = "|".join(sorted(target.codes[0])[:4])
                what = f"{target.segment}*{qualifiers}" if qualifiers and target.segment != "HL" else target.segment
                code = "loop-missing" if target.loop is not None else "segment-missing"
            elif target.must and not frame.seen & target.must_bit:
                what, code = f"{target.segment}*{'|'.join(target.must)}", "segment-missing"
            else:
                continue
            self._error(code, f"{what} is required in loop {target.name}", segment=target.segment, loop=target.name,
                        snip=2)

    def _stranger(self, elements: list[str]) -> None:
        segment = elements[0]
        if segment in self.guide.segments:
            code, message = "segment-unexpected", "may not stand here"
        elif segment in SEGMENTS:
            code, message = "segment-not-used", "is not part of this transaction set"
        else:
            code, message = "segment-unknown", f"{segment[:10]!r} is no segment known here"
        self._error(code, message, segment=segment[:3], loop=self._frames[-1].loop.name, snip=1)

    def _error(self, code: str, message: str, *, segment: str = "", position: int | None = None, element: int = 0,
               loop: str = "", value: str = "", snip: int = 1, severity: Any = "error") -> None:
        at = self._position if position is None else position
        self.errors.append(X12Error(code=code, message=message, severity=severity, snip=snip, segment=segment,
                                    position=at, element=element, loop=loop, value=value))
