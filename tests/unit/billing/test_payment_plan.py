"""Plans add nothing to a debt, take no more than a household can carry, and are missed only after grace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.aging import by_age
from domain.billing.applying import in_order
from domain.billing.payment_plan import CannotCarry, PlanStanding, offer, progress, schedule
from storage.billing_rules import plan_policy

TODAY = date(2026, 4, 1)
POLICY = plan_policy(TODAY)


@given(st.integers(1, 5_000_00), st.integers(0, 10_000_00))
def test_a_plan_sums_to_the_balance_and_keeps_within_the_households_share(balance: int, income: int) -> None:
    share = income * POLICY.income_share_permille // 1000
    try:
        found = offer(balance, POLICY, TODAY, monthly_income_cents=income)
    except CannotCarry:
        assert share * POLICY.most_months < balance
        return
    assert sum(one.cents for one in found) == balance
    assert max(one.cents for one in found) <= share
    assert all(one.cents > 0 for one in found)
    assert len(found) <= POLICY.most_months


def test_instalments_fall_on_one_day_of_the_month_also_where_the_month_is_short() -> None:
    found = schedule(10_000, 2_500, date(2026, 1, 31), POLICY)
    assert [one.due_on.isoformat() for one in found] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(("balance", "monthly"), [(0, 100), (100, 0), (100_000, 1)])
def test_terms_that_make_no_sense_are_refused(balance: int, monthly: int) -> None:
    with pytest.raises(ValueError):
        schedule(balance, monthly, TODAY, POLICY)


@given(st.integers(1, 12), st.integers(0, 400), st.integers(0, 12))
def test_a_plan_paid_in_time_is_never_missed_and_an_unpaid_one_is_after_grace(
    months: int, later: int, paid: int
) -> None:
    terms = schedule(months * 5_000, 5_000, TODAY, POLICY)
    day = TODAY + timedelta(days=later)
    left = sum(one.cents for one in terms[paid:])
    found = progress(terms, left, POLICY, day)
    expected = [one for one in terms[paid:] if one.due_on + timedelta(days=POLICY.grace_days) < day]
    if left == 0:
        assert found.standing is PlanStanding.DONE
    elif expected:
        assert (found.standing, found.missed_on) == (PlanStanding.MISSED, expected[0].due_on)
        assert found.missing_cents == sum(one.cents for one in expected)
    else:
        assert found.standing is PlanStanding.ON_TIME
        assert found.next_look is not None


def test_what_lowers_the_balance_counts_whoever_paid_it() -> None:
    terms = schedule(10_000, 2_500, TODAY, POLICY)
    late = TODAY + timedelta(days=100)
    assert progress(terms, 0, POLICY, late).standing is PlanStanding.DONE
    assert progress(terms, 2_500, POLICY, TODAY + timedelta(days=70)).standing is PlanStanding.ON_TIME


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 9_999)), max_size=9))
def test_every_cent_has_one_age(balances: list[tuple[int, int]]) -> None:
    steps = by_age([(TODAY - timedelta(days=days), cents) for days, cents in balances], TODAY)
    assert sum(step.cents for step in steps) == sum(cents for _, cents in balances)


@pytest.mark.parametrize(("days", "place"), [(0, 0), (30, 0), (31, 1), (60, 1), (90, 2), (120, 3), (121, 4)])
def test_the_ages_are_those_of_the_trade(days: int, place: int) -> None:
    steps = by_age([(TODAY - timedelta(days=days), 100)], TODAY)
    assert [step.cents for step in steps].index(100) == place


def test_money_goes_to_what_was_chosen_then_to_the_oldest_and_to_a_dispute_last() -> None:
    owed = {1: 100, 2: 200, 3: 300}
    assert list(in_order(owed, chosen=[3, 9], disputed={1})) == [3, 2, 1]
    assert list(in_order(owed, chosen=[1], disputed={1})) == [1, 2, 3]
    assert in_order(owed) == owed


def test_money_that_quotes_a_statement_pays_its_visits_before_older_ones() -> None:
    owed = {1: 100, 2: 200, 3: 300, 4: 400}
    assert list(in_order(owed, quoted=[3, 2, 9])) == [2, 3, 1, 4]
    assert list(in_order(owed, chosen=[4], quoted=[3])) == [4, 3, 1, 2], "the visit that was named comes first"


def test_a_visit_in_dispute_is_not_paid_because_it_stood_on_the_statement_that_came_back() -> None:
    owed = {1: 100, 2: 200, 3: 300}
    assert list(in_order(owed, quoted=[1, 3], disputed={1})) == [3, 2, 1]
