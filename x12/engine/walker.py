"""Walks the segments of one transaction set through its guide: places, checks and reads each in one pass.

Nearly every segment of a real file is in order, and many have come before in the same words: both are found out in
one look (a dictionary, or a route and a regular expression). Only what fails that look is taken apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from x12.engine import shapes
from x12.engine.batch import Batch
from x12.engine.compiled import APPENDS, EXTENDS, NESTS, SPREADS, CompiledGuide, Target
from x12.engine.findings import Findings
from x12.engine.frames import Frame
from x12.engine.routes import Move
from x12.errors import X12Error

_REMEMBERED = 2048  # segments a loop remembers
_MISSING = object()
_DOUBTFUL = object()
_UNREAD = object()
_UNREADABLE = (ValueError, TypeError, IndexError, ArithmeticError)


class Walker:
    """Reads one set. `deliver`, when given, takes each claim as it closes instead of keeping it."""

    def __init__(self, guide: CompiledGuide, deliver: Callable[[Any], None] | None = None) -> None:
        self.guide = guide
        self.content: Any = None
        self.delivered = 0
        self._deliver = deliver
        self._findings = Findings(guide)
        self._separator = guide.delimiters.element
        self._component = guide.delimiters.component
        root = Frame(guide.root, None, 1, 0)
        root.seen = 0
        self._frames = [root]
        self._levels = 0
        self._in_order = True  # no loop stands too late: what follows a claim closes it
        if not guide.has_shapes:
            shapes.prepare(guide)

    @property
    def errors(self) -> list[X12Error]:
        """What was found so far."""
        return self._findings.errors

    def feed_all(self, batch: Batch, start: int, position: int) -> int:
        """Take the segments from `start` on, the first of them at this position of the set, up to an empty one or
        one that ends the set. Returns how many were taken."""
        segments = batch.segments
        findings, frames, outside = self._findings, self._frames, self.guide.outside
        frame = frames[-1]
        first = position
        before = position - start
        findings.batch = segments, before
        following: Any = iter(segments)
        following.__setstate__(start)
        for raw in following:
            findings.position = position
            found = frame.known.get(raw)
            if found is None:
                if not raw or raw[:3] in outside:
                    break
                found = self._recognise(frame, raw)
                if found is None:
                    position += 1
                    continue
                move, value = found
            else:
                move, value = found
                move.hits += 1
            target = move.target
            if move.up:
                if target.rank < frames[-1 - move.up].rank:  # it closes nothing: what follows belongs where it is
                    findings.unexpected(target.segment, frame.loop.name)
                    position += 1
                    continue
                for _ in range(move.up):
                    self._close()
                frame = frames[-1]
            if target.rank < frame.rank or frame.seen & move.once:
                findings.misplaced(frame, move)
                self._in_order = self._in_order and (target.loop is None or target.rank >= frame.rank)
            else:
                frame.rank = target.rank
            frame.seen |= move.bits
            if move.counted:
                findings.counted(frame, move, raw)
            opened = target.loop
            if opened is not None:
                if opened.unit is not None:
                    taken = self._take(target, batch, position - before, position) if self._in_order else 0
                    if taken:
                        frame = frames[-1]
                        position += taken
                        following.__setstate__(position - before)
                        continue
                    if value is _UNREAD:
                        value = self._read(move.first, raw, raw.split(self._separator))
                parent, frame = frame, Frame(opened, target, position, len(findings.errors))
                frames.append(frame)
                if opened.level:
                    self._open_level(frame, parent, raw)
                    position += 1
                    continue
                target = move.first
            if value is _DOUBTFUL:
                value = self._take_apart(target, raw)
            position += 1
            storing = target.storing
            if value is _MISSING:
                pass
            elif storing is SPREADS:
                frame.values.update(value)
            elif storing is APPENDS:
                frame.add(target.into, value)
            elif storing is EXTENDS:
                frame.add_all(target.into, value)
            elif storing is NESTS:
                frame.nest(target.into, value)
            else:
                frame.values[target.into] = value
        return position - first

    def _recognise(self, frame: Frame, raw: str) -> tuple[Move, Any] | None:
        """Where a segment leads that was not met before, and what it says; `_DOUBTFUL` when it has to be taken
        apart, None when it has no place."""
        loop = frame.loop
        opening = loop.openings.get(raw[:4])
        if opening is not None:
            return opening, _UNREAD
        elements = raw.split(self._separator)
        route = loop.routes.get(elements[0])
        if route is None:
            move = None
        elif route.at and not route.composite:  # as `Route.move`; it is the commonest case and spares the call
            move = route.moves.get(elements[route.at] if route.at < len(elements) else "", route.otherwise)
        else:
            move = route.move(elements, self._component)
        if move is None:
            nearest = loop.nearest(elements[0])
            if nearest is None:
                self._findings.stranger(elements[0], loop.name)
                return None
            return Move(0, loop, nearest, ""), _DOUBTFUL
        slot = move.first
        if slot.is_level:
            return move, None
        if move.target.loop is not None and move.target.loop.unit is not None:
            return move, _UNREAD
        value = self._read(slot, raw, elements)
        if value is _DOUBTFUL:
            return move, value
        found = move, value
        if move.worth_remembering():
            if len(loop.known) >= _REMEMBERED:
                loop.known.clear()
            loop.known[raw] = found
        return found

    def _read(self, slot: Target, raw: str, elements: list[str]) -> Any:
        """What a segment says in which nothing is wrong; `_DOUBTFUL` when it has to be taken apart."""
        check = slot.check
        if check is not None and (check.match(raw) is None if check.alone else not check.accepts(raw, elements)):
            return _DOUBTFUL
        try:
            return slot.record.read(elements, self.guide.delimiters)
        except _UNREADABLE:
            return _DOUBTFUL

    def _take(self, target: Target, batch: Batch, at: int, position: int) -> int:
        """Read the level or claim that begins with this segment if its shape is known, and return how many segments
        it took; 0 where they have to be walked through."""
        opened, frames = target.loop, self._frames
        assert opened is not None
        if opened.level:
            taken = opened.unit.take(
                frames, target, batch, at, position, self._levels + 1, len(self._findings.errors)
            )
            self._levels += taken > 0
            return taken  # type: ignore[no-any-return]
        taken, claim = opened.unit.take(frames, batch, at, position)
        if not taken:
            return 0
        if opened.assemble is not None:
            self._keep(claim, target)
        else:
            frames[-1].add(target.into, claim)
            self.delivered += 1
        return taken  # type: ignore[no-any-return]

    def _take_apart(self, slot: Target, raw: str) -> Any:
        """What a segment says in which something is wrong, once that is reported; `_MISSING` when it cannot be
        read."""
        elements = raw.split(self._separator)
        errors, position = self._findings.errors, self._findings.position
        before = len(errors)
        check = slot.check
        if check is not None:
            if check.match(raw) is None:
                errors += check.diagnose(elements, position)
            errors += check.related(elements, position)
            errors += check.doubtful(elements, position)
        try:
            return slot.record.read(elements, self.guide.delimiters)
        except _UNREADABLE as problem:
            if len(errors) == before:
                self._findings.unreadable(slot, elements, problem)
            return _MISSING

    def finish(self, position: int) -> Any:
        """Close what is open and return the content; None when it could not be read."""
        self._findings.position = position
        while len(self._frames) > 1:
            self._close()
        root = self._frames[0]
        self._findings.missing(root)
        if self.guide.guide.claims_in and not self.delivered:
            self._findings.add("no-claims", "the set holds no claim that could be read", position=position, snip=2)
        self.content = self._build(root)
        return self.content

    def _open_level(self, frame: Frame, parent: Frame, raw: str) -> None:
        elements = raw.split(self._separator)
        elements += [""] * (5 - len(elements))
        self._levels += 1
        parent.children = True
        frame.hl, frame.said = elements[1], elements[4]
        if frame.loop.keeps_hl:
            frame.values["hl"] = self._levels
        self._findings.level(frame, parent, self._levels, elements[2])
        check = frame.loop.items[0].check
        if check is not None and check.match(raw) is None:
            self._findings.errors += check.diagnose(raw.split(self._separator), self._findings.position)

    def _close(self) -> None:
        frame = self._frames.pop()
        loop, target = frame.loop, frame.target
        assert target is not None
        if loop.required_bits & ~frame.seen:
            self._findings.missing(frame)
        if loop.level:
            self._findings.level_closed(frame)
        if loop.assemble is not None:
            self._assemble(frame, target)
            return
        if loop.shape is None:
            if not frame.fruitful:
                self._findings.add("no-claims", f"level {loop.name} holds no claim that could be read", segment="HL",
                                   position=frame.position, loop=loop.name, snip=2)  # fmt: skip
            return
        built = self._build(frame)
        if built is None:
            return
        around = self._frames[-1]
        if target.many:
            around.add(target.into, built)
        else:
            around.values[target.into] = built

    def _assemble(self, frame: Frame, target: Target) -> None:
        loop, values = frame.loop, frame.values
        frame.settle()
        if loop.verify is not None:
            self._findings.verified(frame)
        values["position"] = frame.position
        values["errors"] = tuple(self._findings.errors[frame.errors_before :])
        built = loop.assemble(values, self._frames)
        if built is None:
            self._findings.lost(frame)
            return
        self._keep(built, target)

    def _keep(self, built: Any, target: Target) -> None:
        self.delivered += 1
        for above in self._frames:
            above.fruitful = True
        if self._deliver is not None:
            self._deliver(built)
        else:
            self._frames[0].add(target.into, built)

    def _build(self, frame: Frame) -> Any:
        loop, values = frame.loop, frame.values
        frame.settle()
        for name in loop.hoist:
            if name in values:
                self._frames[-1].values[name] = values.pop(name)
        if loop.verify is not None:
            self._findings.verified(frame)
        if loop.keeps_position:
            values["position"] = frame.position
            if loop.keeps_errors:
                values["errors"] = tuple(self._findings.errors[frame.errors_before :])
        try:
            built = loop.make(**values)
        except TypeError:
            if loop.needs <= values.keys():
                raise
            self._findings.lost(frame)
            return None
        self.delivered += loop.counts_as_claim
        return built
