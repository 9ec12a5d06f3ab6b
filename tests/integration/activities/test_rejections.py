"""Rejections and denials reach a person with their group, remedy and deadline from the knowledge base."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim import follow_up
from activities.inbound import acknowledgements
from domain.claim.acknowledgement import ClaimAcknowledged
from domain.claim.stages import Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.coverage.coverage import PayerKind
from storage.models import WorkItem
from tests.integration.activities.conftest import Desk


def acknowledge(desk: Desk, category: str, status: str, *, accepted: bool = False) -> None:
    attempt = desk.attempts()[-1]
    told = ClaimAcknowledged(
        control_number=f"{desk.claim}-{attempt.attempt}",
        accepted=accepted,
        category=category,
        status_code=status,
        entity="",
        payer_control_number="",
        text="",
    )
    desk._run(lambda session: acknowledgements.claim_acknowledged(desk._inbound(session), told))


def item(desk: Desk, kind: str) -> WorkItem:
    def read(session: Session) -> WorkItem:
        wanted = select(WorkItem).where(WorkItem.kind == kind, WorkItem.closed_on.is_(None))
        found = session.scalars(wanted).one()
        session.expunge_all()
        return found

    return desk._run(read)


@pytest.mark.parametrize(
    ("category", "status", "group", "remedy", "cause"),
    [
        ("A6", "254", "incomplete", "correct_and_resend", "coding"),
        ("A7", "562", "error", "correct_and_resend", "enrolment"),
        ("A3", "116", "error", "correct_and_resend", "wrong_payer"),
        ("A9", "1", "error", "review", "unknown"),
    ],
)
def test_a_rejected_claim_lands_in_a_group_with_a_remedy_and_a_date(
    new_desk: Callable[..., Desk], category: str, status: str, group: str, remedy: str, cause: str
) -> None:
    desk = new_desk()
    acknowledge(desk, category, status)
    after = desk.act()
    assert (after.stage, after.denial_group) == (Stage.REJECTED, group)
    assert after.next_at == desk.today + timedelta(days=7)
    asked = item(desk, "rejected")
    assert asked.due_on == (desk.today + timedelta(days=7)).date()
    details: dict[str, Any] = asked.details or {}
    assert [details[name] for name in ("group", "remedy", "root_cause", "appealable")] == [group, remedy, cause, False]
    assert details["deadline_rule"]
    assert f"{category}:{status}" in asked.reason


def test_a_denial_tells_its_deadline_cause_and_role(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    details = item(desk, "denied").details or {}
    assert (details["remedy"], details["deadline_days"], details["root_cause"]) == ("appeal", 120, "medical_necessity")
    assert "presumed received 5 days" in details["deadline_rule"]


def test_an_unprocessable_medicare_claim_runs_against_the_calendar_year(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-16", "MA130")
    details = item(desk, "denied").details or {}
    assert (details["remedy"], details["frequency"], details["appealable"]) == ("correct_and_resend", "1", False)
    assert "calendar year" in details["deadline_rule"]


def test_a_payer_that_asks_for_records_in_a_277_leaves_a_dated_item_that_says_so(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    answer = StatusAnswer(kind=StatusKind.NEEDS_INFORMATION, category="R4", code="297")
    desk._run(lambda session: follow_up.note_status(session, desk.ref, answer))
    asked = item(desk, "payer_silent")
    details = asked.details or {}
    assert (details["group"], details["remedy"], details["deadline_days"]) == ("incomplete", "send_records", 45)
    assert "documents" in asked.reason
