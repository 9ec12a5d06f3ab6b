"""Households that object: a dispute that is won, a complaint that pauses a collection, an estimate far exceeded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.care.case import NotPossible
from activities.frontdesk import disputes
from domain.claim.stages import Stage
from tests.integration.activities.conftest import Desk
from tests.support.household_life import AGENCY, Life
from tests.support.household_people import (
    answer,
    approve_placement,
    complain,
    estimate_given,
    reach_the_agency,
)
from tests.support.household_server import BY_STEPS

ESTIMATE = 40_001
"""Its number: the first of the books."""
OWED = ESTIMATED = 15_000
BILLED = 70_000
LETTERS = ["complaint_acknowledged", "complaint_answered"]


def test_a_dispute_that_is_won_rests_its_visit_alone_and_its_amount_is_never_asked_for_again(life: Life) -> None:
    life.do_what_is_due()
    disputed, later = life.desk, life.another_visit()
    life.until_day(20)
    case = complain(life, "billing_error", "I was never there for this", claim=disputed.claim)
    before = len(life.mailbag)
    life.until_day(40)
    asked = [one for one in life.mailbag[before:] if one.what in {"statement", "reminder"}]
    assert {one.cents for one in asked} <= {OWED}, "the other visit alone"
    assert "no_complaint" in life.shut()

    answer(life, case, "You are right: the visit was entered for you by mistake.", cause="identity_mixed", upheld=True)
    given = life.order(disputed, "write_off", "won")
    assert given.accepted, given.refusal
    life.until_day(45)
    life.pay(OWED, claims=(later.claim,))
    after = len(life.mailbag)
    life.until_day(300)

    assert life.mailbag[after:] == [], "nothing is left to ask for"
    assert [one.what for one in life.mailbag if one.what.startswith("complaint")] == LETTERS
    assert "entered for you by mistake" in life.latest("complaint_answered").text
    assert life.open_cents == 0
    sheet = life.sheet()
    assert (sheet["write_off"], sheet.get("patient_receivable", 0), sheet.get("patient_credit", 0)) == (OWED, 0, 0)
    assert life.told("Statement over $150.00", "recorded", "answered (identity mixed)", "Patient paid")
    assert life.stage(disputed.claim) is life.stage(later.claim) is Stage.CLOSED


@BY_STEPS
def test_a_complaint_on_the_way_to_an_agency_pauses_everything_and_its_answer_lets_it_go_on(life: Life) -> None:
    life.until_day(100)
    words = [what for _, what in life.received()]
    assert words == ["statement", "reminder", "reminder", "final_notice", "assistance_offer"]
    case = complain(life, "paid_already", "I paid this in March")
    assert "no_complaint" in life.shut()
    approve_placement(life)
    life.until_day(130)
    assert life.placements() == [], "approved and 120 days old, and still not handed over"
    assert life.shut() == ["no_complaint"]
    assert "complaint_overdue" in life.work()

    answer(life, case, "We found no such payment; this is what we looked at.", cause="no_fault_found", upheld=False)
    assert life.shut() == []
    life.until_day(133)
    assert [one.state for one in life.placements()] == ["placed"]
    assert [what for _, what in life.received()][5:] == LETTERS
    assert life.told("Final notice", "recorded", "Asked again", "answered (no fault found)", "Handed to the collection")
    life.sheet()


@BY_STEPS
def test_a_reminder_that_lies_ready_when_a_complaint_comes_stays_in_the_house_until_its_answer(life: Life) -> None:
    life.until_day(29)
    came: list[int] = []
    life.before_hand_over = lambda: came.append(complain(life, "billing_error", "The figures look wrong"))
    life.until_day(40)
    assert life.received() == [(0, "statement"), (30, "complaint_acknowledged")]

    answer(life, came[0], "The figures are right; this is how they come about.", cause="no_fault_found", upheld=False)
    life.until_day(65)
    assert [what for _, what in life.received()] == ["statement", LETTERS[0], LETTERS[1], "reminder"]
    assert life.sheet()["patient_receivable"] == OWED


def test_a_complaint_about_an_agency_rests_it_the_same_day_and_its_answer_lets_it_go_on(life: Life) -> None:
    reach_the_agency(life)
    life.until_day(140)
    case = complain(life, "collections", "They called at night")
    assert life.received(AGENCY)[-1] == (140, "agency_pause")
    life.until_day(145)
    answer(life, case, "We told them to stop calling.", cause="tone", upheld=True)
    assert life.received(AGENCY)[-1] == (145, "agency_resume")
    assert [what for _, what in life.received()][-2:] == LETTERS
    life.sheet()


def nobody_disputed(life: Life) -> None:
    life.at_desk(lambda desk: disputes.undisputed(desk, ESTIMATE, by="bea", reason="no notice came"))


def billed_far_above_the_estimate(life: Life) -> Desk:
    """The first visit is paid; one that was estimated at 150 dollars is billed at 700."""
    life.do_what_is_due()
    life.pay(OWED)
    life.until_day(5)
    estimate = estimate_given(life, ESTIMATED, life.today + timedelta(days=7))
    assert estimate.expected_cents == ESTIMATED
    life.until_day(12)
    visit = life.pays_alone_for(BILLED)
    life.until_day(14)
    return visit


@BY_STEPS
def test_a_bill_400_dollars_above_its_estimate_reaches_no_agency_while_it_may_be_disputed(life: Life) -> None:
    visit = billed_far_above_the_estimate(life)
    assert life.latest("statement").cents == BILLED, "a bill that may be disputed is shown"
    assert "estimate_exceeded" in life.work()
    assert "no_estimate_dispute" in life.shut()
    assert "billed $700.00 for $150.00" in life.gates()["no_estimate_dispute"].why
    with pytest.raises(NotPossible, match=r"may dispute the bill above estimate \d+ until"):
        nobody_disputed(life)
    approve_placement(life)
    life.until_day(12 + 120)
    assert life.shut() == ["no_estimate_dispute"], "its last day: every other condition is met, and a person approved"
    life.until_day(12 + 125)
    assert life.shut() == ["no_estimate_dispute"], "no day ends it by itself"
    assert "estimate_undisputed" in life.work()
    assert life.placements() == []
    assert life.told("Good faith estimate", "given to the patient", "The bill exceeds estimate")
    assert life.sheet()["patient_receivable"] == BILLED
    assert life.stage(visit.claim) is Stage.PATIENT_BALANCE

    nobody_disputed(life)
    assert life.shut() == []
    assert not {"estimate_exceeded", "estimate_undisputed"} & set(life.work())
    life.do_what_is_due()
    assert [one.state for one in life.placements()] == ["placed"]


def test_a_bill_brought_down_to_its_estimate_is_asked_for_there_and_what_was_paid_above_it_goes_back(
    life: Life,
) -> None:
    visit = billed_far_above_the_estimate(life)
    life.pay(20_000, claims=(visit.claim,))
    with pytest.raises(NotPossible, match=r"may stand at \$549.99 at most"):
        life.at_desk(lambda desk: disputes.write_down(desk, ESTIMATE, by="bea", reason="too high", to_cents=55_000))
    done = life.at_desk(lambda desk: disputes.write_down(desk, ESTIMATE, by="bea", reason="as we told the patient"))
    assert (done.outcome, done.payable_cents) == ("written_down", ESTIMATED)
    assert done.written_down_cents == BILLED - ESTIMATED
    sheet = life.sheet()
    assert sheet["write_off"] == BILLED - ESTIMATED
    assert sheet["patient_credit"] == -(20_000 - ESTIMATED), "what was paid above the estimate is the patient's"
    assert "patient_receivable" not in sheet
    assert "no_estimate_dispute" not in life.shut()
    (cites,) = [one for one in life.postings("write_off") if "estimate" in one]
    assert "brought down by bea: as we told the patient" in cites
    with pytest.raises(NotPossible, match=r"settled on .* \(written down\)"):
        nobody_disputed(life)


def test_a_dispute_rests_every_word_and_its_decision_takes_the_fee_off_what_is_left(life: Life) -> None:
    visit = billed_far_above_the_estimate(life)
    life.until_day(20)
    life.at_desk(lambda desk: disputes.begin_dispute(desk, ESTIMATE, "PPDR-7", by="bea", reason="notice of June"))
    asked = len(life.mailbag)
    life.until_day(200)
    assert life.mailbag[asked:] == [], "no reminder, no agency, while the dispute is open, however long it takes"
    assert "dispute PPDR-7 is open" in life.gates()["no_estimate_dispute"].why
    for not_now in (disputes.write_down, disputes.undisputed):
        with pytest.raises(NotPossible, match="dispute PPDR-7 is open"):
            life.at_desk(lambda desk, step=not_now: step(desk, ESTIMATE, by="bea", reason="x"))

    done = life.at_desk(
        lambda desk: disputes.decided(desk, ESTIMATE, "Some Dispute Entity", 30_000, by="bea", reason="its letter")
    )
    assert (done.decided_by, done.decided_cents, done.fee_credit_cents) == ("Some Dispute Entity", 30_000, 2_500)
    assert life.open_cents == done.payable_cents == 27_500
    life.until_day(202)
    assert life.latest("statement").cents == 27_500 or life.latest("reminder").cents == 27_500
    assert life.told("The bill exceeds estimate", "Dispute PPDR-7 has begun", "Dispute PPDR-7 ended: Some")
    assert life.stage(visit.claim) is Stage.PATIENT_BALANCE


def test_a_bill_that_the_patient_accepted_in_writing_is_asked_for_until_a_dispute_comes_after_all(life: Life) -> None:
    billed_far_above_the_estimate(life)
    life.at_desk(
        lambda desk: disputes.accepted(desk, ESTIMATE, "signed letter, filed", by="bea", signed_on=desk.today)
    )
    assert "no_estimate_dispute" not in life.shut()
    life.until_day(30)
    life.at_desk(lambda desk: disputes.begin_dispute(desk, ESTIMATE, "PPDR-8", by="bea", reason="notice"))
    assert "no_estimate_dispute" in life.shut()
    done = life.at_desk(lambda desk: disputes.agreed(desk, ESTIMATE, 40_000, by="bea", reason="on the telephone"))
    assert (done.outcome, done.payable_cents, life.open_cents) == ("agreed", 38_750, 38_750)
    assert "settlement_notice" in life.work(), "the entity is told within three business days"


@BY_STEPS
def test_a_dispute_of_a_bill_above_its_estimate_stops_every_word_and_ends_at_the_estimate(life: Life) -> None:
    visit = billed_far_above_the_estimate(life)
    life.until_day(30)
    case = complain(life, "estimate_exceeded", "I was told 150 dollars", claim=visit.claim)
    life.pay(ESTIMATED, claims=(visit.claim,))
    asked = len(life.mailbag)
    life.until_day(50)
    assert life.mailbag[asked:] == [], "no reminder on day 42: a dispute is open"
    assert {"no_complaint", "no_estimate_dispute"} <= set(life.shut())

    answer(life, case, "You are right: you pay what was estimated.", cause="estimate_wrong", upheld=True)
    given = life.order(visit, "write_off", "down-to-the-estimate")
    assert given.accepted, given.refusal
    life.until_day(300)

    assert [one.what for one in life.mailbag[asked:]] == ["complaint_answered"]
    sheet = life.sheet()
    assert sheet["write_off"] == BILLED - ESTIMATED
    assert not {"patient_receivable", "patient_credit"} & set(sheet)
    assert life.told("given to the patient", "The bill exceeds estimate", "recorded", "answered (estimate wrong)")
    assert life.stage(visit.claim) is Stage.CLOSED
