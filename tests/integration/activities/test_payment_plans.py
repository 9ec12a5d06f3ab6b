"""A plan is kept in peace; a missed instalment is met with a friendly word, then a person, then the procedure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from activities.account import agreeing
from activities.account.agreeing import PlanRefused
from activities.care.flagging import NewFlag, set_flag
from activities.cases.desk import Desk as CaseDesk
from domain.care.flags import Flag
from storage import payment_plans
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.activities.household import Household
from tests.integration.gateways.test_papers import words


@pytest.fixture
def house(new_desk: Callable[..., Desk]) -> Household:
    return Household.owing(new_desk())


def live(house: Household, days: int, pays: bool) -> None:
    """Days go by; an instalment is paid on its day, or is not."""
    with house.books.transaction(LOCAL_PRACTICE) as session:
        plan = payment_plans.standing(session, house.account)
        due = {one.due_on: one.cents for one in payment_plans.instalments(plan)} if plan else {}
    for _ in range(days):
        house.now += timedelta(days=1)
        if pays and house.today in due:
            house.pay(min(due[house.today], house.open_cents))
        house.step()


def state(house: Household) -> str:
    with house.books.transaction(LOCAL_PRACTICE) as session:
        return str(payment_plans.of_account(session, house.account)[0]["state"])


def test_a_plan_that_is_kept_brings_no_letter_and_ends_at_zero(house: Household) -> None:
    owed = house.open_cents
    plan = house.agree_plan(monthly_cents=5_000)
    assert plan["total_cents"] == owed, "no interest, no fee"
    live(house, 150, pays=True)
    assert house.handed == []
    assert house.open_cents == 0
    assert state(house) == "kept"
    assert house.plan().settled


def test_a_late_instalment_within_grace_is_not_missed(house: Household) -> None:
    house.agree_plan(monthly_cents=5_000)
    live(house, 30, pays=False)
    house.now += timedelta(days=9)
    house.step()
    house.pay(5_000)
    live(house, 20, pays=False)
    assert house.handed == []


def test_a_missed_instalment_is_met_with_one_friendly_letter_then_a_person_then_the_procedure(house: Household) -> None:
    owed = house.open_cents
    house.agree_plan(monthly_cents=5_000)
    live(house, 45, pays=False)
    (letter,) = house.handed
    assert letter.balance_cents == 5_000, "only what was missed is asked for"
    text = words(letter.content)
    assert "About your payment plan" in text
    assert "That can happen" in text
    live(house, 14, pays=False)
    assert "plan_renegotiation" in house.desk.work()
    assert len(house.handed) == 1
    live(house, 32, pays=False)
    assert state(house) == "ended"
    assert [one.balance_cents for one in house.handed[1:]] == [owed], "the procedure begins anew, with a statement"
    assert "plan_renegotiation" not in house.desk.work()


def test_no_letter_asks_for_the_instalments_of_a_visit_that_rests_and_the_plan_is_not_called_kept(
    house: Household,
) -> None:
    owed = house.open_cents
    house.agree_plan(monthly_cents=5_000)
    live(house, 35, pays=False)
    house.hold("dispute:visit", claim=house.desk.claim)
    live(house, 60, pays=False)
    assert house.handed == [], "nothing is asked while the only visit of the plan is in dispute"
    assert "plan_renegotiation" not in house.desk.work()
    assert state(house) == "agreed"
    house.lift("dispute:visit")
    live(house, 2, pays=False)
    assert [one.balance_cents for one in house.handed] == [10_000], "then one friendly letter over what is missing"
    assert house.open_cents == owed


def test_a_bankruptcy_silences_the_plan_over_the_visits_before_its_petition(house: Household) -> None:
    house.agree_plan(monthly_cents=5_000)
    live(house, 20, pays=False)
    petition = NewFlag(
        flag=Flag.BANKRUPT, account_number=house.account, began_on=house.today, evidence="the court's notice"
    )
    house.run(lambda s: set_flag(CaseDesk.at(s, LOCAL_PRACTICE, house.now), petition, key="petition", by="ana"))
    live(house, 120, pays=False)
    assert house.handed == [], "the automatic stay forbids every demand (11 U.S.C. 362(a)(6))"
    assert "plan_renegotiation" not in house.desk.work()
    assert house.plan().due_at is not None, "and the account is looked at again all the same"


def test_a_broken_plan_is_mended_by_smaller_instalments(house: Household) -> None:
    house.agree_plan(monthly_cents=5_000)
    live(house, 60, pays=False)
    assert "plan_renegotiation" in house.desk.work()
    house.run(
        lambda session: agreeing.change_plan(
            house.entering(session), house.account, reason="lost hours at work", monthly_cents=2_500
        )
    )
    assert "plan_renegotiation" not in house.desk.work()
    before = len(house.handed)
    live(house, 240, pays=True)
    assert len(house.handed) == before
    assert (state(house), house.open_cents) == ("kept", 0)


def test_paying_what_was_missed_mends_the_plan_by_itself(house: Household) -> None:
    house.agree_plan(monthly_cents=5_000)
    live(house, 45, pays=False)
    assert len(house.handed) == 1
    house.pay(5_000)
    live(house, 10, pays=False)
    assert "plan_renegotiation" not in house.desk.work()
    assert state(house) == "agreed"


def test_a_household_that_can_carry_little_is_asked_for_no_more(house: Household) -> None:
    offered = house.run(
        lambda s: agreeing.offer_plan(house.entering(s), house.account, monthly_income_cents=90_000)
    )
    assert max(entry["cents"] for entry in offered["instalments"]) <= 90_000 * 20 // 1000
    with pytest.raises(PlanRefused, match="assistance"):
        house.run(lambda s: agreeing.offer_plan(house.entering(s), house.account, monthly_income_cents=10_000))


def test_an_offer_over_a_balance_that_moved_is_made_anew(house: Household) -> None:
    house.run(lambda s: agreeing.offer_plan(house.entering(s), house.account, monthly_cents=5_000))
    house.pay(1_000)
    with pytest.raises(PlanRefused, match="anew"):
        house.run(lambda s: agreeing.agree_plan(house.entering(s), house.account, "called"))


def test_agreeing_twice_agrees_once(house: Household) -> None:
    first = house.agree_plan(monthly_cents=5_000)
    again = house.run(lambda s: agreeing.agree_plan(house.entering(s), house.account, "called"))
    assert (first["plan"], first["new"], again["plan"], again["new"]) == (first["plan"], True, first["plan"], False)
