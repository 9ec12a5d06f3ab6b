"""What a level, a claim or a service line consists of: its segments' moves, followed without reading them.

A sketch is made of segments that came often enough in the same order to be recognised at once the next time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from x12.engine.routes import Move
from x12.syntax.element_check import Place

if TYPE_CHECKING:
    from x12.engine.compiled import CompiledGuide, CompiledLoop, Target

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Sketched:
    """One segment: its slot, the code that led there and where it stands, and its ordinal from 0."""

    slot: Target
    code: str
    place: Place
    ordinal: int


@dataclass(slots=True)
class Sketch:
    """A loop with the segments and loops in it, in order; `seen`, `rank` and `counts` as its frame has them then."""

    loop: CompiledLoop
    target: Target | None
    ordinal: int = 0
    items: list[Sketched | Sketch] = field(default_factory=list)
    seen: int = 1
    rank: int = 0
    counts: dict[object, int] = field(default_factory=dict)

    def takes(self, move: Move) -> bool:
        """Whether a segment may stand here; it is then entered in `seen`, `rank` and `counts`."""
        target = move.target
        if target.rank < self.rank or self.seen & move.once:
            return False
        self.rank = target.rank
        self.seen |= move.bits
        if move.counted:
            if target.most > 1 and self._count(target.number) > target.most:
                return False
            if target.each and (not move.code or self._count((target.number, move.code)) > target.each):
                return False
        return True

    def _count(self, key: object) -> int:
        times = self.counts[key] = self.counts.get(key, 0) + 1
        return times

    def whole(self, besides: int = 0) -> bool:
        """Whether all that is required came; `besides`: what need not be asked."""
        return not self.loop.required_bits & ~(self.seen | besides)


def sketch(
    guide: CompiledGuide, loop: CompiledLoop, segments: Sequence[str], at: int
) -> tuple[Sketch, tuple[Move, ...]] | None:
    """The loop that the segment of this index opens, up to the next level, claim, service line or end of the set,
    with the moves that lead through it. None where anything is out of order or the segments at hand end before."""
    separator, component = guide.delimiters.element, guide.delimiters.component
    root = Sketch(loop, None)
    root.items.append(Sketched(loop.items[0], "", (0, 0), 0))
    open_loops, moves = [root], []
    for ordinal, raw in enumerate(segments[at + 1 : at + _LONGEST], 1):
        if raw[:3] in guide.outside:
            break
        elements = raw.split(separator)
        route = open_loops[-1].loop.routes.get(elements[0])
        move = route.move(elements, component) if route is not None else None
        if route is None or move is None or (move is route.otherwise and route.moves):
            return None
        if move.up and not all(one.whole() for one in open_loops[-move.up :] if one is not root):
            return None
        if move.up >= len(open_loops):
            break
        del open_loops[len(open_loops) - move.up :]
        opened = move.target.loop
        if opened is not None and (opened.unit is not None or opened.is_line):
            break
        slot = move.first
        if slot.is_level or slot.check is None or not open_loops[-1].takes(move):
            return None
        moves.append(move)
        if opened is not None:
            inner = Sketch(opened, move.target, ordinal)
            open_loops[-1].items.append(inner)
            open_loops.append(inner)
        place = (route.at, int(route.composite)) if move.code else (0, 0)
        open_loops[-1].items.append(Sketched(slot, move.code, place, ordinal))
    else:
        return None
    if not all(one.whole() for one in open_loops[1:]):
        return None
    return root, tuple(moves)


def followers(loop: CompiledLoop, last_rank: int) -> str:
    """A regular expression of the segments that may follow a loop which is whole: they open a level, a claim or a
    service line, or end the set, and close nothing that they should not."""
    delimiters = loop.guide.delimiters
    separator, terminator = re.escape(delimiters.element), re.escape(delimiters.segment)
    found = [f"SE{separator}"]
    for segment, route in sorted(loop.routes.items()):
        every = {**route.moves, "": route.otherwise} if route.otherwise is not None else dict(route.moves)
        codes = [code for code, move in every.items() if move is not None and _may_follow(loop, move, last_rank)]
        if not codes or route.composite:
            continue
        if not route.at:
            found.append(f"{segment}{separator}")
        elif known := "|".join(re.escape(code) for code in sorted(codes) if code):
            between = f"(?:{separator}[^{separator}{terminator}]*+){{{route.at - 1}}}"
            found.append(f"{segment}{between}{separator}(?:{known})(?=[{separator}{terminator}])")
    return f"(?={'|'.join(found)})"


def _may_follow(loop: CompiledLoop, move: Move, last_rank: int) -> bool:
    opened = move.target.loop
    if opened is None or (opened.unit is None and not opened.is_line):
        return False
    if not move.up:
        return move.target.rank >= last_rank
    chain = (loop, *loop.around)
    standing = next(target for target in chain[move.up].items if target.loop is chain[move.up - 1])
    return move.target.rank >= standing.rank
