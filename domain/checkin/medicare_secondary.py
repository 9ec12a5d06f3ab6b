"""The Medicare Secondary Payer questions (CMS Pub. 100-05 ch. 3 s. 20.2.1) and what their answers mean: SBR05."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.coverage.coverage import Coverage, OtherCoverage, PayerKind
from domain.coverage.order_of_benefits import Basis, Entitlement, Insurance, in_order

_LIABLE = (
    ("black_lung", Basis.BLACK_LUNG),
    ("workers_compensation", Basis.WORKERS_COMPENSATION),
    ("veterans", Basis.VETERANS),
    ("federal_agency", Basis.FEDERAL_AGENCY),
    ("no_fault", Basis.NO_FAULT),
    ("liability", Basis.LIABILITY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a Medicare patient answered at the desk."""

    asked_on: date
    entitlement: Entitlement = Entitlement.AGE
    black_lung: bool = False
    workers_compensation: bool = False
    veterans: bool = False
    """The Department of Veterans Affairs authorised this care and agreed to pay."""
    federal_agency: bool = False
    no_fault: bool = False
    liability: bool = False
    works: bool = False
    """The patient or the spouse works, and has a group plan by that work (for a disability: a family member)."""
    employees: int | None = None
    """Of that employer."""
    retired_plan: bool = False
    """A group plan of a former employer."""
    renal_coordination_ends: date | None = None
    """Last day of the 30 months in which a group plan pays before Medicare by renal disease."""

    @property
    def basis(self) -> Basis:
        """On what the coverage beside Medicare rests, as far as it decides."""
        for name, basis in _LIABLE:
            if getattr(self, name):
                return basis
        if self.works:
            return Basis.CURRENT_EMPLOYMENT
        return Basis.FORMER_EMPLOYMENT if self.retired_plan else Basis.PLAN


def unanswered(coverages: Sequence[Coverage], answers: Answers | None) -> bool:
    """Whether the questions must be asked: the patient has Medicare itself and nobody asked."""
    return answers is None and any(one.payer.kind is PayerKind.MEDICARE for one in coverages)


def ordered(coverages: Sequence[Coverage], answers: Answers | None, on: date) -> tuple[OtherCoverage, ...]:
    """The coverages in the order of benefits for a day; a Medicare that comes second says why (SBR05).

    Answers speak of the first coverage told beside Medicare and Medicaid.
    """
    said = next((one for one in coverages if not _is_public(one)), None)
    insurances = [
        Insurance(
            coverage=one,
            basis=answers.basis if answers and one is said else Basis.PLAN,
            employees=answers.employees if answers and one is said else None,
            entitlement=answers.entitlement if answers else Entitlement.AGE,
            renal_coordination_ends=answers.renal_coordination_ends if answers else None,
        )
        for one in coverages
    ]
    return in_order(insurances, on)


def _is_public(coverage: Coverage) -> bool:
    return coverage.payer.kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE, PayerKind.MEDICAID)
