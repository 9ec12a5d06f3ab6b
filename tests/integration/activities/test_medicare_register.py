"""The Medicare examination register: each denial has its one record, entered with the decision that denies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from activities.appeals import register
from domain.coverage.coverage import PayerKind
from storage import examinations
from storage.models import MedicareExamination
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk


def records(desk: Desk) -> list[dict[str, Any]]:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        return [row for row in examinations.listed(session, limit=1000) if row["claim"] == desk.claim]


def unregistered(desk: Desk) -> list[int]:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        return [one.claim_number for one in register.missing(session)]


@pytest.mark.parametrize(
    ("codes", "route", "days"),
    [(("CO-50",), "redetermination", 125), (("CO-4",), "reopening", 365), (("CO-16", "MA130"), "neither", None)],
)
def test_each_denied_line_is_entered_with_its_route_and_last_day(
    new_desk: Callable[..., Desk], codes: tuple[str, ...], route: str, days: int | None
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny(*codes)

    found = records(desk)

    assert [(row["line"], row["route"], row["attempt"]) for row in found] == [(1, route, 1), (2, route, 1)]
    assert [row["refused_cents"] for row in found] == [15_000, 2_500]
    due = None if days is None else (desk.today.date()).toordinal() + days
    assert {row["due_on"] and desk.today.date().fromisoformat(row["due_on"]).toordinal() for row in found} == {due}


def test_a_repeated_denial_of_the_attempt_adds_no_record(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    before = records(desk)
    desk.pass_days(9)
    desk.deny("CO-50")

    assert records(desk) == before


def test_two_denials_that_are_read_together_are_both_entered(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    paid_second = replace(desk.decision("CO-50"), payer_control_number="ICN1")
    desk.remit(paid_second, desk.decision("CO-50", "CO-50", status="22", sign=-1))

    assert [row["line"] for row in records(desk)] == [1]


def test_a_commercial_payers_denial_stays_out(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-50")

    assert records(desk) == []


def test_a_paid_medicare_claim_has_no_record(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.remit(desk.decision())

    assert records(desk) == []


def test_what_an_earlier_release_left_out_is_found_and_completed(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    before = [{**row, "record": None} for row in records(desk)]
    assert desk.claim not in unregistered(desk)
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        session.execute(delete(MedicareExamination).where(MedicareExamination.claim_number == desk.claim))
    assert unregistered(desk) == [desk.claim]

    with desk.books.transaction(LOCAL_PRACTICE) as session:
        assert register.complete(session, LOCAL_PRACTICE, desk.today.date()) == 2

    assert unregistered(desk) == []
    assert [{**row, "record": None} for row in records(desk)] == before


def test_a_reopening_and_then_an_appeal_move_the_same_records(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-4")
    desk.order("correct", lines__2__modifiers="59")
    desk.send()
    assert {(row["route"], row["state"]) for row in records(desk)} == {("reopening", "filed")}

    desk.letter("unfavourable", f"RO-{desk.claim}-v2", "reopening_decision")
    assert {(row["route"], row["state"]) for row in records(desk)} == {("reopening", "upheld")}

    assert desk.order("appeal").accepted
    assert {(row["route"], row["state"], row["level"]) for row in records(desk)} == {("redetermination", "filed", 1)}
    assert len(records(desk)) == 2
