"""Payers and patients that pay twice: by a habit that follows from the claim, and what is held back for it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import x12
from simulator.clearinghouse.patients import StatementInHand, receive_statement
from simulator.clearinghouse.plant import plant
from tests.unit.simulator.claims_for_tests import RECEIVED, a_claim, a_line
from tests.unit.simulator.practice_for_tests import LATER, Practice, check_balance


def held_back(remittances: list[x12.Remittance]) -> list[tuple[str, int]]:
    """PLB WO: reference and amount."""
    return [
        (entry.reference, entry.amount_cents)
        for one in remittances
        for entry in one.provider_adjustments
        if entry.reason == "WO"
    ]


def paid_on(remittances: list[x12.Remittance], claim_id: str) -> list[tuple[str, int]]:
    """Trace and amount of each payment of a claim; every remittance balances."""
    for one in remittances:
        check_balance(one)
    claims = [(one.trace.number, claim) for one in remittances for claim in one.claims]
    return [(trace, claim.paid_cents) for trace, claim in claims if claim.claim_id == claim_id]


def test_a_payer_with_the_fault_pays_a_claim_again_under_another_trace(practice: Practice) -> None:
    practice.sends(a_claim("HMO01", a_line(procedure="99396", charge_cents=30_000)))
    practice.sends(a_claim("HMO01", a_line(charge_cents=30_000), control_number="1002-1"))
    practice.waits_until(LATER + timedelta(days=60))
    told = practice.remittances()
    first, second = paid_on(told, "1001-1")
    assert first[1] == second[1] > 0
    assert first[0] != second[0]
    assert len(paid_on(told, "1002-1")) == 1
    assert held_back(told) == [], "it waits for the practice's refund"


def test_a_payer_that_finds_its_fault_holds_it_back_once_from_a_later_remittance(practice: Practice) -> None:
    practice.sends(a_claim("PPO01", a_line(procedure="99203", charge_cents=30_000)))
    for number in range(2, 12):
        practice.sends(a_claim("PPO01", control_number=f"10{number:02}-1", member_id=f"SUM12345678{number % 10}"))
        practice.waits_until(RECEIVED + timedelta(days=4 * number))
    practice.waits_until(LATER + timedelta(days=120))
    told = practice.remittances()
    first, second = paid_on(told, "1001-1")
    assert first[1] == second[1]
    assert held_back(told) == [("1001-1", second[1])]


def test_a_denied_claim_is_not_paid_twice(practice: Practice) -> None:
    practice.sends(a_claim("PPO01", a_line(procedure="99203"), a_line(2, procedure="97810"), member_id="SUM1T27"))
    practice.waits_until(LATER + timedelta(days=60))
    assert len(paid_on(practice.remittances(), "1001-1")) == 1


def test_one_patient_may_be_made_to_pay_each_statement_twice(practice: Practice) -> None:
    desk = practice.desk
    practice.waits_until(LATER)
    assert plant(desk, {"pays_twice": 42}) == {"planted": "pays_twice"}
    for account in (42, 43):
        paper = StatementInHand(
            organisation=1, account=account, statement=account, step=1, balance_cents=2_000, dated=LATER
        )
        receive_statement(desk, paper, datetime.combine(LATER, time(20), tzinfo=UTC))
    rows = desk.database.rows("SELECT amount_cents, check_number FROM patient_payments WHERE account = 42")
    assert [row["amount_cents"] for row in rows] == [2_000, 2_000]
    assert len({row["check_number"] for row in rows}) == 2
    others = desk.database.rows("SELECT amount_cents FROM patient_payments WHERE account = 43")
    assert len(others) <= 1
