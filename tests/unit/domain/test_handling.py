"""What keeps a remittance, or one of its claims, from being posted by a machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.ledger.posting import plan_deposit
from domain.remittance.balancing import problems
from domain.remittance.handling import claim_obstacles, whole_problems
from tests.unit.domain.remits import cas, remittance, remitted, remitted_line

PAID = remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-3", 2000)))
TAKEN_BACK = remitted(remitted_line(-12500, cas("CO-45", -2500), cas("PR-3", -2000)), status="22")


@pytest.mark.parametrize("status", ["1", "2", "3", "4", "19", "20", "21", "23", "25"])
def test_a_claim_that_balances_under_a_status_of_the_guide_meets_no_obstacle(status: str) -> None:
    assert claim_obstacles(replace(PAID, status=status)) == ""


def test_a_payment_taken_back_meets_none_either() -> None:
    assert claim_obstacles(TAKEN_BACK) == ""


@pytest.mark.parametrize("status", ["5", "10", "27", "99"])
def test_a_status_of_another_version_is_a_persons_question(status: str) -> None:
    assert claim_obstacles(replace(PAID, status=status)) == f"CLP02 {status} is no claim status of an 835 (5010)"


@pytest.mark.parametrize("group", ["CR", "XX"])
def test_a_group_of_another_version_is_a_persons_question_and_is_told_once(group: str) -> None:
    odd = remitted(remitted_line(12500, cas(f"{group}-45", 2500), cas(f"{group}-50", 2000)))
    assert claim_obstacles(odd) == f"CAS01 {group} is no group of adjustments of an 835 (5010)"


def test_a_group_that_moves_nothing_is_nobodys_question() -> None:
    assert claim_obstacles(remitted(remitted_line(12500, cas("CR-45", 0)))) == ""


def test_a_reversal_whose_amounts_are_not_negated_would_pay_twice_and_waits() -> None:
    why = claim_obstacles(replace(PAID, status="22"))
    assert why == "CLP02 22 takes a decision back, but CLP03 125.00 is not negated"


def test_a_takeback_that_does_not_say_that_it_is_one_waits() -> None:
    why = claim_obstacles(replace(TAKEN_BACK, status="1"))
    assert why == "CLP03 is -125.00, but CLP02 1 takes no decision back"


def test_the_arithmetic_comes_first_and_is_spared_where_it_was_done() -> None:
    broken = replace(PAID, status="99", paid_cents=7000)
    assert claim_obstacles(broken).startswith("claim: CLP03 125.00 less adjustments 45.00 is 80.00, but CLP04 says")
    assert claim_obstacles(broken, balanced=True) == "CLP02 99 is no claim status of an 835 (5010)"


def test_a_debit_books_no_deposit_and_waits_as_a_whole() -> None:
    debit = replace(remittance(PAID), debit=True)
    assert plan_deposit(debit) == ()
    assert whole_problems(debit, problems(debit)) == (
        "BPR03 D takes 80.00 from us instead of paying it: no deposit is booked",
    )
    assert whole_problems(replace(debit, debit=False), ()) == ()


def test_a_negative_payment_books_no_deposit_and_waits_as_a_whole() -> None:
    negative = remittance(TAKEN_BACK)
    assert negative.payment_cents < 0
    assert plan_deposit(negative) == ()
    assert whole_problems(negative, problems(negative)) == (
        "BPR02 is -80.00: a payment is never negative, no deposit is booked",
    )
