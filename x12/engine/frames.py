"""The loops that are open while a set is read."""

from __future__ import annotations

from typing import Any

from x12.engine.compiled import CompiledLoop, Target

_NOTHING: dict[Any, int] = {}


class Frame:
    """An open loop: what was read into it and which of its items came.

    `seen` holds the bits of the items that came, `rank` how far down the loop's table they reach, `counts` the
    repeats of those that are counted. Of a HL: `hl` and `said` are HL01 and HL04, `children` and `fruitful` tell
    whether levels and claims came below it, `context` is the object that its claims share.
    """

    seen = 1
    rank = 0
    counts = _NOTHING
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

    def count(self, key: Any) -> int:
        """One more of these; how many there are."""
        if self.counts is _NOTHING:
            self.counts = {}
        times = self.counts[key] = self.counts.get(key, 0) + 1
        return times
