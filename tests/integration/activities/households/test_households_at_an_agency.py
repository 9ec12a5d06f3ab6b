"""Households that answer nobody: every condition before an agency says what is missing, and the way back."""

from __future__ import annotations

from domain.billing.contact_policy import Channel
from domain.claim.stages import Stage
from storage.timeline import of_claim
from tests.support.household_life import AGENCY, Life
from tests.support.household_people import agency_pays, approve_placement, reach_the_agency, recall_from_agency
from tests.support.household_server import BY_STEPS

OWED = 15_000
ON_THE_WAY = [(0, "statement"), (30, "reminder"), (60, "reminder"), (90, "final_notice"), (90, "assistance_offer")]


@BY_STEPS
def test_each_condition_before_an_agency_says_what_it_lacks_until_time_and_letters_meet_it(life: Life) -> None:
    approve_placement(life)
    life.until_day(1)
    first = set(life.shut())
    assert first == {"statements", "waited", "plan_offered", "assistance_offered", "notice"}
    life.until_day(60)
    assert "statements" in life.shut(), "the final notice did not go out"
    assert life.gates()["assistance_offered"].why == "it was not offered yet"
    life.until_day(90)
    assert life.received() == ON_THE_WAY, "help is offered with the final notice at the latest"
    assert life.shut() == ["waited", "notice"]
    assert life.gates()["waited"].until == life.gates()["notice"].until
    assert life.placements() == [], "an approval opens no condition"
    life.until_day(119)
    assert life.shut() == ["waited", "notice"]
    assert life.placements() == []


@BY_STEPS
def test_an_account_without_a_good_address_never_reaches_an_agency(life: Life) -> None:
    life.until_day(95)
    life.heard("returned_mail", Channel.MAIL)
    approve_placement(life)
    life.until_day(200)
    assert life.shut() == ["address"]
    assert life.placements() == []
    assert life.received()[5:] == [], "nothing more is mailed to a bad address"
    assert {"bad_address", "collection_gates"} & set(life.work())


@BY_STEPS
def test_a_later_visit_keeps_the_whole_account_until_its_own_days_have_passed(life: Life) -> None:
    life.until_day(100)
    life.another_visit()
    approve_placement(life)
    life.until_day(150)
    assert life.placements() == []
    assert "waited" in life.shut()


def test_an_account_that_is_recalled_stands_in_our_books_again_and_begins_with_a_statement(life: Life) -> None:
    reach_the_agency(life)
    placed = life.day
    assert life.received() == ON_THE_WAY
    assert life.received(AGENCY) == [(placed, "placement")]
    assert life.open_cents == 0
    told = life.run(lambda session: of_claim(session, life.desk.claim))
    (ended,) = [entry["why"] for entry in told if entry["what"] == "Closed"]
    assert ended == "of the patient's share $150.00 was placed with the collection agency"
    assert all(gate["met"] for gate in life.placements()[0].gates)

    life.until_day(placed + 40)
    assert len(life.received()) == len(ON_THE_WAY), "the house asks for nothing that an agency has"
    assert recall_from_agency(life, "the household is known to us") == OWED
    assert life.received(AGENCY)[-1] == (placed + 40, "agency_recall")
    assert life.open_cents == OWED
    life.until_day(placed + 45)
    assert life.received()[-1][1] == "statement"
    assert "waited" not in life.shut(), "its 120 days are over"
    assert "notice" in life.shut(), "a new notice, and its 30 days, come first"

    life.pay(OWED)
    before = len(life.mailbag)
    life.until_day(placed + 200)
    assert life.mailbag[before:] == []
    sheet = life.sheet()
    assert not {"write_off", "patient_receivable", "patient_credit"} & set(sheet)
    assert life.told("Final notice", "Handed to the collection", "Recalled from", "Statement over", "Patient paid")
    assert life.stage() is Stage.CLOSED


def test_what_the_agency_collects_comes_in_whole_with_its_fee_and_the_rest_may_be_recalled(life: Life) -> None:
    reach_the_agency(life)
    (row,) = life.placements()
    before = life.sheet().get("bank", 0)
    life.until_day(150)
    line = f"R1,{row.number},{life.account},{life.today},100.00,25.00"
    assert agency_pays(life, line).posted == 1
    assert agency_pays(life, line).known_before == 1
    sheet = life.sheet()
    assert (sheet.get("bank", 0) - before, sheet["collection_fees"], sheet["write_off"]) == (7_500, 2_500, 5_000)

    life.until_day(170)
    assert recall_from_agency(life, "only a little is left") == 5_000
    life.until_day(175)
    assert life.latest("statement").cents == 5_000
    life.pay(5_000)
    after = len(life.mailbag)
    life.until_day(400)
    assert life.mailbag[after:] == []
    sheet = life.sheet()
    assert not {"write_off", "patient_receivable", "patient_credit"} & set(sheet)
    assert life.told("Handed to", "The agency collected $100.00 and kept $25.00", "Recalled from", "Patient paid")
