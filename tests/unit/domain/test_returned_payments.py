"""A payment that came back: what it had settled is owed again, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.cash.returned import plan_returned
from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.explaining import rule_of
from domain.ledger.planning import plan_credit_use, plan_patient_payment

ACCOUNT = 20001
PATIENT, CREDIT, BANK = LedgerAccount.PATIENT_RECEIVABLE, LedgerAccount.PATIENT_CREDIT, LedgerAccount.BANK


def total(legs: tuple[Leg, ...], account: LedgerAccount, claim: int | None = None) -> int:
    return sum(leg.amount_cents for leg in legs if leg.ledger_account is account and claim in (None, leg.claim_number))


def used_by(legs: tuple[Leg, ...]) -> list[Leg]:
    return [leg for leg in legs if leg.ledger_account is PATIENT]


def test_a_payment_that_settled_a_claim_opens_it_again_leg_by_leg() -> None:
    paid = plan_patient_payment(3000, {1: 2000}, ACCOUNT, "check 7")
    legs = plan_returned(paid, credit_cents=1000, used=[])
    assert [(leg.ledger_account, leg.amount_cents, leg.claim_number) for leg in legs] == [
        (BANK, -2000, 1),
        (PATIENT, 2000, 1),
        (BANK, -1000, None),
        (CREDIT, 1000, None),
    ]
    assert all(leg.cites == "came back unpaid: receipt check 7" for leg in legs)
    assert rule_of("patient_receivable", legs[1].cites).startswith("the patient's payment came back unpaid")


def test_what_its_credit_paid_since_is_owed_again_the_last_first() -> None:
    paid = plan_patient_payment(3000, {}, ACCOUNT, "check 7")
    used = plan_credit_use(3000, {1: 1200, 2: 800}, ACCOUNT)
    legs = plan_returned(paid, credit_cents=1000, used=used_by(used))
    assert (total(legs, PATIENT, 2), total(legs, PATIENT, 1)) == (800, 1200)
    assert total(legs, CREDIT) == 1000, "only what was left of it"
    assert total(legs, BANK) == -3000


def test_credit_of_another_payment_is_used_before_a_claim_is_opened() -> None:
    paid = plan_patient_payment(1000, {}, ACCOUNT, "check 7")
    used = plan_credit_use(5000, {1: 2000}, ACCOUNT)
    legs = plan_returned(paid, credit_cents=3000, used=used_by(used))
    assert total(legs, PATIENT) == 0
    assert total(legs, CREDIT) == 1000


def test_what_was_refunded_meanwhile_stays_a_debit_of_the_credit() -> None:
    paid = plan_patient_payment(1000, {}, ACCOUNT, "check 7")
    legs = plan_returned(paid, credit_cents=0, used=[])
    assert (total(legs, BANK), total(legs, CREDIT)) == (-1000, 1000)


@given(st.integers(1, 9999), st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 9999))
def test_a_reversal_balances_takes_the_whole_payment_and_opens_no_more_than_was_settled(
    cents: int, owed: int, later: int, other_credit: int
) -> None:
    paid = plan_patient_payment(cents, {1: owed}, ACCOUNT, "check 7")
    credit = other_credit - total(paid, CREDIT)
    used = plan_credit_use(credit, {2: later}, ACCOUNT)
    legs = plan_returned(paid, credit_cents=credit - total(used, CREDIT), used=used_by(used))
    assert sum(leg.amount_cents for leg in legs) == 0
    assert total(legs, BANK) == -cents
    assert total(legs, PATIENT, 1) == min(cents, owed)
    assert total(paid + used + legs, PATIENT, 2) <= 0
    assert -total(paid + used + legs, CREDIT) + other_credit >= 0
