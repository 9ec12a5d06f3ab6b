"""Households that cannot pay: helped in full, in part, not by the policy, and late, when an agency has the account."""

from __future__ import annotations

import pytest

from activities.care.case import NotPossible
from domain.claim.stages import Stage
from tests.support.household_life import AGENCY, Life
from tests.support.household_people import (
    apply_for_help,
    approve_placement,
    bring,
    deny,
    grant,
    pay_back,
    reach_the_agency,
)

OWED = 15_000


def test_a_household_with_little_is_helped_in_full_and_asked_for_nothing_while_it_waits(life: Life) -> None:
    life.until_day(20)
    case = apply_for_help(life, 18_000, documents=("tax_return",), language="es")
    assert life.received() == [(0, "statement"), (20, "assistance_missing")]
    assert "Su solicitud de ayuda" in life.latest("assistance_missing").text
    assert "no_application" in life.shut()

    approve_placement(life)
    life.until_day(45)
    assert life.received()[2:] == [], "no reminder on day 30: an application is open"
    bring(life, case, "household_statement")
    assert "assistance_to_decide" in life.work()
    relieved = grant(life, case)
    life.until_day(300)

    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (OWED, 0, 0)
    assert life.received() == [(0, "statement"), (20, "assistance_missing"), (45, "assistance_approved")]
    assert "$150.00" in life.latest("assistance_approved").text
    sheet = life.sheet()
    assert sheet["write_off"] == OWED
    assert not {"patient_receivable", "patient_credit", "payer_receivable"} & set(sheet)
    assert life.postings("write_off") == [f"financial assistance {case}, approved by bea"]
    assert life.placements() == []
    assert life.told("Statement over", "for assistance taken", "Documents came", "Assistance granted: 100 percent")
    assert life.work() == []
    assert life.stage() is Stage.CLOSED


def test_a_household_helped_in_part_is_asked_for_the_rest_alone_and_pays_it(life: Life) -> None:
    life.until_day(10)
    case = apply_for_help(life, 47_000)
    relieved = grant(life, case)
    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (7_500, 7_500, 0)

    life.until_day(45)
    asked = [one for one in life.mailbag if one.what in {"statement", "reminder"} and one.day > 10]
    assert asked, "the rest is asked for"
    assert {one.cents for one in asked} == {7_500}
    assert all("75.00" in one.text for one in asked)
    life.pay(7_500)
    before = life.received()
    life.until_day(300)

    assert life.received() == before, "no word after the payment"
    sheet = life.sheet()
    assert (life.open_cents, sheet["write_off"], sheet.get("patient_receivable", 0)) == (0, 7_500, 0)
    assert life.told("Statement over $150.00", "Assistance granted: 50 percent", "over $75.00", "Patient paid")
    assert life.stage() is Stage.CLOSED


def test_a_household_above_the_scale_is_told_why_and_asking_goes_on_where_it_stood(life: Life) -> None:
    life.until_day(20)
    case = apply_for_help(life, 200_000)
    with pytest.raises(NotPossible, match="the policy gives nothing"):
        grant(life, case)
    life.until_day(35)
    assert life.received() == [(0, "statement")], "nothing on day 30: the application is open"
    deny(life, case, "the income is above four times the poverty guideline.")
    letter = life.latest("assistance_denied")
    assert "above four times the poverty guideline" in letter.text
    assert "in monthly parts, without interest" in letter.text

    life.until_day(40)
    reminded = life.received()[-1]
    assert reminded[1] == "reminder"
    assert reminded[0] >= 35
    life.pay(OWED)
    life.until_day(300)

    assert [what for _, what in life.received()] == ["statement", "assistance_denied", "reminder"]
    sheet = life.sheet()
    assert (life.open_cents, sheet.get("write_off", 0)) == (0, 0)
    assert life.told("Statement over", "assistance taken", "Assistance not granted", "Reminder over", "Patient paid")
    assert life.stage() is Stage.CLOSED


def test_help_granted_late_calls_the_account_back_from_the_agency_and_returns_what_was_paid(life: Life) -> None:
    life.until_day(15)
    life.pay(4_000)
    reach_the_agency(life)
    placed = life.day
    assert placed >= 120
    assert life.received(AGENCY) == [(placed, "placement")]
    assert life.latest("placement").cents == 11_000
    assert life.open_cents == 0, "the debt is with the agency"

    life.until_day(150)
    case = apply_for_help(life, 10_000, household=2)
    assert life.received(AGENCY)[-1] == (150, "agency_pause"), "told the same day"
    life.until_day(160)
    relieved = grant(life, case)
    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (OWED, 0, 4_000)
    assert life.received(AGENCY)[-1] == (160, "agency_recall")
    assert "we return $40.00 to you" in life.latest("assistance_approved").text
    assert life.sheet()["patient_credit"] == -4_000

    assert "patient_credit" in life.sheet()
    life.until_day(230)
    refund = pay_back(life, "2044")
    life.until_day(400)

    assert (refund.state, refund.amount_cents) == ("closed", 4_000)
    assert [what for _, what in life.received()] == [
        "statement", "reminder", "reminder", "final_notice", "assistance_offer", "assistance_approved",
    ]  # fmt: skip
    sheet = life.sheet()
    assert sheet["write_off"] == OWED
    assert not {"patient_receivable", "patient_credit"} & set(sheet)
    assert [one.state for one in life.placements()] == ["recalled"]
    assert life.told(
        "Statement over", "Patient paid", "Final notice", "Handed to the collection agency: $110.00",
        "for assistance taken", "Recalled from the collection agency: $110.00", "Assistance granted: 100 percent",
    )  # fmt: skip
