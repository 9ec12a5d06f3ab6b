"""A set whose version does not tell its guide: 278 request and response share ST03, BHT02 decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from x12.engine.batch import Batch
from x12.engine.compiled import CompiledGuide, compiled_guide
from x12.engine.walker import Walker
from x12.errors import X12Error
from x12.guides import guide_by_purpose


class UndecidedWalker:
    """Becomes a `Walker` with the first segment that is fed to it; the given guide's when that is no BHT."""

    __slots__ = ("_deliver", "_given", "_walker")

    def __init__(self, guide: CompiledGuide, deliver: Callable[[Any], None] | None = None) -> None:
        self._given = guide
        self._deliver = deliver
        self._walker: Walker | None = None

    @property
    def guide(self) -> CompiledGuide:
        """The guide in use."""
        return self._chosen().guide

    @property
    def errors(self) -> list[X12Error]:
        """What was found so far."""
        return self._chosen().errors

    @property
    def delivered(self) -> int:
        """Claims (events) read so far."""
        return self._chosen().delivered

    def finish(self, position: int) -> Any:
        """Close what is open and return the content; None when it could not be read."""
        return self._chosen().finish(position)

    def feed_all(self, batch: Batch, start: int, position: int) -> int:
        """As `Walker.feed_all`."""
        segments = batch.segments
        if not segments[start]:
            return 0
        elements = segments[start].split(self._given.delimiters.element)
        purpose = elements[2] if elements[0] == "BHT" and len(elements) > 2 else ""
        return self._chosen(purpose).feed_all(batch, start, position)

    def _chosen(self, purpose: str = "") -> Walker:
        if self._walker is None:
            guide = guide_by_purpose(self._given.guide, purpose)
            self._walker = Walker(compiled_guide(guide, self._given.delimiters), self._deliver)
        return self._walker
