"""In the evening the practice still lives in a day that is over in Greenwich: its dates are its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select

from activities.claim.step import Step
from activities.deadlines.board import board
from activities.payer_conversations import note_eligibility
from activities.records.case import open_request
from activities.sweeps import ACKNOWLEDGED_WITHIN, SweepsOfOneOrganisation
from cli.care import doing
from contracts.claim import ClaimRef
from contracts.wire import Sweep
from domain.claim.stages import Owes, Stage
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from storage import cases, claims, compliance
from storage.clock import PostgresBusinessClock
from storage.models import Batch, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.storage.samples import check_in, encounter

EVENING = datetime(2026, 3, 4, 2, tzinfo=UTC)
"""Nine o'clock in the evening of the third of March in New York."""
THIRD = date(2026, 3, 3)


def test_the_front_desk_is_asked_about_coverage_on_the_evenings_own_day(new_desk: Callable[..., Desk]) -> None:
    books = new_desk().books
    number = check_in(books, LOCAL_PRACTICE, encounter(2)).claim_number
    ref = ClaimRef(organisation_id=LOCAL_PRACTICE, claim_number=number, today=EVENING)
    with books.transaction(LOCAL_PRACTICE) as session:
        note_eligibility(session, ref, EligibilityAnswer(status=CoverageStatus.INACTIVE))
        asked = session.scalars(select(WorkItem).where(WorkItem.kind == "coverage")).one()
        assert (asked.opened_on, asked.due_on.day - asked.opened_on.day) == (THIRD, 3)


def test_a_decision_due_in_the_evening_stands_on_the_board_on_that_day(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        for stage in (Stage.DENIED, Stage.UNDER_REVIEW):
            claims.set_stage(
                session, desk.claim, stage=stage, owes=Owes.PAYER, next_at=EVENING, next_what="the answer",
                owner="biller",
            )  # fmt: skip
        (decision,) = [one for one in board(session, THIRD, 10) if one.kind == "decision"]
        assert decision.due_on == THIRD


def test_a_case_that_is_looked_at_in_the_evening_says_that_day_on_every_screen(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        row = open_request(Step.begin(session, desk.ref), key="letter:1", asked_by="a letter", notice_on=THIRD)
        assert row is not None
        row.next_at = EVENING
        shown = (cases.document(row), compliance.document(row, ()), doing.document(row))
        assert {document["next_date"] for document in shown} == {THIRD.isoformat()}


def test_a_missing_acknowledgement_is_due_on_the_practices_day(new_desk: Callable[..., Desk]) -> None:
    books = new_desk().books
    clock = PostgresBusinessClock(books)
    night = (clock.now() + timedelta(days=2)).replace(hour=2, minute=30)
    clock.move_to(night)
    with books.transaction(LOCAL_PRACTICE) as session:
        session.execute(
            insert(Batch).values(
                organisation_id=LOCAL_PRACTICE, payer_code="PPO01", window_key="PPO01:1", state="sent",
                business_at=night - ACKNOWLEDGED_WITHIN - timedelta(days=1),
            )
        )  # fmt: skip
    sweeps = SweepsOfOneOrganisation(books, clock, mailbox=None, deliveries=None)
    assert sweeps.unacknowledged(Sweep(kind="unacknowledged")).found == 1
    with books.transaction(LOCAL_PRACTICE) as session:
        item = session.scalars(select(WorkItem).where(WorkItem.kind == "acknowledgement_missing")).one()
        assert {item.due_on, item.opened_on} == {(night - timedelta(days=1)).date()}
