"""Whose a credit balance is, by when it must be back, and what a refund does to the books."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.kinds import REFUND, CaseState, CaseVerb
from domain.cases.orders import OrderInvalid, parse_order, refusal
from domain.cases.reminders import next_look
from domain.ledger.chart import LedgerAccount, check_balanced
from domain.overpayments.books import RefundPlace, plan_approved, plan_recouped, plan_sent, plan_taken_back
from domain.overpayments.clock import CannotSuspend, concluded, started, suspended
from domain.overpayments.owed import Creditor, PayerPaid, owed_to_patient, owed_to_payers
from domain.overpayments.policy import RefundPolicy

FOUND = date(2026, 3, 20)
MEDICARE = RefundPolicy(
    refund_rests_days=0, refund_due_days=60, refund_due_rule="42 CFR 401.305", refund_suspension_days=180,
    refund_reminder_days=14,
)  # fmt: skip
COMMERCIAL = RefundPolicy(
    refund_rests_days=0, refund_due_days=30, refund_due_rule="contract", refund_suspension_days=0,
    refund_reminder_days=7,
)  # fmt: skip


def paid(code: str, rank: int, *cents: int) -> PayerPaid:
    return PayerPaid(payer_code=code, rank=rank, payments=cents)


def split(receivable: int, *payers: PayerPaid) -> dict[str, int]:
    return {one.payer_code: one.amount_cents for one in owed_to_payers(receivable, payers)}


def test_a_payer_that_paid_twice_gets_the_second_payment_back() -> None:
    assert split(-8000, paid("PPO01", 1, 8000, 8000)) == {"PPO01": 8000}


def test_the_primary_that_paid_twice_gets_it_back_and_not_the_secondary() -> None:
    assert split(-8000, paid("MCARE", 1, 8000, 8000), paid("SUPP1", 2, 2000)) == {"MCARE": 8000}


def test_what_two_payers_paid_beyond_the_charge_goes_back_to_the_later_one() -> None:
    assert split(-1500, paid("PPO01", 1, 8000), paid("PPO02", 2, 6000)) == {"PPO02": 1500}


def test_a_repetition_goes_back_first_and_the_rest_to_the_later_payer() -> None:
    assert split(-9000, paid("PPO01", 1, 8000, 8000), paid("PPO02", 2, 3000)) == {"PPO01": 8000, "PPO02": 1000}


def test_a_corrected_payment_is_no_second_one() -> None:
    assert paid("PPO01", 1, 8000, -8000, 10_000).beyond_once_cents == 0


def test_what_is_still_owed_or_settled_is_no_overpayment() -> None:
    assert split(0, paid("PPO01", 1, 8000, 8000)) == {}
    assert split(500, paid("PPO01", 1, 8000)) == {}


_PAYERS = st.lists(
    st.tuples(st.integers(1, 3), st.lists(st.integers(0, 50_000), max_size=3)), max_size=3, unique_by=lambda p: p[0]
)


@given(st.integers(0, 200_000), _PAYERS)
def test_nobody_gets_more_than_it_paid_and_together_no_more_than_the_credit(
    credit: int, given_payers: list[tuple[int, list[int]]]
) -> None:
    payers = [paid(f"P{rank}", rank, *payments) for rank, payments in given_payers]
    found = split(-credit, *payers)

    totals = {payer.payer_code: payer.total_cents for payer in payers}
    assert all(0 < cents <= totals[code] for code, cents in found.items())
    assert sum(found.values()) == min(credit, sum(p.total_cents for p in payers))


def test_a_patient_gets_back_only_what_nothing_open_needs() -> None:
    owed = owed_to_patient(5000, 2000)
    assert owed is not None
    assert (owed.creditor, owed.amount_cents) == (Creditor.PATIENT, 3000)
    assert owed_to_patient(2000, 2000) is None
    assert owed_to_patient(0, 0) is None


def test_a_federal_payers_clock_is_sixty_days_from_identification() -> None:
    assert started(FOUND, MEDICARE).due_on == date(2026, 5, 19)


def test_an_investigation_stops_the_clock_and_the_days_that_were_left_count_on() -> None:
    clock = suspended(started(FOUND, MEDICARE), FOUND + timedelta(days=20), MEDICARE)

    assert clock.suspended_until == FOUND + timedelta(days=180)
    assert clock.due_on == FOUND + timedelta(days=220)
    early = concluded(clock, FOUND + timedelta(days=50))
    assert early.due_on == FOUND + timedelta(days=90)
    assert concluded(clock, FOUND + timedelta(days=190)) == clock


def test_a_clock_is_suspended_once_in_time_and_only_where_the_rule_knows_it() -> None:
    clock = started(FOUND, MEDICARE)
    with pytest.raises(CannotSuspend, match="federal"):
        suspended(started(FOUND, COMMERCIAL), FOUND, COMMERCIAL)
    with pytest.raises(CannotSuspend, match="suspended once"):
        suspended(suspended(clock, FOUND, MEDICARE), FOUND, MEDICARE)
    with pytest.raises(CannotSuspend, match="too late"):
        suspended(clock, clock.due_on + timedelta(days=1), MEDICARE)


def test_people_are_asked_before_the_due_date_on_it_and_again_after_it() -> None:
    due = FOUND + timedelta(days=60)
    looks = [FOUND]
    for _ in range(4):
        looks.append(next_look(looks[-1], due, 14, 7))
    assert looks[1:] == [due - timedelta(days=14), due, due + timedelta(days=7), due + timedelta(days=14)]


@pytest.mark.parametrize("creditor", list(Creditor))
def test_approved_and_sent_leaves_the_credit_and_the_debt_at_zero(creditor: Creditor) -> None:
    place = RefundPlace(creditor=creditor, claim_number=17, account_number=5)
    sums: dict[LedgerAccount, int] = {}
    for legs in (plan_approved(place, 8000, "ann"), plan_sent(place, 8000, "check 1")):
        check_balanced(legs)
        for leg in legs:
            sums[leg.ledger_account] = sums.get(leg.ledger_account, 0) + leg.amount_cents
    assert sums == {place.credit: 8000, LedgerAccount.REFUNDS_PAYABLE: 0, LedgerAccount.BANK: -8000}


@pytest.mark.parametrize("approved", [False, True])
def test_a_recoupment_takes_what_was_held_at_provider_level(approved: bool) -> None:
    place = RefundPlace(creditor=Creditor.PAYER, claim_number=17, account_number=5)
    legs = plan_recouped(place, 8000, "PLB WO", approved=approved)
    check_balanced(legs)
    settled = LedgerAccount.REFUNDS_PAYABLE if approved else LedgerAccount.PAYER_RECEIVABLE
    assert {leg.ledger_account: leg.amount_cents for leg in legs} == {
        settled: 8000,
        LedgerAccount.PROVIDER_LEVEL: -8000,
    }
    check_balanced(plan_taken_back(place, 8000, "not sent"))


ORDER = {"verb": "approve", "id": "desk-1", "by": "ann", "reason": "the payer paid twice"}


def test_an_order_says_who_and_why_and_a_sent_one_its_check() -> None:
    assert parse_order(ORDER).verb is CaseVerb.APPROVE
    assert parse_order({"verb": "sent", "id": "desk-2", "by": "ann", "check": "10442"}).check == "10442"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"by": " "}, "by must name"),
        ({"reason": ""}, "reason must say why"),
        ({"id": "no spaces"}, "id must be"),
        ({"verb": "pay"}, "verb must be one of"),
        ({"verb": "sent"}, "check must be"),
        ({"amount": 3}, "amount is no part"),
        ({"reason": 3}, "reason must be text"),
    ],
)
def test_what_is_no_order_is_refused_with_the_reason(change: dict[str, object], why: str) -> None:
    with pytest.raises(OrderInvalid, match=why):
        parse_order({**ORDER, **change})


def test_only_what_fits_the_state_may_be_ordered() -> None:
    may = {state: [verb for verb in CaseVerb if refusal(verb, REFUND, state) is None] for state in CaseState}
    assert may == {
        CaseState.OPEN: [CaseVerb.APPROVE, CaseVerb.REJECT, CaseVerb.SUSPEND],
        CaseState.APPROVED: [CaseVerb.REJECT, CaseVerb.SENT],
        CaseState.CLOSED: [],
    }
    assert refusal(CaseVerb.SENT, REFUND, CaseState.CLOSED, "taken_back") == (
        "the case is closed (taken back): nothing can be ordered about it"
    )
