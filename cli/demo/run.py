"""The whole demo: a fresh stack, visits checked in, months conducted, and the figures at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client

from cli import output
from cli.demo import figures
from cli.demo.denials import denials_by_group
from cli.demo.display import Display, closing_tables
from cli.demo.encounters import DemoVisit, chart_of, forgetful
from cli.demo.ground import clear, demo_paths, ensure_payload_keys
from cli.demo.staff import Staff
from stack.conductor import Conductor
from stack.local import LocalStack, environment_applied
from stack.processes import termination_as_interrupt
from stack.simulator_control import SimulatorControl
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.intake import check_in
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice, local_practice
from storage.unit_of_work import Books
from workers.client import connect

LONGEST = timedelta(days=730)
"""Virtual time after which a demo that has not ended is called unfinished."""
MOST_STEPS = 1200
LOOK_EVERY = 1.0
"""Seconds of real time between two looks at the books for the display."""
FRONT_DESK = "demo.front_desk"


def run_demo(*, claims: int, seed: int, as_json: bool, keep: bool) -> bool:
    """Run the demo and print its end; True when every claim was closed and the ledger balanced.

    Raises:
        StackError: the stack could not be started, or stopped moving.
    """
    began = time.monotonic()
    display = Display(output.stderr(), f"claimflow demo: {output.counted(claims, 'claim')}, seed {seed}")
    ensure_payload_keys()
    try:
        with _stack(seed, keep, display) as stack, environment_applied(stack.environment()):
            if stack.temporal.ui:
                display.say(f"watch it in the Temporal UI: {stack.temporal.ui}")
            result = asyncio.run(_story(stack, claims, seed, display))
    except KeyboardInterrupt:
        display.say("interrupted: everything that the demo started is stopped")
        raise
    result["seconds"] = round(time.monotonic() - began, 1)
    if as_json:
        output.print_json(result)
    else:
        closing_tables(output.stdout(), result)
    return _tell_what_is_open(result, claims)


@contextmanager
def _stack(seed: int, keep: bool, display: Display) -> Iterator[LocalStack]:
    paths = demo_paths()
    if stale := clear(paths):
        display.say(f"stopped what an earlier run had left: {', '.join(stale)}")
    stack = LocalStack(paths, seed=seed, durable=False, say=display.say)
    if not keep:
        with stack:
            yield stack
        return
    with termination_as_interrupt():
        stack.start()
        try:
            yield stack
        except BaseException:
            stack.stop()
            raise
        stack.detach()
    display.say(f"the stack keeps running; stop it with `CLAIMFLOW_STATE={paths.state} claimflow down`")


async def _story(stack: LocalStack, claims: int, seed: int, display: Display) -> dict[str, Any]:
    engine = make_engine(stack.database_url, pool_size=8)
    books = Books(engine)
    client = await connect(stack.temporal.address, stack.temporal.namespace)
    try:
        start = await asyncio.to_thread(PostgresBusinessClock(books).now)
        visits = await asyncio.to_thread(_check_in, books, claims, seed, start)
        staff = Staff(books, client, visits, LOCAL_PRACTICE)
        simulator = SimulatorControl(Path(stack.simulator_ready_file))
        conductor = Conductor(books, client, simulator)
        await _let_a_patient_pay_twice(books, simulator, visits, start)
        with display.shown():
            watch = asyncio.create_task(_watch(books, staff, display))
            try:
                steps = await _conduct(conductor, books, staff, start + LONGEST)
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch
        return await _result(books, client, staff, claims=claims, seed=seed, start=start, steps=steps)
    finally:
        engine.dispose()


def _check_in(books: Books, claims: int, seed: int, start: datetime) -> dict[str, DemoVisit]:
    """Check the visits in, in the order of their numbers; return them by their claim reference."""
    with books.system() as session:
        ensure_local_practice(session)
    today = start.astimezone(ZoneInfo(local_practice()["time_zone"])).date()
    visits = [chart_of(seed, number, today) for number in range(1, claims + 1)]
    for visit in visits:
        with books.transaction(LOCAL_PRACTICE) as session:
            check_in(session, LOCAL_PRACTICE, visit.encounter, by=FRONT_DESK, business_at=start)
    return {visit.encounter.source.claim_reference: visit for visit in visits}


async def _let_a_patient_pay_twice(
    books: Books, simulator: SimulatorControl, visits: dict[str, DemoVisit], start: datetime
) -> None:
    """One patient, whose plan asks a copay, sends a second check for it: a credit that has to go back."""
    account = await asyncio.to_thread(figures.account_of, books, LOCAL_PRACTICE, forgetful(visits))
    if account is not None:
        await simulator.advance(start)
        await simulator.plant(pays_twice=account)


async def _conduct(conductor: Conductor, books: Books, staff: Staff, limit: datetime) -> int:
    """Go through every day on which something is due, until nothing is; return how many that were.

    A patient's credit rests before it is returned, and nobody is woken for it: the nightly look finds it.
    """
    for step in range(1, MOST_STEPS + 1):
        day = await conductor.next_day(staff.act)
        if day is None:
            at_rest = await asyncio.to_thread(figures.credit_rests_until, books, LOCAL_PRACTICE)
            if at_rest is None:
                return step
            day = await conductor.next_day(staff.act, at_rest)
        if day is None or day.now > limit:
            return step
    return MOST_STEPS


async def _watch(books: Books, staff: Staff, display: Display) -> None:
    while True:
        display.update(await asyncio.to_thread(figures.standing, books, LOCAL_PRACTICE), staff.orders)
        await asyncio.sleep(LOOK_EVERY)


async def _result(
    books: Books, client: Client, staff: Staff, *, claims: int, seed: int, start: datetime, steps: int
) -> dict[str, Any]:
    end = await asyncio.to_thread(PostgresBusinessClock(books).now)
    closing = await asyncio.to_thread(figures.closing, books, LOCAL_PRACTICE)
    return {
        "claims": claims,
        "seed": seed,
        "by_outcome": closing["by_outcome"],
        "ledger_balanced": closing["ledger_balanced"],
        "ledger": closing["ledger"],
        "events_per_claim": await figures.events_by_outcome(books, client, LOCAL_PRACTICE),
        "refunds": await asyncio.to_thread(figures.refunds, books, LOCAL_PRACTICE),
        "denials_by_group": await asyncio.to_thread(denials_by_group, books, LOCAL_PRACTICE),
        "attempts": closing["attempts"],
        "orders": staff.orders,
        "orders_refused": staff.refused,
        "work_items_left": await staff.not_understood(),
        "open_claims": closing["open_claims"],
        "open_accounts": closing["open_accounts"],
        "virtual_days": (end - start).days,
        "steps": steps,
    }


def _tell_what_is_open(result: dict[str, Any], claims: int) -> bool:
    """Say on stderr what did not end as it should."""
    for entry in result["open_claims"]:
        output.say(f"claim {entry['claim']} is not closed: {entry['stage']}, waits for {entry['waits_for']}")
    for entry in result["open_accounts"]:
        output.say(f"account {entry['account']} is not settled: waits for {entry['waits_for']}")
    for refusal in result["orders_refused"]:
        output.say(f"an order was refused: {refusal}")
    if result["work_items_left"]:
        left = ", ".join(f"{output.words(kind)} {count}" for kind, count in result["work_items_left"].items())
        output.say(f"work items that the staff did not know what to do with: {left}")
    if not result["ledger_balanced"]:
        output.say("the ledger does not balance: run `claimflow ops doctor`")
    everything = sum(result["by_outcome"].values()) == claims
    return everything and result["ledger_balanced"] and not result["open_claims"] and not result["open_accounts"]
