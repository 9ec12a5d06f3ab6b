"""A practice on a whole local stack: its books, its people, and the days of its claims."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client

from cli.demo import figures
from cli.demo.denials import denials_by_group
from cli.demo.encounters import DemoVisit, chart_of
from cli.demo.staff import Staff
from stack.conductor import Act, Conductor, Day
from stack.local import LocalStack
from stack.simulator_control import SimulatorControl
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.intake import check_in
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice, local_practice
from storage.unit_of_work import Books
from tests.support.servers import paths_for
from workers.client import connect

LONGEST = timedelta(days=730)
MOST_DAYS = 600
FRONT_DESK = "demo.front_desk"

MakeConductor = Callable[[Books, Client, SimulatorControl], Conductor]


@dataclass(kw_only=True)
class Practice:
    """One running stack with the people who work on it."""

    stack: LocalStack
    books: Books
    client: Client
    simulator: SimulatorControl
    conductor: Conductor
    staff: Staff
    seed: int
    began: datetime
    visits: dict[str, DemoVisit] = field(default_factory=dict)
    """Charts by claim reference; the staff reads the same object."""
    claims: dict[int, int] = field(default_factory=dict)
    """Claim number by visit number."""
    accounts: dict[int, int] = field(default_factory=dict)
    """Account number by visit number."""

    async def now(self) -> datetime:
        """Business time."""
        return await asyncio.to_thread(PostgresBusinessClock(self.books).now)

    async def check_in(self, numbers: Iterable[int]) -> list[int]:
        """Check these visits of the demo in today; return their claims' numbers."""
        now = await self.now()
        today = now.astimezone(ZoneInfo(local_practice()["time_zone"])).date()
        return [
            await asyncio.to_thread(self._check_in, number, chart_of(self.seed, number, today), now)
            for number in numbers
        ]

    def _check_in(self, number: int, visit: DemoVisit, now: datetime) -> int:
        with self.books.transaction(LOCAL_PRACTICE) as session:
            done = check_in(session, LOCAL_PRACTICE, visit.encounter, by=FRONT_DESK, business_at=now)
        self.visits[visit.encounter.source.claim_reference] = visit
        self.claims[number] = done.claim_number
        self.accounts[number] = done.account_number
        return done.claim_number

    async def days(self, act: Act | None = None) -> AsyncIterator[Day]:
        """Every day on which something is due, until nothing is."""
        limit = await self.now() + LONGEST
        for _ in range(MOST_DAYS):
            day = await self.conductor.next_day(act or self.staff.act)
            if day is None:
                return
            assert day.now <= limit, f"not at an end after {LONGEST.days} days: {self.closing()}"
            yield day
        raise AssertionError(f"not at an end after {MOST_DAYS} days with something due: {self.closing()}")

    async def finish(self) -> int:
        """Conduct until nothing is due; return how many days that took."""
        return sum([1 async for _ in self.days()])

    def closing(self) -> dict[str, Any]:
        """What the demo's closing table says."""
        return figures.closing(self.books, LOCAL_PRACTICE)


@dataclass(frozen=True, kw_only=True)
class FinishedDemo:
    """A demo at its end, as it was before anything else happened on its stack."""

    practice: Practice
    closing: dict[str, Any]
    denials: dict[str, dict[str, int]]
    """By group: what was found, what people did, how it ended."""
    days: int
    virtual_days: int
    seconds: float


async def finished_demo(practice: Practice, visits: int) -> FinishedDemo:
    """Check in the demo's first visits and conduct them to their end."""
    began = time.monotonic()
    await practice.check_in(range(1, visits + 1))
    days = await practice.finish()
    return FinishedDemo(
        practice=practice,
        closing=await asyncio.to_thread(practice.closing),
        denials=await asyncio.to_thread(denials_by_group, practice.books, LOCAL_PRACTICE),
        days=days,
        virtual_days=(await practice.now() - practice.began).days,
        seconds=time.monotonic() - began,
    )


@contextmanager
def local_stack(state: Path, seed: int) -> Iterator[LocalStack]:
    """A whole stack for a test: any free ports, its data thrown away."""
    stack = LocalStack(paths_for(state), ephemeral_ports=True, durable=False, seed=seed, say=lambda _: None)
    with stack:
        yield stack


@asynccontextmanager
async def practice_on(
    stack: LocalStack, seed: int, make_conductor: MakeConductor = Conductor
) -> AsyncIterator[Practice]:
    """The practice of the local stack, open for visits."""
    engine = make_engine(stack.database_url, pool_size=8)
    books = Books(engine)
    try:
        with books.system() as session:
            ensure_local_practice(session)
        client = await connect(stack.temporal.address, stack.temporal.namespace)
        simulator = SimulatorControl(stack.simulator_ready_file)
        visits: dict[str, DemoVisit] = {}
        yield Practice(
            stack=stack,
            books=books,
            client=client,
            simulator=simulator,
            conductor=make_conductor(books, client, simulator),
            staff=Staff(books, client, visits, LOCAL_PRACTICE),
            seed=seed,
            began=PostgresBusinessClock(books).now(),
            visits=visits,
        )
    finally:
        engine.dispose()
