"""The servers, workers and outside parties of one walk, and how time passes for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from typing import cast

from sqlalchemy import text
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from contracts.ids import account_workflow_id, claim_workflow_id, workflow_id
from domain.doorbell import Recipient
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.mail import PaperMail
from stack.conductor import Conductor
from stack.simulator_control import SimulatorControl
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.organisations import ensure_organisation
from storage.unit_of_work import Books
from tests.walk import visits
from tests.walk.outside import WalkLine, WalkMail, WalkMailbox
from workers import registry
from workers.client import connect
from workers.deployment import make_current
from workers.dispatcher import Dispatcher

ORGANISATION = 1
BUILD = "walk"
"""Our workflows declare how they are versioned, and a server takes that from versioned workers only."""
PATIENCE = 45.0
"""Seconds without progress after which a walk is stuck."""
_walks = count(1)
"""Walks share a Temporal server: each numbers its claims, accounts, batches and cases from another start."""


class Stuck(AssertionError):
    """Something stays in flight: a failing task, a lost message, a wait without an end."""


class World:
    """One walk's own database, and its own claims on the shared Temporal server."""

    def __init__(self, books: Books, client: Client) -> None:
        self.books = books
        self.client = client
        self.mailbox, self.line, self.mail = WalkMailbox(), WalkLine(), WalkMail()
        self.clock = PostgresBusinessClock(books)
        # The conductor's own days belong to a stack with a simulator; a walk only borrows how it moves and looks.
        self.conductor = Conductor(books, client, cast(SimulatorControl, None))
        self.in_flight = self.conductor.in_flight
        self._threads = ThreadPoolExecutor(max_workers=registry.BOOK_THREADS, thread_name_prefix="books")
        self._workers: list[tuple[Worker, asyncio.Task[None]]] = []
        self.cached = 1000
        self._stop = asyncio.Event()
        self._dispatching: asyncio.Task[None] | None = None

    async def start(self, *, max_cached_workflows: int = 1000) -> None:
        """Start both workers and the dispatcher."""
        self.cached = max_cached_workflows
        outside = registry.Outside(
            mailbox=cast(ClearinghouseMailbox, self.mailbox),
            real_time=cast(RealTimeLine, self.line),
            mail=cast(PaperMail, self.mail),
        )
        workers = [
            registry.stories_worker(
                self.client, self.books, self._threads, build=BUILD, max_cached_workflows=max_cached_workflows
            ),
            registry.outside_worker(self.client, self.books, outside, build=BUILD),
        ]
        self._workers = [(worker, asyncio.create_task(worker.run())) for worker in workers]
        self._stop = asyncio.Event()
        self._dispatching = asyncio.create_task(Dispatcher(self.books, self.client).run(self._stop))

    async def stop(self) -> None:
        """Stop them, finishing what is under way."""
        self._stop.set()
        if self._dispatching is not None:
            await asyncio.to_thread(self._wake_dispatcher)
            await self._dispatching
        await asyncio.gather(*(worker.shutdown() for worker, _ in self._workers))
        await asyncio.gather(*(running for _, running in self._workers))
        self._workers, self._dispatching = [], None

    def _wake_dispatcher(self) -> None:
        with self.books.system() as session:
            session.execute(text("notify claimflow_doorbell"))

    async def now(self) -> datetime:
        return await asyncio.to_thread(self.clock.now)

    async def settle(self) -> None:
        """Wait until nothing is in flight."""
        since, last, pause = time.monotonic(), None, 0.01
        while True:
            rows = await asyncio.to_thread(self.in_flight.read)
            busy = await self.in_flight.forget_idle() if not rows.moving else sorted(self.in_flight.suspects)
            if not rows.moving and not busy:
                rows = await asyncio.to_thread(self.in_flight.read)
                if not rows.moving and not self.in_flight.suspects:
                    return
            state = (rows, tuple(busy))
            if state != last:
                since, last, pause = time.monotonic(), state, 0.01
            elif time.monotonic() - since > PATIENCE:
                raise Stuck(f"in flight for {PATIENCE:.0f} s: {rows}; working: {await self._why(busy)}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.15)

    async def _why(self, identifiers: Iterable[str]) -> str:
        told = []
        for identifier in identifiers:
            try:
                raw = (await self.client.get_workflow_handle(identifier).describe()).raw_description
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                continue
            activities = [
                f"{a.activity_type.name} attempt {a.attempt} ({a.last_failure.message[:200]})"
                for a in raw.pending_activities
            ]
            told.append(f"{identifier}: task attempt {raw.pending_workflow_task.attempt}, {activities}")
        return "; ".join(told) or "nothing"

    async def sweep_while_restarting(self, kind: str, when: str) -> None:
        """A sweep that nobody takes up before the workers are back, or whose workers stop under it."""
        if when == "before":
            await self.stop()
        looking = asyncio.create_task(self.conductor.sweep(kind))
        if when != "before":
            await self.stop()
        await self.start()
        await looking

    def suspect_claim(self, number: int) -> None:
        self.in_flight.suspect([claim_workflow_id(number)])

    def suspect_account(self, number: int) -> None:
        self.in_flight.suspect([account_workflow_id(number)])

    async def end(self) -> None:
        """Stop the workers and end what this walk left open, so that the next walk meets nothing of it."""
        await self.stop()
        numbers = await asyncio.to_thread(self._workflows)
        await asyncio.gather(*(self._terminate(identifier) for identifier in numbers))
        self._threads.shutdown()
        self.books.engine.dispose()

    def _workflows(self) -> list[str]:
        with self.books.system() as session:
            rows = session.execute(text("select distinct recipient, number, organisation_id from workflow_messages"))
            return [workflow_id(Recipient(row.recipient), row.number, row.organisation_id) for row in rows]

    async def _terminate(self, identifier: str) -> None:
        try:
            await self.client.get_workflow_handle(identifier).terminate("the walk is over")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


@asynccontextmanager
async def world(database_url: str, temporal_address: str, namespace: str) -> AsyncIterator[World]:
    """A fresh world with its workers running."""
    books = Books(make_engine(database_url, pool_size=registry.BOOK_THREADS + 12))
    await asyncio.to_thread(_furnish, books)
    it = World(books, await connect(temporal_address, namespace))
    await it.start()
    try:
        await make_current(it.client, BUILD)
        yield it
    finally:
        await it.end()


def _furnish(books: Books) -> None:
    start = next(_walks) * 100_000
    with books.system() as session:
        ensure_organisation(
            session, ORGANISATION, name="The walk's practice", time_zone="America/New_York", provider=visits.PROVIDER
        )
        firsts = {"claims": 20_000_001, "accounts": 80_000_001, "batches": 60_000_001, "cases": 40_000_001}
        for table, first in firsts.items():
            session.execute(text(f"alter table {table} alter column number restart with {first + start}"))
