"""Closed is not the end: a reversal re-opens a claim; a terminated one is brought back from its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from temporalio.client import WorkflowExecutionStatus

from contracts.ids import claim_workflow_id
from storage import ledger
from storage.claims import get
from storage.models import Submission, WorkItem
from storage.organisations import LOCAL_PRACTICE
from storage.timeline import of_claim
from tests.support.e2e_books import closings
from tests.support.e2e_cli import claimflow
from tests.support.e2e_practice import FinishedDemo, Practice
from tests.support.eventually import assert_eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

BILLER = "demo.biller"
REVERSED_VISIT = 4
"""A claim of the demo that was paid in full, once."""
TERMINATED_VISIT = 21
"""A visit after the demo's own, with nothing wrong."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a claim's workflow."""

    run_id: str
    status: str


async def runs_of(practice: Practice, claim_number: int) -> list[Run]:
    """Runs of a claim's workflow, the first one first."""
    query = f"WorkflowId = '{claim_workflow_id(claim_number)}'"
    found = [run async for run in practice.client.list_workflows(query)]
    return [
        Run(run_id=run.run_id, status=run.status.name if run.status else "")
        for run in sorted(found, key=lambda run: run.start_time)
    ]


def stage_of(practice: Practice, claim_number: int) -> str:
    """What the row says."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        return get(session, claim_number).stage


def paid_attempt(practice: Practice, claim_number: int) -> str:
    """CLM01 of the claim's last attempt."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        return session.scalars(
            select(Submission.control_number)
            .where(Submission.claim_number == claim_number)
            .order_by(Submission.attempt.desc())
        ).first() or ""


def open_items(practice: Practice, claim_number: int) -> list[str]:
    """Kinds of the claim's open work items."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        return list(
            session.scalars(
                select(WorkItem.kind).where(WorkItem.claim_number == claim_number, WorkItem.closed_on.is_(None))
            )
        )


def closed_at(told: list[str]) -> int:
    """Place of the first closing in a timeline."""
    return told.index("Closed")


def is_settled(practice: Practice, claim_number: int) -> bool:
    """Nobody owes anything on the claim, and the books balance."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        balances = ledger.claim_balances(session, claim_number)
        owed = {name: cents for name, cents in balances.items() if name.endswith("_receivable") and cents}
        assert owed == {}, owed
        return ledger.is_balanced(session) and sum(ledger.trial_balance(session).values()) == 0


async def test_a_claim_reversed_after_it_was_closed_is_worked_again_and_ends_once_more(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    number = practice.claims[REVERSED_VISIT]
    assert stage_of(practice, number) == "closed"
    before, closed_before = await runs_of(practice, number), closings(practice.books)[number]
    assert closed_before == 1

    tomorrow = (await practice.now() + timedelta(days=1)).date()
    await practice.simulator.plant(reverse=paid_attempt(practice, number), on=tomorrow.isoformat())
    async for _ in practice.days():
        if stage_of(practice, number) == "needs_review":
            break
    (item,) = open_items(practice, number)
    assert item == "payment_taken_back"

    order = ("claim", "correct", str(number), "--by", BILLER, "--set", "authorization_number=A10203040", "--json")
    ordered = await claimflow(practice.stack, *order, "--reason", "the payer asks for the authorization after all")
    assert ordered.exit_code == 0, ordered.stderr + ordered.stdout
    await practice.finish()

    after = await runs_of(practice, number)
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        told = [entry["what"] for entry in of_claim(session, number)]
    with capsys.disabled():
        print(
            f"\nclaim {number} reversed after closing: {len(before)} run before, {len(after)} after; "
            f"told: {' | '.join(told[closed_at(told):])}"
        )
    assert len(after) > len(before), "a new run of the same workflow id"
    assert {run.status for run in after} == {"COMPLETED"}
    assert stage_of(practice, number) == "closed"
    assert closings(practice.books)[number] == closed_before + 1, "closed once more"
    assert practice.closing()["open_claims"] == []
    assert is_settled(practice, number)


async def test_a_terminated_claim_is_resurrected_by_the_command_and_ends_once(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    (number,) = await practice.check_in([TERMINATED_VISIT])
    await practice.conductor.let_the_day_happen(practice.staff.act)
    assert stage_of(practice, number) == "with_payer"
    handle = practice.client.get_workflow_handle(claim_workflow_id(number))
    await handle.terminate("by mistake, in the Temporal UI")

    answer = await claimflow(practice.stack, "ops", "resurrect", "--json")

    assert answer.exit_code == 0, answer.stderr
    assert answer.document["started"]["claims"] == 1
    assert answer.document["delivered"]
    again = await claimflow(practice.stack, "ops", "resurrect", "--json")
    assert again.document["started"]["claims"] == 0, "what runs is left alone"

    async def runs_again() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING

    await assert_eventually(runs_again, 15, "the claim runs again")
    days = await practice.finish()

    async def all_ended() -> bool:
        return [run.status for run in await runs_of(practice, number)] == ["TERMINATED", "COMPLETED"]

    await assert_eventually(all_ended, 15, "one terminated run, one that completed")
    with capsys.disabled():
        print(f"\nclaim {number} terminated with the payer, resurrected, closed after {days} days with something due")
    assert stage_of(practice, number) == "closed"
    assert closings(practice.books)[number] == 1
    assert is_settled(practice, number)
