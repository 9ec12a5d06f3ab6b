"""Papers to a payer, from the denial to its end: appealed, answered with records, refused, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from tests.integration.activities.conftest import Desk

PAID = {"payer_receivable": 0, "contractual": 3_500, "unapplied_cash": 14_000, "revenue": -17_500}


def assert_books(desk: Desk, **expected: int) -> None:
    assert desk.balances() == {account: cents for account, cents in expected.items() if cents}


def test_a_denial_is_appealed_overturned_and_paid_by_reversal_and_correction(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    assert desk.deny("CO-50").stage is Stage.DENIED
    before = desk.balances()
    desk.pass_days(2)

    said = desk.order("appeal")

    assert said.accepted, said.refusal
    assert said.snapshot is not None
    assert said.snapshot.stage is Stage.UNDER_REVIEW
    assert said.snapshot.next_at == desk.today + timedelta(days=60)
    assert (said.snapshot.next_what, said.snapshot.owner) == ("PPO01 to decide on the appeal", "system")
    assert desk.balances() == before, "a paper moves no money"
    assert desk.work() == []
    (manifest,) = desk.papers()
    assert manifest["paper"] == "appeal"
    assert manifest["reference"] == f"AP-{desk.claim}-v1-d1"
    assert manifest["claim_control_number"] == f"{desk.claim}-1"
    assert manifest["payer_control_number"] == "ICN1"

    desk.pass_days(20)
    assert desk.letter("favourable", f"AP-{desk.claim}-v1-d1").stage is Stage.UNDER_REVIEW, "the 835 moves the money"
    desk.pass_days(5)
    taken_back = desk.decision("CO-50", "CO-50", status="22", sign=-1)
    ended = desk.remit(taken_back, desk.decision(icn="ICN1B"))
    assert (ended.stage, ended.outcome) == (Stage.CLOSED, "denied_corrected")
    assert_books(desk, **PAID)
    told = desk.timeline()
    assert told.index("Appealed on paper") < told.index("Letter entered: appeal decision, favourable")


def test_an_appeal_may_be_answered_by_a_new_decision_without_a_reversal(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-197")
    desk.order("appeal")
    assert desk.remit(desk.decision(icn="ICN1B")).stage is Stage.CLOSED
    assert_books(desk, **PAID)


@pytest.mark.parametrize("code", ["CO-252", "CO-226"])
def test_a_request_for_records_is_answered_with_them_and_paid(new_desk: Callable[..., Desk], code: str) -> None:
    desk = new_desk()
    assert desk.deny(code, "N706").stage is Stage.DENIED
    said = desk.order("send_records")
    assert said.accepted, said.refusal
    assert said.snapshot is not None
    assert said.snapshot.next_what == "PPO01 to decide on the records"
    (manifest,) = desk.papers()
    assert (manifest["paper"], manifest["reference"]) == ("records", f"MR-{desk.claim}-v1-d1")
    desk.letter("favourable", f"MR-{desk.claim}-v1-d1", "records_decision")
    ended = desk.remit(desk.decision(code, code, status="22", sign=-1), desk.decision(icn="ICN1B"))
    assert (ended.stage, ended.outcome) == (Stage.CLOSED, "denied_corrected")
    assert_books(desk, **PAID)


def test_an_appeal_that_is_refused_leaves_the_claim_denied_with_a_person(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-50")
    desk.order("appeal")
    desk.pass_days(30)
    refused = desk.letter("unfavourable", f"AP-{desk.claim}-v1-d1")
    assert (refused.stage, refused.owner) == (Stage.DENIED, "biller")
    assert desk.work() == ["review_refused"]

    given_up = desk.order("write_off")
    assert given_up.snapshot is not None
    assert (given_up.snapshot.stage, given_up.snapshot.outcome) == (Stage.CLOSED, "denied_written_off")


def test_the_same_order_again_mails_nothing_twice(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-50")
    assert desk.order("appeal", id="monday-1").accepted
    assert desk.order("appeal", id="monday-1").accepted
    other = desk.order("appeal", id="tuesday-1")
    assert other.refusal == "a review is open: wait for the payer's letter"
    assert len(desk.papers()) == 1


def test_a_new_denial_after_an_appeal_may_be_appealed_in_its_turn(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-50")
    desk.order("appeal", id="first")
    desk.pass_days(10)
    assert desk.deny("CO-197").stage is Stage.DENIED
    assert desk.order("appeal", id="second").accepted
    assert [paper["reference"] for paper in desk.papers()] == [
        f"AP-{desk.claim}-v1-d1",
        f"AP-{desk.claim}-v1-d2",
    ]


def test_a_late_letter_about_an_earlier_paper_decides_nothing(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-252")
    desk.order("send_records")
    desk.deny("CO-50")
    desk.order("appeal")
    assert desk.letter("unfavourable", f"MR-{desk.claim}-v1-d1").stage is Stage.UNDER_REVIEW
    assert desk.letter("unfavourable", f"AP-{desk.claim}-v1-d2").stage is Stage.DENIED


def test_records_refused_leave_the_way_to_an_appeal(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-252")
    desk.order("send_records")
    assert desk.letter("unfavourable", f"MR-{desk.claim}-v1-d1").stage is Stage.DENIED
    assert "appeal in time" in desk.order("send_records", id="again").refusal
    assert desk.order("appeal").accepted


@pytest.mark.parametrize(
    ("kind", "codes", "verb", "told"),
    [
        (PayerKind.MEDICARE, ("CO-16", "MA130"), "appeal", "gives no right of appeal"),
        (PayerKind.MEDICARE, ("CO-29",), "appeal", "gives no right of appeal"),
        (PayerKind.COMMERCIAL, ("CO-50", "N211"), "appeal", "gives no right of appeal"),
        (PayerKind.COMMERCIAL, ("CO-50",), "send_records", "did not ask for records"),
    ],
)
def test_what_the_payer_would_not_take_is_refused_and_nothing_leaves(
    new_desk: Callable[..., Desk], kind: PayerKind, codes: tuple[str, ...], verb: str, told: str
) -> None:
    desk = new_desk(kind)
    desk.deny(*codes)
    said = desk.order(verb)
    assert not said.accepted
    assert told in said.refusal
    assert desk.papers() == []
    assert desk.snapshot().stage is Stage.DENIED


@pytest.mark.parametrize(("kind", "days"), [(PayerKind.COMMERCIAL, 180), (PayerKind.MEDICARE, 125)])
def test_an_appeal_is_taken_until_the_last_day_and_not_after(
    new_desk: Callable[..., Desk], kind: PayerKind, days: int
) -> None:
    late, in_time = new_desk(kind), None
    late.deny("CO-50", remitted_on=late.today.date() - timedelta(days=1))
    late.pass_days(days)
    assert "the time to file the" in late.order("appeal").refusal
    in_time = replace(late, today=late.today - timedelta(days=1))
    assert in_time.order("appeal", id="in-time").accepted


def test_a_payer_that_does_not_answer_an_appeal_becomes_work_for_a_person(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.deny("CO-50")
    desk.order("appeal")
    desk.pass_days(61)
    late = desk.remind()
    assert late.next_at is not None
    assert late.next_at > desk.today
    assert "overdue" in desk.work()


def test_a_corrected_claim_that_medicare_does_not_reopen_is_appealed_with_its_corrections(
    new_desk: Callable[..., Desk]
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    desk.deny("CO-50")
    desk.order("correct", lines__2__modifiers="59")
    desk.send()
    assert desk.snapshot().stage is Stage.UNDER_REVIEW
    assert desk.letter("unfavourable", f"RO-{desk.claim}-v2", "reopening_decision").stage is Stage.DENIED
    assert desk.order("appeal").accepted
    kinds = [(paper["paper"], paper["corrections"]) for paper in desk.papers()]
    corrected = {"lines.2.modifiers": "59"}
    assert kinds == [("reopening_request", corrected), ("appeal", corrected)]
    assert desk.papers()[1]["claim_control_number"] == f"{desk.claim}-1"
