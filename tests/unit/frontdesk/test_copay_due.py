"""Which copay is due at the desk, and by which rule none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.checkin.copay import Ground, copay_due
from domain.coverage.benefits import BenefitKind, Network, PlanBenefit
from domain.coverage.coverage import PayerKind
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.estimates.planned import PlannedService

VISIT = PlannedService(procedure="99213", charge_cents=15_000)
THERAPY = replace(VISIT, procedure="97110", service_type="PT")
COPAYS = tuple(
    PlanBenefit(kind=BenefitKind.COPAY, code="B", service_types=(kind,), network=Network.IN, amount_cents=cents)
    for kind, cents in (("98", 2_500), ("PT", 1_000))
)
ACTIVE = EligibilityAnswer(status=CoverageStatus.ACTIVE, benefits=COPAYS)
LEFT_NOTHING = replace(ACTIVE, out_of_pocket_remaining_cents=0)


@pytest.mark.parametrize(
    ("services", "cents"), [((VISIT,), 2_500), ((VISIT, VISIT), 2_500), ((VISIT, THERAPY), 3_500), ((THERAPY,), 1_000)]
)
def test_each_different_copay_is_due_once(services: tuple[PlannedService, ...], cents: int) -> None:
    assert copay_due(ACTIVE, PayerKind.COMMERCIAL, services, ()).cents == cents


@pytest.mark.parametrize(
    ("answer", "kind", "services", "flags", "ground"),
    [
        (ACTIVE, PayerKind.MEDICARE, (VISIT,), {"qmb"}, Ground.QMB),
        (ACTIVE, PayerKind.MEDICARE_ADVANTAGE, (VISIT,), {"qmb"}, Ground.QMB),
        (ACTIVE, PayerKind.COMMERCIAL, (replace(VISIT, preventive=True),), (), Ground.PREVENTIVE),
        (LEFT_NOTHING, PayerKind.COMMERCIAL, (VISIT,), (), Ground.OUT_OF_POCKET_MET),
        (replace(ACTIVE, benefits=()), PayerKind.MEDICAID, (VISIT,), (), Ground.MEDICAID),
        (replace(ACTIVE, benefits=()), PayerKind.COMMERCIAL, (VISIT,), (), Ground.PLAN),
    ],
)
def test_where_a_rule_says_so_nothing_is_owed(
    answer: EligibilityAnswer, kind: PayerKind, services: tuple[PlannedService, ...], flags: set[str], ground: Ground
) -> None:
    due = copay_due(answer, kind, services, flags)
    assert (due.cents, due.ground) == (0, ground)


@pytest.mark.parametrize("answer", [None, EligibilityAnswer(status=CoverageStatus.UNKNOWN)])
def test_a_silent_payer_is_neither_zero_nor_owed(answer: EligibilityAnswer | None) -> None:
    due = copay_due(answer, PayerKind.COMMERCIAL, (VISIT,), ())
    assert (due.cents, due.ground) == (0, None)


def test_a_qmb_flag_does_not_touch_a_commercial_plan() -> None:
    assert copay_due(ACTIVE, PayerKind.COMMERCIAL, (VISIT,), {"qmb"}).cents == 2_500


def test_no_more_is_due_than_is_left_of_the_out_of_pocket_limit() -> None:
    left = replace(ACTIVE, out_of_pocket_remaining_cents=700)
    assert copay_due(left, PayerKind.COMMERCIAL, (VISIT,), ()).cents == 700
