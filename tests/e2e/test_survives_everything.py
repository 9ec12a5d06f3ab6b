"""The whole story under fire: workers killed, servers restarted, the clearinghouse down, every file twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from stack.in_flight import Rows
from stack.local import LocalStack
from storage.models import TimelineEntry
from storage.organisations import LOCAL_PRACTICE
from tests.support.e2e_books import (
    attempts_at_simulator,
    attempts_in_books,
    closings,
    deliveries,
    paid_twice,
    posted_in_books,
    told_by_files,
    told_by_simulator,
)
from tests.support.e2e_disturbances import Disturbance, Disturber, away_until_noticed, killed, restarted
from tests.support.e2e_practice import Practice, local_stack, practice_on
from tests.support.e2e_privacy import ProtectedData
from tests.support.eventually import assert_eventually

SEED = 7
AT_ONCE, DURING_THE_OUTAGE = range(1, 17), range(17, 25)
OUTAGE_FROM = timedelta(days=24)
SWEEPS = "SweepWorkflow"


def batches(rows: Rows) -> bool:
    """Workflows are building or sending interchanges: their doorbells were delivered."""
    return rows.batches > 0 and rows.messages == 0


def files(rows: Rows) -> bool:
    """A workflow is processing a file from the mailbox."""
    return rows.files > 0 and rows.messages == 0


def the_disturbances(stack: LocalStack) -> list[Disturbance]:
    """What happens when, each in the middle of work."""
    return [
        Disturbance(
            name="workers killed while a batch is sent",
            after=timedelta(0),
            during="ready",
            interrupts=batches,
            strike=killed(stack, "workers"),
        ),
        Disturbance(
            name="workers killed while files are posted",
            after=timedelta(days=11),
            during="mailbox",
            interrupts=files,
            strike=killed(stack, "workers"),
        ),
        Disturbance(
            name="PostgreSQL away for some tries of the workers, while files are posted",
            after=timedelta(days=14),
            during="mailbox",
            interrupts=files,
            strike=away_until_noticed(stack, "postgres", "dispatcher_interrupted", times=3),
        ),
        Disturbance(
            name="Temporal restarted while files are posted",
            after=timedelta(days=17),
            during="mailbox",
            interrupts=files,
            strike=restarted(stack, "temporal"),
        ),
    ]


async def the_outage(practice: Practice) -> float:
    """The clearinghouse goes down while visits are checked in, and comes back when all have asked in vain."""
    began = time.monotonic()
    await practice.simulator.misbehave(down=True)
    numbers = await practice.check_in(DURING_THE_OUTAGE)
    asked = select(TimelineEntry.claim_number).where(
        TimelineEntry.claim_number.in_(numbers), TimelineEntry.key.like("%:silent:%")
    )

    def in_vain() -> bool:
        with practice.books.transaction(LOCAL_PRACTICE) as session:
            return set(session.scalars(asked)) == set(numbers)

    await assert_eventually(lambda: asyncio.to_thread(in_vain), 90, "every new claim has met the silence")
    await practice.simulator.misbehave(down=False)
    return time.monotonic() - began


async def workflows_by_status(practice: Practice) -> Counter[tuple[str, str]]:
    """Runs by kind and status."""
    return Counter(
        [
            (run.workflow_type, run.status.name if run.status else "")
            async for run in practice.client.list_workflows("ExecutionStatus != 'Running'")
        ]
    )


@pytest.mark.e2e
@pytest.mark.timeout(600)
async def test_every_claim_ends_once_whatever_is_killed_restarted_down_or_doubled(
    own_state: Path, payload_keys: None, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    with local_stack(own_state, SEED) as stack:
        async with practice_on(stack, SEED) as practice:
            await practice.simulator.misbehave(duplicate_files=True)
            disturbances = the_disturbances(stack)
            disturber = Disturber(conductor=practice.conductor, disturbances=disturbances, began=practice.began)
            outage: asyncio.Task[float] | None = None
            await practice.check_in(AT_ONCE)
            async for day in practice.days():
                if outage is None and day.now >= practice.began + OUTAGE_FROM:
                    outage = asyncio.create_task(the_outage(practice))
                    await asyncio.sleep(0)
            await disturber.over()
            assert outage is not None
            outage_seconds = await outage

            virtual_days = (await practice.now() - practice.began).days
            leaked, log_lines = ProtectedData(practice.visits.values()).found_in_logs(stack.paths.logs)
            assert leaked == {}, "no protected data in the logs of failures either"
            assert all(d.struck for d in disturbances), [d.name for d in disturbances if not d.struck]

            closing = practice.closing()
            claims = sorted(practice.claims.values())
            assert closing["open_claims"] == []
            assert closing["open_accounts"] == []
            again = closings(practice.books) - Counter(claims)
            assert closings(practice.books) - again == Counter(claims), "each claim is closed"
            assert again <= paid_twice(practice.books), "and once more only after a second payment was returned"
            assert closing["ledger_balanced"]

            told, posted = told_by_files(practice.books), posted_in_books(practice.books)
            assert posted == told, "each remittance claim and each receipt once, to the cent"
            assert told_by_simulator(own_state) == (told.remitted_cents, told.received_cents)
            assert told.remitted_cents > 0
            assert told.received_cents > 0

            sent = attempts_at_simulator(own_state)
            assert set(sent.values()) == {1}, "no attempt reached a payer twice"
            assert {number for _, number in sent} == attempts_in_books(practice.books)

            twice = deliveries(practice.books)
            assert min(twice) >= 2, f"every file came twice: {twice}"

            runs = await workflows_by_status(practice)
            failed = {kind: count for kind, count in runs.items() if kind[1] not in ("COMPLETED", "CONTINUED_AS_NEW")}
            assert {kind for kind, _ in failed} <= {SWEEPS}, failed
    with capsys.disabled():
        print(f"\nsurvived in {time.monotonic() - began:.0f} s, {virtual_days} virtual days:")
        for d in disturbances:
            assert d.found is not None
            day_struck = (d.struck_at - practice.began).days if d.struck_at else None
            print(
                f"  {d.name}: day {day_struck}, in flight {d.found.messages} messages, {d.found.files} files, "
                f"{d.found.batches} batches; back in {d.seconds:.1f} s"
            )
        print(
            f"  clearinghouse down {outage_seconds:.1f} s while {len(DURING_THE_OUTAGE)} visits were checked in; "
            f"{sum(twice.values())} files, each delivered {min(twice)} to {max(twice)} times; "
            f"sweeps that failed and were repeated: {sum(failed.values())}\n"
            f"  {len(claims)} claims, {sum(closings_of(closing))} closed once each, {len(sent)} attempts each at the "
            f"payer once; {told.decisions} decisions, ${told.remitted_cents / 100:,.2f} remitted and posted; "
            f"{told.receipts} receipts, ${told.received_cents / 100:,.2f}; ledger balanced; no workflow failed; "
            f"no protected data in {log_lines} log lines\n"
            f"  outcomes: {closing['by_outcome']}"
        )


def closings_of(closing: dict[str, dict[str, int]]) -> list[int]:
    """Closed claims by outcome."""
    return list(closing["by_outcome"].values())
