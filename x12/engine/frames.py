"""The loops that are open while a set is read."""

from __future__ import annotations

from typing import Any

from x12.engine.building import maker
from x12.engine.compiled import CompiledLoop, Target
from x12.transactions.parts import Address

_ADDRESS = maker(Address)
_NOTHING: dict[Any, int] = {}


class Frame:
    """An open loop: what was read into it and which of its items came.

    `seen` holds the bits of the items that came, `rank` how far down the loop's table they reach, `counts` the
    repeats of those that are counted; `listed` and `nested` name the values which are lists and dictionaries until
    the loop closes. Of a HL: `hl` and `said` are HL01 and HL04, `children` and `fruitful` tell whether levels and
    claims came below it, `context` is the object that its claims share.
    """

    __slots__ = (
        "children",
        "context",
        "counts",
        "errors_before",
        "fruitful",
        "hl",
        "known",
        "listed",
        "loop",
        "nested",
        "position",
        "rank",
        "said",
        "seen",
        "target",
        "values",
    )

    def __init__(self, loop: CompiledLoop, target: Target | None, position: int, errors_before: int) -> None:
        self.loop = loop
        self.known = loop.known
        self.target = target
        self.position = position
        self.errors_before = errors_before
        self.values: dict[str, Any] = {}
        self.seen = 1
        self.rank = 0
        self.counts = _NOTHING
        self.listed: tuple[str, ...] = ()
        self.nested: tuple[str, ...] = ()
        self.hl = ""
        self.said = ""
        self.children = False
        self.fruitful = False
        self.context: Any = None

    def count(self, key: Any) -> int:
        """One more of these; how many there are."""
        if self.counts is _NOTHING:
            self.counts = {}
        times = self.counts[key] = self.counts.get(key, 0) + 1
        return times

    def add(self, name: str, value: Any) -> None:
        """One more of the values of this name."""
        values = self.values
        if name in self.listed:
            values[name].append(value)
        else:
            values[name] = [*values[name], value] if name in values else [value]
            self.listed += (name,)

    def add_all(self, name: str, several: tuple[Any, ...]) -> None:
        """More of the values of this name; `listed` only where they have to be joined."""
        values = self.values
        if name not in values:
            values[name] = several
        elif name in self.listed:
            values[name].extend(several)
        else:
            values[name] = [*values[name], *several]
            self.listed += (name,)

    def nest(self, name: str, parts: dict[str, Any]) -> None:
        """More parts of a nested object."""
        values = self.values
        if name in values:
            values[name] = {**values[name], **parts}  # what is there may be remembered for the next such segment
        else:
            values[name] = parts
            self.nested += (name,)

    def settle(self) -> None:
        """Turn what was gathered into what the loop's object holds: tuples, nested objects."""
        values = self.values
        for name in self.listed:
            values[name] = tuple(values[name])
        for name in self.nested:
            values[name] = _ADDRESS(**values[name])
