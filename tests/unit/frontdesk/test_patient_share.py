"""An insured patient's estimate: each share in its order, and the arithmetic in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coverage.benefits import BenefitKind, Network, PlanBenefit
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.estimates.patient_share import NotCovered, PricedService, ShareEstimate, estimate_share
from domain.estimates.planned import PlannedService


def benefit(kind: BenefitKind, **facts: object) -> PlanBenefit:
    return PlanBenefit(kind=kind, code="?", network=Network.IN, **facts)  # type: ignore[arg-type]


def copay(cents: int, service_type: str = "98") -> PlanBenefit:
    return benefit(BenefitKind.COPAY, service_types=(service_type,), amount_cents=cents)


def left(kind: BenefitKind, cents: int) -> PlanBenefit:
    return benefit(kind, service_types=("30",), period="29", amount_cents=cents)


def coinsurance(percent: int, service_type: str = "30") -> PlanBenefit:
    return benefit(BenefitKind.COINSURANCE, service_types=(service_type,), percent=Decimal(percent))


def service(charge: int = 15_000, allowed: int = 10_000, **facts: object) -> PricedService:
    planned = PlannedService(procedure="99213", charge_cents=charge, **facts)  # type: ignore[arg-type]
    return PricedService(service=planned, allowed_cents=allowed, allowed_why="schedule")


def estimate(services: list[PricedService], *benefits: PlanBenefit) -> ShareEstimate:
    return estimate_share("PPO01", services, EligibilityAnswer(status=CoverageStatus.ACTIVE, benefits=benefits))


def test_copay_deductible_and_coinsurance_are_taken_in_this_order() -> None:
    found = estimate([service()], copay(2_500), left(BenefitKind.DEDUCTIBLE, 4_000), coinsurance(20))
    (one,) = found.services
    assert (one.copay_cents, one.deductible_cents, one.coinsurance_cents) == (2_500, 4_000, 700)
    assert found.patient_cents == 7_200
    assert one.steps == (
        "allowed 100.00: schedule",
        "copay 25.00",
        "deductible 40.00, then 0.00 is left of it",
        "coinsurance 20% of 35.00 = 7.00",
    )


def test_the_deductible_is_used_up_once_and_a_copay_taken_once_for_a_visit() -> None:
    found = estimate([service(), service()], copay(2_500), left(BenefitKind.DEDUCTIBLE, 4_000))
    assert [one.patient_cents for one in found.services] == [6_500, 0]


def test_a_plan_that_charges_a_copay_alone_says_so_for_the_visit() -> None:
    nothing = benefit(BenefitKind.DEDUCTIBLE, service_types=("98",), amount_cents=0)
    found = estimate(
        [service()], copay(2_500), left(BenefitKind.DEDUCTIBLE, 4_000), nothing, coinsurance(20), coinsurance(0, "98")
    )
    assert found.patient_cents == 2_500


def test_no_more_is_expected_than_is_left_of_the_out_of_pocket_limit() -> None:
    found = estimate([service()], left(BenefitKind.DEDUCTIBLE, 9_000), left(BenefitKind.OUT_OF_POCKET, 3_000))
    assert found.patient_cents == 3_000
    assert "the out-of-pocket limit is reached" in found.services[0].steps[-1]


def test_a_preventive_service_costs_nothing_and_an_excluded_one_its_charge() -> None:
    excluded = benefit(BenefitKind.NOT_COVERED, service_types=("35",))
    found = estimate([service(preventive=True), service(service_type="35")], copay(2_500), excluded)
    assert [one.patient_cents for one in found.services] == [0, 15_000]


def test_a_payer_that_is_silent_about_the_deductible_is_told_of() -> None:
    assert "did not say" in estimate([service()], copay(2_500)).notes[0]


def test_without_an_active_plan_nothing_is_estimated() -> None:
    with pytest.raises(NotCovered, match="inactive"):
        estimate_share("PPO01", [service()], EligibilityAnswer(status=CoverageStatus.INACTIVE))


@given(
    allowed=st.lists(st.integers(0, 500_000), min_size=1, max_size=5),
    copay_cents=st.integers(0, 20_000),
    deductible=st.integers(0, 300_000),
    percent=st.integers(0, 50),
    limit=st.integers(0, 800_000),
)
def test_a_share_is_never_negative_nor_above_what_is_allowed_or_left(
    allowed: list[int], copay_cents: int, deductible: int, percent: int, limit: int
) -> None:
    found = estimate(
        [service(charge=cents, allowed=cents) for cents in allowed],
        copay(copay_cents),
        left(BenefitKind.DEDUCTIBLE, deductible),
        coinsurance(percent),
        left(BenefitKind.OUT_OF_POCKET, limit),
    )
    assert all(0 <= one.patient_cents <= one.allowed_cents for one in found.services)
    assert found.patient_cents <= limit
    assert sum(one.deductible_cents for one in found.services) <= deductible
