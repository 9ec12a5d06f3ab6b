"""Households that object: a dispute that is won, a complaint that pauses a collection, an estimate far exceeded."""

from __future__ import annotations

from domain.claim.stages import Stage
from tests.support.household_life import AGENCY, Life
from tests.support.household_people import answer, approve_placement, complain, reach_the_agency

OWED = 15_000
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
    disputed.today = life.now
    given = disputed.order("write_off", id="won")
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
