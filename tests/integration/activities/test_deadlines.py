"""Deadlines as timers of a claim and as rows of the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.deadlines.board import board
from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from storage.models import Submission
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.appeal_desk import newest
from tests.integration.activities.conftest import Desk


def rows(desk: Desk) -> list[dict[str, Any]]:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        today = desk.today.date()
        return [one.document(today) for one in board(session, today, 1000) if one.claim == desk.claim]


def rejected(desk: Desk) -> Desk:
    """The payer's front door refused the attempt: it was never filed."""

    def work(session: Any) -> None:
        attempt = session.query(Submission).filter_by(claim_number=desk.claim).one()
        attempt.state, attempt.category, attempt.status_code = "rejected", "A7", "562"

    desk.books.run(LOCAL_PRACTICE, work)
    assert desk.act().stage is Stage.REJECTED
    return desk


def days_told(desk: Desk, until: date) -> list[int]:
    """Days left when the claim told people of its limit, while nobody acts."""
    told = []
    while desk.today.date() <= until:
        before = len(desk.timeline())
        next_at = desk.snapshot().next_at
        assert next_at is not None
        desk.today = max(desk.today, next_at)
        desk.remind()
        if any("filing limit" in line for line in desk.timeline()[before:]):
            told.append((until - desk.today.date()).days)
    return told


@pytest.mark.parametrize("kind", [PayerKind.COMMERCIAL, PayerKind.MEDICARE])
def test_a_rejected_claim_is_warned_about_until_its_limit_and_told_why_it_is_late(
    new_desk: Callable[..., Desk], kind: PayerKind
) -> None:
    desk = rejected(new_desk(kind))
    (row,) = [one for one in rows(desk) if one["kind"] == "filing"]
    limit = date.fromisoformat(row["date"])

    told = days_told(desk, limit)

    first = 60 if kind is PayerKind.MEDICARE else 30
    assert told == [first, 14, 7, 3, 1, -1]
    assert "filing_limit_passed" in desk.work()
    (late,) = [one for one in rows(desk) if one["kind"] == "filing"]
    assert late["what"] == "the filing limit has passed"
    assert ("424.44(b)(1)" if kind is PayerKind.MEDICARE else "contract") in late["rule"]


@pytest.mark.parametrize(
    ("codes", "kinds"), [(("CO-16", "MA130"), {"filing"}), (("CO-50",), {"appeal", "correction"})]
)
def test_an_unprocessable_claim_was_never_filed_and_a_denied_one_was(
    new_desk: Callable[..., Desk], codes: tuple[str, ...], kinds: set[str]
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny(*codes)

    assert {one["kind"] for one in rows(desk)} == kinds


def test_the_board_follows_a_denial_through_its_levels(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    first = next(one for one in rows(desk) if one["kind"] == "appeal")
    assert (first["days_left"], first["money_cents"], first["owner"]) == (125, 17_500, "biller")

    desk.order("appeal")
    (filed,) = rows(desk)
    assert (filed["kind"], filed["days_left"], filed["number"]) == ("appeal_decision", 60, newest(desk).number)

    newest(desk).decide("unfavourable")
    assert {one["kind"]: one["days_left"] for one in rows(desk) if one["number"]} == {"next_level": 185}
    desk.order("write_off")
    assert rows(desk) == []


def test_the_soonest_comes_first(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    found = [one["date"] for one in rows(desk)]

    assert len(found) == 2
    assert found == sorted(found)
