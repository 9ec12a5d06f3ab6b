"""Levels, claims and service lines that are recognised at once, by the sequence of their segments.

A shape is learned when segments in order have come a few times in the same sequence; from then on one regular
expression finds it in the text and one function makes its objects (`x12/engine/shape_code.py`). A shape says yes only
to what the walker would read without a word: at the least doubt it takes nothing and the walker reads the level or
claim from its start, segment after segment.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any

from x12.engine.batch import Batch
from x12.engine.frames import Frame
from x12.engine.segment_code import Unwritable
from x12.engine.shape_code import Building, ShapeSource
from x12.engine.sketch import Sketch, followers, sketch

if TYPE_CHECKING:
    from x12.engine.compiled import CompiledGuide, CompiledLoop, Target

_TIMES = 3  # how often a sequence comes before it is learned
_KNOWN = 12  # shapes of one loop that are tried
_LEARNED = 64  # shapes a loop may learn in all: what comes in ever new shapes is left to the walker
_WATCHED = 512
_UNREADABLE = (ValueError, TypeError, IndexError, ArithmeticError, KeyError)


_lock = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One sequence of segments. `match(text, offset)` finds it, `build(groups, position, ...)` makes its object."""

    match: Callable[[str, int], re.Match[str] | None]
    build: Building
    count: int
    end: Sketch



class Shapes:
    """The shapes of one loop, those that came last first."""

    __slots__ = ("_learned", "_make", "_times", "known", "loop")

    def __init__(self, loop: CompiledLoop, make: Callable[[Sketch], tuple[str, Building]]) -> None:
        self.loop = loop
        self.known: list[Shape] = []
        self._make = make
        self._times: dict[Any, int] = {}
        self._learned = 0

    def find(self, text: str, offset: int, start: int = 0) -> tuple[Shape, re.Match[str]] | None:
        """The shape that the text has from this offset on, among those known from `start` on; None when there is
        none."""
        for shape in islice(self.known, start, None):
            found = shape.match(text, offset)
            if found is not None:
                if shape is not self.known[0]:
                    self._forward(shape)
                return shape, found
        return None

    def _forward(self, shape: Shape) -> None:
        """Try this shape one place sooner the next time."""
        known = self.known
        with _lock:  # several threads may read by one guide
            if shape in known[1:]:
                at = known.index(shape)
                known[at - 1], known[at] = shape, known[at - 1]

    def learn(self, segments: Sequence[str], at: int) -> None:
        """Take note of what begins here, and learn its shape when it came a few times."""
        if self._learned >= _LEARNED:
            return
        found = sketch(self.loop.guide, self.loop, segments, at)
        if found is None:
            return
        whole, moves = found
        times = self._times.get(moves, 0)
        if times < 0:
            return
        if len(self._times) >= _WATCHED:
            self._times.clear()
        self._times[moves] = times + 1
        if times + 1 < _TIMES:
            return
        self._times[moves] = -1
        self._learned += 1
        try:
            pattern, build = self._make(whole)
        except Unwritable:
            return
        pattern += followers(self.loop, whole.rank)
        shape = Shape(re.compile(pattern).match, build, 1 + len(moves), whole)
        with _lock:
            if len(self.known) >= _KNOWN:
                self.known.pop()
            self.known.append(shape)


class LevelShapes:
    """Recognises the head of a level: its HL and what stands before the first claim or the next level."""

    __slots__ = ("_shapes",)

    def __init__(self, loop: CompiledLoop) -> None:
        self._shapes = Shapes(loop, self._make)

    @property
    def shapes(self) -> tuple[Shapes, ...]:
        """What is known of the heads of these levels."""
        return (self._shapes,)

    def take(
        self, frames: list[Frame], target: Target, batch: Batch, at: int, position: int, level: int, errors: int
    ) -> int:
        """Open the level that begins with this segment and return of how many its head is; 0 when it is not
        recognised. `level` is the number that its HL should have."""
        offset = batch.offset(at)
        found = self._shapes.find(batch.text, offset)
        if found is None:
            self._shapes.learn(batch.segments, at)
            return 0
        shape, match = found
        try:
            built = shape.build(match.groups(""), position, level)
        except _UNREADABLE:
            return 0
        if built is None:
            return 0
        number, named, said, values, context = built
        parent = frames[-1]
        if number != str(level) or named != parent.hl:
            return 0
        frame = Frame(self._shapes.loop, target, position, errors)
        frame.hl, frame.said, frame.values, frame.context = number, said, values, context
        frame.seen, frame.rank = shape.end.seen, shape.end.rank
        if shape.end.counts:
            frame.counts = dict(shape.end.counts)
        parent.children = True
        frames.append(frame)
        batch.passed(at + shape.count, match.end())
        return shape.count

    @staticmethod
    def _make(whole: Sketch) -> tuple[str, Building]:
        loop, terminator = whole.loop, re.escape(whole.loop.guide.delimiters.segment)
        check, context = loop.items[0].check, loop.loop.context
        if check is None:
            raise Unwritable(loop.name)
        told = [(at, 0) for at in (1, 2, 4) if check.rules[at - 1].usage != "N"]
        groups = {at: f"g{number}" for number, (at, _) in enumerate(told)}
        source = ShapeSource(whole, context, first=1, groups=len(told))
        pattern = check.pattern(told) + terminator + source.pattern
        source.values["hl"] = "level"
        held = {one.name for one in dataclasses.fields(context)}
        made = source.made(context, {name: value for name, value in source.values.items() if name in held})
        # what is in the context need not be in the values as well, except for the HL's own number
        besides = [f"{name!r}: {value}" for name, value in source.values.items() if name not in held or name == "hl"]
        texts = [groups.get(at, "''") for at in (1, 2, 4)]
        return pattern, source.function(("level",), f"({', '.join(texts)}, {{{', '.join(besides)}}}, {made})")


class ClaimShapes:
    """Recognises whole claims: their head, their service lines one by one, and that nothing else belongs to them."""

    __slots__ = ("_assemble", "_head", "_line", "_line_opening", "_lines", "_loop", "_must_have_lines")

    def __init__(self, loop: CompiledLoop, line: Target | None) -> None:
        self._loop = loop
        self._assemble = loop.assemble
        self._head = Shapes(loop, self._make_claim)
        self._lines = None if line is None or line.loop is None else Shapes(line.loop, self._make_line)
        self._line = line
        self._must_have_lines = line is not None and line.number in loop.required
        self._line_opening = "" if line is None else f"{line.segment}{loop.guide.delimiters.element}"

    @property
    def shapes(self) -> tuple[Shapes, ...]:
        """What is known of the claims' heads and of their lines."""
        return (self._head,) if self._lines is None else (self._head, self._lines)

    def take(self, frames: list[Frame], batch: Batch, at: int, position: int) -> tuple[int, Any]:
        """The claim that begins with this segment, and of how many segments it is; 0 when it is not recognised."""
        text, start = batch.text, batch.offset(at)
        found = self._head.find(text, start)
        if found is None:
            self._head.learn(batch.segments, at)
            return 0, None
        shape, match = found
        count, offset = shape.count, match.end()
        lines = []
        try:
            if self._lines is not None and text.startswith(self._line_opening, offset):
                known = self._lines.known
                while True:
                    inner = None
                    if known:  # as `find`, which is asked only where the line is another than it mostly is
                        one = known[0]
                        inner = one.match(text, offset)
                    if inner is None:
                        found = self._lines.find(text, offset, 1)
                        if found is None:
                            self._lines.learn(batch.segments, at + count)
                            return 0, None
                        one, inner = found
                    line = one.build(inner.groups(""), position + count)
                    if line is None:
                        return 0, None
                    lines.append(line)
                    count += one.count
                    offset = inner.end()
                    if not text.startswith(self._line_opening, offset):
                        break
                assert self._line is not None
                if self._line.most and len(lines) > self._line.most:
                    return 0, None
            elif self._must_have_lines:
                return 0, None
            held = () if self._assemble is None else self._assemble.held(frames)
            if held is None:
                return 0, None
            claim = shape.build(match.groups(""), position, tuple(lines), *held)
        except _UNREADABLE:
            return 0, None
        if claim is None:
            return 0, None
        batch.passed(at + count, offset)
        return count, claim

    def _make_claim(self, whole: Sketch) -> tuple[str, Building]:
        loop = self._loop
        line = self._line
        if not whole.whole(0 if line is None else line.bit):
            raise Unwritable(loop.name)
        names = () if self._assemble is None else self._assemble.names
        shape = loop.shape if self._assemble is None else self._assemble.shape
        source = ShapeSource(whole, shape)
        if self._assemble is not None:
            source.values |= {"position": "position", "errors": "()"}
        if line is not None:
            source.values[line.into] = "lines"
        _verify(source, loop)
        made = source.made(shape, source.values | {name: name for name in names})
        return source.pattern, source.function(("lines", *names), made)

    @staticmethod
    def _make_line(whole: Sketch) -> tuple[str, Building]:
        if not whole.whole():
            raise Unwritable(whole.loop.name)
        source = ShapeSource(whole, whole.loop.shape)
        _verify(source, whole.loop)
        return source.pattern, source.function((), source.made(whole.loop.shape, source.values))


def _verify(source: ShapeSource, loop: CompiledLoop) -> None:
    """Leave the function where sums do not hold."""
    if loop.verify is None:
        return
    for name in loop.loop.sums:
        if name in source.values:
            source.lines.append(f"f_{name} = {source.values[name]}")
            source.values[name] = f"f_{name}"
    values = ", ".join(f"{name!r}: f_{name}" for name in loop.loop.sums if name in source.values)
    source.lines.append(f"for problem in {source.bind(loop.verify, 'verify')}({{{values}}}): return None")


def prepare(guide: CompiledGuide) -> None:
    """Give levels and claims of a guide their shapes; guides of other kinds have none."""
    guide.has_shapes = True
    for loop in guide.loops:
        if not loop.level and (hasattr(loop.assemble, "names") or loop.counts_as_claim):
            lines = [one for one in loop.items if one.loop is not None and _is_line(loop, one)]
            if len(lines) > 1 or loop.hoist:
                continue
            for line in lines:
                assert line.loop is not None
                line.loop.is_line = True
            loop.unit = ClaimShapes(loop, lines[0] if lines else None)
        elif loop.level and loop.loop.context is not None:
            loop.unit = LevelShapes(loop)
    for loop in guide.loops:
        for segment, route in loop.routes.items():
            move = route.otherwise
            if not route.at and move is not None and move.target.loop is not None and move.target.loop.unit is not None:
                loop.openings[f"{segment}{guide.delimiters.element}"] = move


def _is_line(loop: CompiledLoop, target: Target) -> bool:
    """Whether these are the many parts that a claim consists of."""
    inner = target.loop
    return (
        inner is not None and target.many and inner.shape is not None and not inner.hoist and not inner.assemble
        and not 0 < target.most < 50 and not loop.routes[target.segment].at
    )  # fmt: skip
