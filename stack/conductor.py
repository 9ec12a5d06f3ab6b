"""The conductor: moves the local stack through months, one day with something due after another.

It waits until nothing is in flight, takes the earliest date that anybody waits for, stores it as
the business clock's, tells the simulator, lets the sweeps look, and moves the workflows whose
deadline it is. All it needs is in the rows, so it goes on from there after any crash.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from contracts import task_queues
from contracts.audit import AUDIT_WORKFLOW, AuditNight
from contracts.wire import SWEEP_WORKFLOW, Sweep
from stack.errors import StackError
from stack.in_flight import Charts, InFlight, Rows
from stack.outlasting import SWEEP_FAILED, outlast, outlast_in_thread
from stack.pollers import pending_activities
from stack.simulator_control import SimulatorControl, SimulatorState
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books

PATIENCE = 240.0
"""Seconds without any progress after which the stack is called stuck."""
MOVE_LIMIT = 180.0
"""Seconds one fast-forward may take."""
MOVED_AT_ONCE = 48
STUCK_AFTER_MOVES = 3
"""A workflow moved past the same deadline this often without a new one is stuck."""

NIGHTLY = ("unacknowledged", "deposits", "visits", "overpayments", "lessons", "appointments", "front_desk")
"""Looks for what did not come, and at what comes tomorrow: once on each day that is conducted. Cards are looked at
where a charge's end is not known."""
MISSING_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One step of the conductor."""

    now: datetime
    moved: int
    released: int


Act = Callable[[datetime], Awaitable[int]]
"""What people do on a day; returns how many things they did."""


class Conductor:
    """Conducts one local stack."""

    def __init__(self, books: Books, client: Client, simulator: SimulatorControl) -> None:
        """Move this database, this namespace and this simulator together."""
        self._books = books
        self._client = client
        self._simulator = simulator
        self._clock = PostgresBusinessClock(books)
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(disable_propagation=True))
        self.in_flight = InFlight(books, client)
        self._moves: Counter[tuple[str, datetime]] = Counter()
        self._last_missing_look: datetime | None = None
        self._audited: Charts | None = None
        self._first = True

    async def settle(self) -> None:
        """Wait until nothing is in flight.

        Raises:
            StackError: something stays in flight without progress.
        """
        if self._first:
            self._first = False
            self.in_flight.suspect(identifier for _, identifier in await self._deadlines())
        waited_since, last = time.monotonic(), None
        pause = 0.02
        while True:
            rows = await self._rows()
            busy = await outlast(self.in_flight.forget_idle) if not rows.moving else sorted(self.in_flight.suspects)
            if not rows.moving and not busy:
                again = await self._rows()
                if not again.moving and not self.in_flight.suspects:
                    return
            state = (rows, tuple(busy))
            if state != last:
                waited_since, last, pause = time.monotonic(), state, 0.02
            elif time.monotonic() - waited_since > PATIENCE:
                raise StackError(
                    f"nothing moved for {PATIENCE:.0f} s: {rows.messages} messages, {rows.files} files, "
                    f"{rows.batches} batches, working: {', '.join(busy[:5]) or 'none'}; see `claimflow ops doctor`"
                )
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    async def let_the_day_happen(self, act: Act | None = None) -> int:
        """Everything that can happen without time passing: sends, answers, what people do. Returns releases.

        Raises:
            StackError: files or papers wait and no look takes them.
        """
        released = 0
        waits = _Standstill()
        while True:
            await self.settle()
            now = await self._now()
            rows = await self._rows()
            if rows.ready:
                await self.sweep("ready")
                continue
            if rows.papers:
                await waits.unless_changed(rows, "papers wait for the mail room")
                await self.sweep("outbox")
                continue
            state = await self._advance(now)
            released += state.released
            if state.mailbox:
                await waits.unless_changed((rows, state.mailbox), "files wait in the clearinghouse's mailbox")
                await self.sweep("mailbox")
                continue
            if act is not None and await self._act(act, now):
                continue
            return released

    async def next_day(self, act: Act | None = None, limit: datetime | None = None) -> Day | None:
        """Finish today, then go to the next day on which something is due; None when nothing is."""
        await self.let_the_day_happen(act)
        due = await self._next_due()
        if due is None or (limit is not None and due > limit):
            if limit is None:
                return None
            due = limit
        now = await self._now()
        target = max(now, limit if limit is not None and due == limit else _end_of_day(due))
        if limit is not None:
            target = min(target, max(limit, now))
        await outlast_in_thread(lambda: self._clock.move_to(target))
        released = await self.let_the_day_happen(None)
        moved = await self.move_due(target)
        await self._look_for_missing(target)
        await self.let_the_day_happen(act)
        return Day(now=target, moved=moved, released=released)

    async def run_until(self, limit: datetime, act: Act | None = None) -> int:
        """Go through every day until ``limit``; return how many steps that took."""
        steps = 0
        while await self._now() < limit:
            await self.next_day(act, limit)
            steps += 1
        return steps

    async def _deadlines(self) -> list[tuple[datetime, str]]:
        return await outlast_in_thread(self.in_flight.deadlines)

    async def _next_due(self) -> datetime | None:
        now = await self._now()
        state = await self._advance(now)
        dates = [due for due, _ in (await self._deadlines())[:1]]
        if state.next_due is not None:
            dates.append(state.next_due)
        return min(dates, default=None)

    async def move_due(self, target: datetime) -> int:
        """Fast-forward the workflows whose deadline has come; they act on it with their own clocks."""
        due = [(at, identifier) for at, identifier in await self._deadlines() if at <= target]
        limit = asyncio.Semaphore(MOVED_AT_ONCE)

        async def move(at: datetime, identifier: str) -> None:
            self._moves[(identifier, at)] += 1
            if self._moves[(identifier, at)] > STUCK_AFTER_MOVES:
                raise StackError(f"{identifier} does not act on its date {at:%Y-%m-%d}; see `claimflow ops doctor`")
            async with limit:
                await outlast(lambda: self._fast_forward(identifier, target))

        await asyncio.gather(*(move(at, identifier) for at, identifier in due))
        self.in_flight.suspect(identifier for _, identifier in due)
        return len(due)

    async def _fast_forward(self, identifier: str, target: datetime) -> None:
        handle = self._client.get_workflow_handle(identifier)
        try:
            description = await handle.describe()
            if description.status is not WorkflowExecutionStatus.RUNNING:
                return
            ahead = target - await self._skipper.get_current_time(handle)
            if ahead > timedelta(0):
                await asyncio.wait_for(self._skipper.fast_forward(handle, ahead), MOVE_LIMIT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        except TimeoutError:
            busy = await pending_activities(handle)
            raise StackError(f"{identifier} could not be moved in {MOVE_LIMIT:.0f} s; it waits for {busy}") from None

    async def _look_for_missing(self, now: datetime) -> None:
        if self._last_missing_look is None or now - self._last_missing_look >= MISSING_EVERY:
            self._last_missing_look = now
            for kind in NIGHTLY:
                await self.sweep(kind)
            if await outlast_in_thread(self.in_flight.open_cards):
                await self.sweep("cards")
            await self._audit_the_night(now)

    async def _audit_the_night(self, now: datetime) -> None:
        """The diagnosis audit of the night, left out where no chart has changed since it last looked this month."""
        charts = await outlast_in_thread(lambda: self.in_flight.charts(f"{now:%Y-%m}"))
        if charts == self._audited:
            return

        async def audit() -> None:
            await self._client.execute_workflow(
                AUDIT_WORKFLOW,
                AuditNight(),
                id="diagnosis-audit-conducted",
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                task_queue=task_queues.STORIES,
                static_summary="Diagnosis audit of a night",
                execution_timeout=timedelta(hours=1),
            )

        await outlast(audit, also=SWEEP_FAILED)
        self._audited = charts

    async def sweep(self, kind: str) -> None:
        """The schedule's own look, at the moment that the business clock has reached."""

        async def look() -> None:
            await self._client.execute_workflow(
                SWEEP_WORKFLOW,
                Sweep(kind=kind),
                id=f"sweep-{kind}-conducted",
                # The one that runs may be ours, from before the server went away.
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                task_queue=task_queues.STORIES,
                static_summary=f"Look: {kind}",
                execution_timeout=timedelta(minutes=10),
            )

        await outlast(look, also=SWEEP_FAILED)

    async def _now(self) -> datetime:
        return await outlast_in_thread(self._clock.now)

    async def _rows(self) -> Rows:
        return await outlast_in_thread(self.in_flight.read)

    async def _advance(self, now: datetime) -> SimulatorState:
        return await outlast(lambda: self._simulator.advance(now))

    async def _act(self, act: Act, now: datetime) -> int:
        return await outlast(lambda: act(now))


class _Standstill:
    """What does not change by our looks is looked at less and less often: the other side may be down."""

    def __init__(self) -> None:
        self._last: object = None
        self._since = 0.0
        self._pause = 0.0

    async def unless_changed(self, state: object, what: str) -> None:
        """Pause when the state is the one of the last look.

        Raises:
            StackError: it has not changed for PATIENCE seconds.
        """
        if state != self._last:
            self._last, self._since, self._pause = state, time.monotonic(), 0.1
            return
        if time.monotonic() - self._since > PATIENCE:
            raise StackError(f"for {PATIENCE:.0f} s {what} and none was taken; see `claimflow ops doctor`")
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, 2.0)


def _end_of_day(moment: datetime) -> datetime:
    """The first midnight (UTC) at or after a moment: whole days where nothing finer is due."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == moment else midnight + timedelta(days=1)
