"""Disturbances in the middle of work: each strikes during a look, when it finds what it was told to interrupt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stack.conductor import Conductor
from stack.in_flight import InFlight, Rows
from stack.local import LocalStack
from storage.clock import PostgresBusinessClock
from tests.support.eventually import assert_eventually

NOTICED_WITHIN = 20.0
"""Seconds a disturbance waits for work to interrupt; then it waits for the next look."""

Interrupts = Callable[[Rows], bool]


@dataclass(kw_only=True)
class Disturbance:
    """Strikes once, from a day on, during the first look of a kind that has work to interrupt."""

    name: str
    after: timedelta
    during: str
    """Kind of the look: ``ready``, ``mailbox`` or ``outbox``."""
    interrupts: Interrupts
    strike: Callable[[], Awaitable[None]]
    struck_at: datetime | None = None
    found: Rows | None = None
    """What was in flight when it struck."""
    seconds: float = 0.0

    @property
    def struck(self) -> bool:
        """Whether it has happened."""
        return self.struck_at is not None


@dataclass(kw_only=True)
class Disturber:
    """Lets disturbances happen beside a conductor."""

    conductor: Conductor
    disturbances: list[Disturbance]
    began: datetime
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Stand beside the conductor's looks."""
        self._look = self.conductor.sweep
        self.conductor.sweep = self._disturbed_look  # type: ignore[method-assign]

    async def _disturbed_look(self, kind: str) -> None:
        if not self._tasks:
            now = await asyncio.to_thread(self._clock().now)
            due = [d for d in self.disturbances if not d.struck and d.during == kind and now >= self.began + d.after]
            if due:
                task = asyncio.create_task(self._let_happen(due[0], now))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        await self._look(kind)

    async def _let_happen(self, disturbance: Disturbance, now: datetime) -> None:
        look = InFlight(self.conductor._books, self.conductor._client)
        until = time.monotonic() + NOTICED_WITHIN
        while time.monotonic() < until:
            rows = await asyncio.to_thread(look.read)
            if disturbance.interrupts(rows):
                disturbance.struck_at, disturbance.found = now, rows
                began = time.monotonic()
                await disturbance.strike()
                disturbance.seconds = time.monotonic() - began
                return
            await asyncio.sleep(0)

    async def over(self) -> None:
        """Wait for what is under way; an error of a disturbance comes out here."""
        await asyncio.gather(*self._tasks)

    def _clock(self) -> PostgresBusinessClock:
        return PostgresBusinessClock(self.conductor._books)


def killed(stack: LocalStack, piece: str) -> Callable[[], Awaitable[None]]:
    """SIGKILL, then a start."""

    def strike() -> None:
        stack.kill(piece)
        stack.start_piece(piece)

    return lambda: asyncio.to_thread(strike)


def away_until_noticed(stack: LocalStack, piece: str, noticed: str, times: int) -> Callable[[], Awaitable[None]]:
    """Stopped, and started again when the workers' log has said so many times what they noticed."""
    log = stack.paths.logs / "workers.log"

    def said() -> int:
        return log.read_text(errors="replace").count(noticed)

    async def strike() -> None:
        before = await asyncio.to_thread(said)
        await asyncio.to_thread(stack.stop_piece, piece)
        try:
            why = f"the workers say {noticed} {times} times"
            await assert_eventually(lambda: said() >= before + times, NOTICED_WITHIN, why)
        finally:
            await asyncio.to_thread(stack.start_piece, piece)

    return strike


def restarted(stack: LocalStack, piece: str) -> Callable[[], Awaitable[None]]:
    """An orderly restart."""
    return lambda: asyncio.to_thread(stack.restart, piece)
