"""The bars for histories: what a claim's life costs Temporal, without the events of the local stack's clock."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from contracts.ids import claim_workflow_id
from storage.models import CaseRow, Claim, Receipt, Statement, Submission
from storage.organisations import LOCAL_PRACTICE
from tests.support.e2e_practice import FinishedDemo, Practice

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

CLEAN_EVENTS, CLEAN_KILOBYTES = 40, 25
CORRECTED_EVENTS, CORRECTED_KILOBYTES = 100, 60
CLOCK_EVENTS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """Over all runs of one claim."""

    events: int
    kilobytes: float

    def __str__(self) -> str:
        return f"{self.events} events, {self.kilobytes:.1f} KB"


async def size_of(client: Client, claim_number: int) -> Size:
    """Events and bytes of a claim's histories, the events of the local clock left out."""
    events = size = 0
    identifier = claim_workflow_id(claim_number)
    async for run in client.list_workflows(f'WorkflowId = "{identifier}"'):
        history = await client.get_workflow_handle(identifier, run_id=run.run_id).fetch_history()
        counted = [event for event in history.events if event.event_type not in CLOCK_EVENTS]
        events += len(counted)
        size += sum(event.ByteSize() for event in counted)
    assert events > 0, f"{identifier} has a history"
    return Size(events=events, kilobytes=size / 1024)


def ended(practice: Practice, outcome: str) -> list[int]:
    """Closed claims with this outcome."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        return list(session.scalars(select(Claim.number).where(Claim.outcome == outcome).order_by(Claim.number)))


def paid_on_the_second_statement(practice: Practice, claim_number: int) -> bool:
    """Sent twice, and the guarantor paid once, after exactly two statements."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        account = select(Claim.account_number).where(Claim.number == claim_number).scalar_subquery()
        attempts = session.scalar(select(func.count()).where(Submission.claim_number == claim_number))
        asked = session.scalars(select(Statement.step).where(Statement.account_number == account)).all()
        receipts = session.scalar(select(func.count()).where(Receipt.account_number == account))
        return attempts == 2 and sorted(asked) == [1, 2] and receipts == 1


def sent_once(practice: Practice, claim_number: int) -> bool:
    """Never reversed, corrected or paid twice, also not by another test on the same practice."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        attempts = session.scalar(select(func.count()).where(Submission.claim_number == claim_number))
        cases = session.scalar(select(func.count()).where(CaseRow.claim_number == claim_number))
        return attempts == 1 and cases == 0


async def test_a_clean_claim_stays_within_its_bar(demo: FinishedDemo, capsys: pytest.CaptureFixture[str]) -> None:
    clean = [number for number in ended(demo.practice, "clean") if sent_once(demo.practice, number)]
    assert clean, f"the demo has clean claims: {demo.closing['by_outcome']}"

    sizes = [await size_of(demo.practice.client, number) for number in clean]

    with capsys.disabled():
        print(f"\nhistory of a clean claim: {'; '.join(map(str, sizes))} (bar {CLEAN_EVENTS}, {CLEAN_KILOBYTES} KB)")
    assert max(size.events for size in sizes) <= CLEAN_EVENTS
    assert max(size.kilobytes for size in sizes) <= CLEAN_KILOBYTES


async def test_a_denied_corrected_claim_paid_on_the_second_statement_stays_within_its_bar(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected = [
        number
        for number in ended(demo.practice, "denied_corrected")
        if paid_on_the_second_statement(demo.practice, number)
    ]
    assert corrected, "the seed has a denied, corrected claim whose patient pays on the second statement"

    sizes = [await size_of(demo.practice.client, number) for number in corrected]

    with capsys.disabled():
        print(
            f"\nhistory of a denied, corrected claim, paid on the second statement: {'; '.join(map(str, sizes))} "
            f"(bar {CORRECTED_EVENTS}, {CORRECTED_KILOBYTES} KB)"
        )
    assert max(size.events for size in sizes) <= CORRECTED_EVENTS
    assert max(size.kilobytes for size in sizes) <= CORRECTED_KILOBYTES
