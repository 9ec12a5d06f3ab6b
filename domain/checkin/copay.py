"""What copay is due at the desk, and when none is; what a research about an unpaid one may find.

A copay is waived by individual, documented need under uniform criteria only, never as a routine (42 CFR 1003.110);
where a rule says that none is owed, nothing is waived.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.coverage.benefits import BenefitKind, closest
from domain.coverage.coverage import PayerKind
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.estimates.planned import PlannedService

QMB = "qmb"


class Ground(StrEnum):
    """Why no copay is owed."""

    PLAN = "plan"
    """The plan has no copay for this visit."""
    PREVENTIVE = "preventive"
    OUT_OF_POCKET_MET = "out_of_pocket_met"
    MEDICAID = "medicaid"
    QMB = "qmb"
    HARDSHIP = "hardship"
    """Documented, by an approved application for assistance."""


RULES = {
    Ground.PLAN: "the plan has no copay for this visit (271)",
    Ground.PREVENTIVE: "a preventive visit without cost sharing (45 CFR 147.130)",
    Ground.OUT_OF_POCKET_MET: "the out-of-pocket limit of the year is met (271)",
    Ground.MEDICAID: "Medicaid has no cost sharing for this visit (42 CFR 447.52 to 447.56)",
    Ground.QMB: "a Qualified Medicare Beneficiary owes no Medicare cost sharing (42 USC 1396a(n)(3)(B))",
    Ground.HARDSHIP: "documented need under the practice's uniform criteria (42 CFR 1003.110)",
}


class CopayResult(StrEnum):
    """How the research about an unpaid copay ends."""

    PAID = "paid"
    """The patient paid: the amount goes on the claim (AMT*F5)."""
    CORRECTED_COVERAGE = "corrected_coverage"
    """Another coverage pays first, or as well."""
    EXEMPT = "exempt"
    REFUND = "refund"
    """It was paid although it was not owed: it goes back."""
    OWED = "owed"
    """It stands; the patient's statement asks for what the payer leaves, and nothing before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopayDue:
    """What is due, and why; ``ground`` where nothing is owed by a rule, None where it is owed or not known."""

    cents: int
    why: str
    ground: Ground | None = None


def copay_due(
    answer: EligibilityAnswer | None,
    payer_kind: PayerKind | None,
    services: Sequence[PlannedService],
    flags: Collection[str],
) -> CopayDue:
    """The copay of a visit, from the first payer's last answer. Silence is not zero and not owed: nothing is asked."""
    if payer_kind is None:
        return CopayDue(cents=0, why="no coverage: the patient has a good faith estimate instead of a copay")
    if QMB in flags and payer_kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE):
        return _none(Ground.QMB)
    if services and all(service.preventive for service in services):
        return _none(Ground.PREVENTIVE)
    if answer is None or answer.status is not CoverageStatus.ACTIVE:
        return CopayDue(cents=0, why="the payer has not said that the coverage is active: nothing is asked yet")
    if answer.out_of_pocket_remaining_cents == 0:
        return _none(Ground.OUT_OF_POCKET_MET)
    cents = _told(answer, services)
    if cents is None or cents == 0:
        return _none(Ground.MEDICAID if payer_kind is PayerKind.MEDICAID else Ground.PLAN)
    most = answer.out_of_pocket_remaining_cents
    if most is not None and most < cents:
        return CopayDue(cents=most, why="the rest of the out-of-pocket limit (271)")
    return CopayDue(cents=cents, why="the copay that the payer tells for this visit (271)")


def _told(answer: EligibilityAnswer, services: Sequence[PlannedService]) -> int | None:
    """Each different copay once."""
    if not services:
        return answer.copay_cents
    found = {
        benefit
        for service in services
        if not service.preventive
        and (
            benefit := closest(
                answer.benefits, BenefitKind.COPAY, service.service_type, procedure=service.procedure
            )
        )
    }
    return sum(benefit.amount_cents or 0 for benefit in found) if found else None


def _none(ground: Ground) -> CopayDue:
    return CopayDue(cents=0, why=RULES[ground], ground=ground)
