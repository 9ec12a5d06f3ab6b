from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.chart import LedgerAccount, Leg, check_balanced
from domain.ledger.posting import (
    plan_charge,
    plan_charge_change,
    plan_credit_use,
    plan_deposit,
    plan_patient_payment,
    plan_provider_adjustment,
    plan_remittance_claim,
    plan_to_patient,
    plan_write_off,
)
from domain.remittance.remittance import ProviderAdjustment, RemittedClaim
from tests.unit.domain.remits import cas, claims, negated, remittance, remitted, remitted_line, rules

A = LedgerAccount
CONTRACTUAL = rules().contractual
opens = st.dictionaries(st.integers(1, 50), st.integers(-5_000, 80_000), max_size=6)


def plan(claim: RemittedClaim, open_cents: int | None = None) -> tuple[Leg, ...]:
    return plan_remittance_claim(
        claim, claim_number=7, account_number=3, contractual=CONTRACTUAL, open_cents=open_cents
    )


def balances(legs: Iterable[Leg]) -> Counter[LedgerAccount]:
    sums: Counter[LedgerAccount] = Counter()
    for leg in legs:
        sums[leg.ledger_account] += leg.amount_cents
    return Counter({account: cents for account, cents in sums.items() if cents})


def test_a_paid_claim_moves_payment_contract_and_patient_share() -> None:
    claim = remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-3", 2000), cas("CO-253", 160)))
    legs = plan(claim)
    assert balances(legs) == {
        A.UNAPPLIED_CASH: 7840, A.CONTRACTUAL: 2660, A.PATIENT_RECEIVABLE: 2000, A.PAYER_RECEIVABLE: -12500,
    }  # fmt: skip
    cited = {"CLP04 status 1", "CAS CO 45 line 1", "CAS PR 3 line 1", "CAS CO 253 line 1"}
    assert {leg.cites for leg in legs} == cited
    assert {(leg.claim_number, leg.account_number) for leg in legs} == {(7, 3)}


def test_a_denial_posts_nothing_and_stays_with_the_payer() -> None:
    assert plan(remitted(remitted_line(12500, cas("CO-197", 12500)))) == ()


def test_nothing_is_given_up_by_contract_on_a_denied_line() -> None:
    denied = remitted_line(10000, cas("CO-45", 2000), cas("CO-197", 8000))
    paid = remitted_line(5000, cas("CO-45", 1000))
    assert plan(remitted(denied)) == ()
    assert balances(plan(remitted(denied, paid)))[A.CONTRACTUAL] == 1000


def test_the_whole_charge_as_contractual_with_nothing_paid_is_not_given_up() -> None:
    assert plan(remitted(remitted_line(12500, cas("CO-45", 12500)))) == ()


def test_the_patient_share_of_a_claim_that_pays_nothing_still_moves() -> None:
    legs = plan(remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-1", 10000))))
    assert balances(legs) == {A.CONTRACTUAL: 2500, A.PATIENT_RECEIVABLE: 10000, A.PAYER_RECEIVABLE: -12500}


def test_a_blocked_patient_share_waits_with_the_payer_and_its_reversal_leaves_nothing() -> None:
    claim = remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-1", 4000)))

    def blocked(loop: RemittedClaim) -> tuple[Leg, ...]:
        return plan_remittance_claim(
            loop, claim_number=7, account_number=3, contractual=CONTRACTUAL, patient_may_owe=False
        )

    assert balances(blocked(claim)) == {A.UNAPPLIED_CASH: 6000, A.CONTRACTUAL: 2500, A.PAYER_RECEIVABLE: -8500}
    assert balances([*blocked(claim), *blocked(negated(claim))]) == {}


def test_adjustments_at_claim_level_are_cited_without_a_line() -> None:
    legs = plan(remitted(remitted_line(10000), adjustments=(cas("PR-1", 4000),)))
    assert "CAS PR 1" in {leg.cites for leg in legs}


@pytest.mark.parametrize("status", ["23", "25"])
def test_what_was_only_forwarded_or_priced_beforehand_is_never_posted(status: str) -> None:
    assert plan(remitted(remitted_line(12500, cas("CO-45", 2500)), status=status)) == ()


def test_a_later_payers_contractual_amount_is_posted_up_to_what_is_open() -> None:
    # X12 RFI 1696: charge 500; Medicare paid 300, PR 75, CO-45 125; Medicaid pays 65 with CO-45 435.
    second = remitted(remitted_line(50000, cas("CO-45", 43500)), status="2")
    legs = plan(second, open_cents=7500)
    assert balances(legs) == {A.UNAPPLIED_CASH: 6500, A.CONTRACTUAL: 1000, A.PAYER_RECEIVABLE: -7500}
    assert any("reported 435.00, posted 10.00" in leg.cites for leg in legs)


def test_the_patient_share_comes_before_a_capped_contractual_amount_wherever_it_stands() -> None:
    second = remitted(remitted_line(50000, cas("CO-45", 40000), cas("PR-2", 3500)), status="2")
    legs = plan(second, open_cents=11000)
    assert balances(legs) == {
        A.UNAPPLIED_CASH: 6500, A.PATIENT_RECEIVABLE: 3500, A.CONTRACTUAL: 1000, A.PAYER_RECEIVABLE: -11000,
    }  # fmt: skip


def test_the_impact_of_an_earlier_payer_is_never_posted() -> None:
    second = remitted(remitted_line(50000, cas("OA-23", 42500), cas("PR-2", 1000)), status="2")
    assert balances(plan(second)) == {
        A.UNAPPLIED_CASH: 6500,
        A.PATIENT_RECEIVABLE: 1000,
        A.PAYER_RECEIVABLE: -7500,
    }


def test_the_deposit_is_booked_first_and_claims_and_provider_level_entries_use_it_up() -> None:
    claim = remitted(remitted_line(12500, cas("CO-45", 2500)))
    entry = ProviderAdjustment(reason="WO", reference="ICN9", amount_cents=3000)
    deposit = remittance(claim, plb=(entry,))
    legs = [*plan_deposit(deposit), *plan(claim), *plan_provider_adjustment(entry)]
    sums = balances(legs)
    assert sums[A.REMITTANCE_CLEARING] == 7000
    assert sums[A.UNAPPLIED_CASH] == 0
    assert sums[A.PROVIDER_LEVEL] == 3000


def test_a_provider_level_entry_names_no_claim() -> None:
    legs = plan_provider_adjustment(ProviderAdjustment(reason="72", reference="10000001-1", amount_cents=-500))
    assert {leg.claim_number for leg in legs} == {None}
    assert balances(legs) == {A.PROVIDER_LEVEL: -500, A.UNAPPLIED_CASH: 500}


@pytest.mark.parametrize(("handling", "booked"), [*((code, 100) for code in "CDIUX"), ("H", 0), ("P", 0)])
def test_only_a_notification_and_a_transfer_of_the_future_book_no_deposit(handling: str, booked: int) -> None:
    legs = plan_deposit(remittance(remitted(remitted_line(100)), handling=handling))
    assert balances(legs)[A.REMITTANCE_CLEARING] == booked


@given(claims)
def test_the_legs_of_any_claim_sum_to_zero(claim: RemittedClaim) -> None:
    legs = plan(claim)
    assert sum(leg.amount_cents for leg in legs) == 0
    if legs:
        check_balanced(legs)
    assert all(leg.amount_cents and leg.cites for leg in legs)


@given(claims)
def test_the_reversal_of_a_posting_brings_every_account_back(claim: RemittedClaim) -> None:
    assert balances([*plan(claim), *plan(negated(claim))]) == {}


@given(claims)
def test_only_the_patients_own_group_reaches_the_patient(claim: RemittedClaim) -> None:
    owed = sum(a.amount_cents for a in claim.all_adjustments if a.group == "PR")
    assert balances(plan(claim))[A.PATIENT_RECEIVABLE] == owed


@given(claims, st.integers(0, 500_000))
def test_a_capped_contractual_amount_never_exceeds_what_was_reported(claim: RemittedClaim, still_open: int) -> None:
    free, capped = balances(plan(claim))[A.CONTRACTUAL], balances(plan(claim, still_open))[A.CONTRACTUAL]
    assert capped <= free
    assert sum(leg.amount_cents for leg in plan(claim, still_open)) == 0


def test_a_charge_is_owed_by_the_payer() -> None:
    assert balances(plan_charge(14500, 7, 3)) == {A.PAYER_RECEIVABLE: 14500, A.REVENUE: -14500}


def test_a_changed_charge_shows_the_old_and_the_new_amount() -> None:
    legs = plan_charge_change(14500, 12000, 7, 3)
    assert balances(legs) == {A.PAYER_RECEIVABLE: -2500, A.REVENUE: 2500}
    assert {abs(leg.amount_cents) for leg in legs} == {14500, 12000}
    assert plan_charge_change(14500, 14500, 7, 3) == ()


def test_a_write_off_names_its_person_and_a_receivable() -> None:
    assert {leg.cites for leg in plan_write_off(500, "ann", 7, 3)} == {"written off by ann"}
    owed_in_patient = plan_write_off(500, "ann", 7, 3, A.PATIENT_RECEIVABLE)
    assert balances(owed_in_patient) == {A.WRITE_OFF: 500, A.PATIENT_RECEIVABLE: -500}
    for amount, by, account in (
        (500, " ", A.PAYER_RECEIVABLE),
        (0, "ann", A.PAYER_RECEIVABLE),
        (5, "ann", A.BANK),
    ):
        with pytest.raises(ValueError, match=r"write-off|written off"):
            plan_write_off(amount, by, 7, 3, account)


def test_a_conversion_to_self_pay_is_a_named_persons_act() -> None:
    assert balances(plan_to_patient(500, "ann", 7, 3)) == {
        A.PATIENT_RECEIVABLE: 500,
        A.PAYER_RECEIVABLE: -500,
    }
    with pytest.raises(ValueError, match="named person"):
        plan_to_patient(500, "", 7, 3)


def test_a_patient_payment_goes_to_the_oldest_claim_first_and_the_rest_is_a_credit() -> None:
    legs = plan_patient_payment(10000, {11: 4000, 12: -50, 13: 3000}, 3, "R1")
    parts = [(leg.ledger_account, leg.claim_number, leg.amount_cents) for leg in legs if leg.amount_cents < 0]
    assert parts == [
        (A.PATIENT_RECEIVABLE, 11, -4000),
        (A.PATIENT_RECEIVABLE, 13, -3000),
        (A.PATIENT_CREDIT, None, -3000),
    ]
    assert {leg.account_number for leg in legs} == {3}
    assert {leg.cites for leg in legs} == {"receipt R1"}
    with pytest.raises(ValueError, match="positive"):
        plan_patient_payment(0, {}, 3, "R1")


@given(st.integers(1, 200_000), opens)
def test_a_patient_payment_pays_no_claim_more_than_it_owes_and_loses_no_cent(amount: int, owed: dict[int, int]) -> None:
    legs = plan_patient_payment(amount, owed, 3, "R1")
    check_balanced(legs)
    sums = balances(legs)
    assert sums[A.BANK] == amount
    assert -sums[A.PATIENT_RECEIVABLE] - sums[A.PATIENT_CREDIT] == amount
    for claim, cents in owed.items():
        paid = -sum(
            x.amount_cents for x in legs if x.claim_number == claim and x.ledger_account is A.PATIENT_RECEIVABLE
        )
        assert 0 <= paid <= max(cents, 0)
    if sums[A.PATIENT_CREDIT]:
        assert -sums[A.PATIENT_RECEIVABLE] == sum(cents for cents in owed.values() if cents > 0)


@given(st.integers(-100, 200_000), opens)
def test_a_credit_is_used_up_to_what_is_owed(credit: int, owed: dict[int, int]) -> None:
    sums = balances(plan_credit_use(credit, owed, 3))
    debt = sum(cents for cents in owed.values() if cents > 0)
    assert sums[A.PATIENT_CREDIT] == min(max(credit, 0), debt)
    assert all(leg.claim_number is not None for leg in plan_credit_use(credit, owed, 3))
    assert sum(sums.values()) == 0
