"""Where each segment leads from each loop: worked out once for a guide, so that a reader looks it up in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from x12.engine.compiled import CompiledLoop, Target

_TRIAL = 512  # segments a move may remember before it has to show that they come again
_RETRIAL = 1 << 17


class Move:
    """What a segment does: it closes `up` loops and goes to `target` in the loop then open.

    `bits` mark in that loop's frame what has come; one of `once` already there is a repeat too many. `counted`
    tells that repeats have to be counted. `hits` and `misses` are of the segments that were met before or not.
    """

    __slots__ = ("bits", "code", "counted", "first", "hits", "misses", "once", "target", "up")

    def __init__(self, up: int, loop: CompiledLoop, target: Target, code: str) -> None:
        self.up = up
        self.target = target
        self.code = code
        self.first = target.loop.items[0] if target.loop is not None else target
        self.bits = target.bit | (target.must_bit if code in target.must else 0)
        self.once = target.bit if target.most == 1 else 0
        single = target.each == 1 and target.most <= 1 and code in target.codes[0]
        if single:
            mark = loop.mark(target, code)
            self.bits |= mark
            self.once |= mark
        self.counted = bool(target.most > 1 or (target.each and not single))
        self.hits = 0
        self.misses = 0

    def worth_remembering(self) -> bool:
        """Whether segments of this move come again often enough to keep what was read from them: a diagnosis does,
        a claim number does not."""
        self.misses += 1
        if self.misses > _RETRIAL:
            self.hits = self.misses = 0
        return self.misses <= _TRIAL or self.hits * 4 >= self.misses


@dataclass(frozen=True, slots=True)
class Route:
    """The moves of one segment id: by the code in element `at` (its first component when `composite`; 0 when
    nothing tells them apart), else `otherwise`."""

    at: int
    composite: bool
    moves: dict[str, Move]
    otherwise: Move | None

    def move(self, elements: Sequence[str], component: str) -> Move | None:
        """The move of this segment; None when its code has no place here."""
        at = self.at
        if not at:
            return self.otherwise
        code = elements[at] if at < len(elements) else ""
        if self.composite:
            code = code.partition(component)[0]
        return self.moves.get(code, self.otherwise)


def routes_from(chain: Sequence[CompiledLoop]) -> dict[str, Route]:
    """The routes of the first loop of a chain, by segment id; the others are the loops around it, inside out. A
    segment belongs to the innermost loop that has a place for it.

    Raises ValueError when two loops tell the segments of one id apart by different elements.
    """
    routes = {}
    for segment in {segment for loop in chain for segment in loop.tables}:
        entries = [(up, loop, *loop.tables[segment]) for up, loop in enumerate(chain) if segment in loop.tables]
        places = {(at, composite) for _, _, at, composite, _, _ in entries if at} or {(0, False)}
        if len(places) > 1:
            raise ValueError(f"{segment} below {chain[-1].name} has its qualifier in different elements: {places}")
        ((at, composite),) = places
        codes = {code for _, _, _, _, by_code, _ in entries for code in by_code}
        moves = {}
        for code in codes:
            found = _first(entries, code)
            if found is not None:
                moves[code] = found
        routes[segment] = Route(at, composite, moves, _first(entries, None))
    return routes


def _first(
    entries: Sequence[tuple[int, CompiledLoop, int, bool, dict[str, Target], Target | None]], code: str | None
) -> Move | None:
    for up, loop, _, _, by_code, default in entries:
        target = default if code is None else by_code.get(code, default)
        if target is not None:
            return Move(up, loop, target, code or "")
    return None
