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
_NAMED = (*_LIABLE, ("works", Basis.CURRENT_EMPLOYMENT), ("retired_plan", Basis.FORMER_EMPLOYMENT))


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutCoverage:
    """What a Medicare patient answered about one coverage beside Medicare."""

    payer_code: str
    member_id: str = ""
    """Where two coverages are of one payer."""
    basis: Basis = Basis.PLAN
    employees: int | None = None
    """Of the employer; of a plan of several employers, the largest one's (42 U.S.C. 1395y(b)(1)(A))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a Medicare patient answered at the desk. With one coverage beside Medicare the plain answers speak of it;
    with several, ``about`` says what each rests on."""

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
    about: tuple[AboutCoverage, ...] = ()

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


def open_questions(coverages: Sequence[Coverage], answers: Answers) -> tuple[str, ...]:
    """What must still be asked of a Medicare patient: each a sentence for the desk."""
    if not any(one.payer.kind is PayerKind.MEDICARE for one in coverages):
        return ()
    beside = [one for one in coverages if not _is_public(one)]
    unsaid = [one.payer.code for one in beside if _about(one, answers) is None] if _of_each(beside, answers) else []
    stray = [
        one.payer_code for one in answers.about if not any(_speaks_of(one, coverage) for coverage in beside)
    ]
    told = {one.basis for one in answers.about}
    uncovered = [name for name, basis in _NAMED if getattr(answers, name) and answers.about and basis not in told]
    return (
        *(f"what does the coverage of {code} rest on: say it under about" for code in unsaid),
        *(f"about names {code}, and no coverage beside Medicare is of it" for code in stray),
        *(
            f"{name.replace('_', ' ')} was answered with yes, and no coverage rests on it: enter it, or ask again"
            for name in uncovered
        ),
    )


def ordered(coverages: Sequence[Coverage], answers: Answers | None, on: date) -> tuple[OtherCoverage, ...]:
    """The coverages in the order of benefits for a day; a Medicare that comes second says why (SBR05).

    Each coverage beside Medicare and Medicaid rests on what was answered about it; where nothing was said of any of
    them, the plain answers speak of the first one told.
    """
    beside = [one for one in coverages if not _is_public(one)]
    insurances = []
    for one in coverages:
        basis, employees = _rests_on(one, beside, answers)
        insurances.append(
            Insurance(
                coverage=one,
                basis=basis,
                employees=employees,
                entitlement=answers.entitlement if answers else Entitlement.AGE,
                renal_coordination_ends=answers.renal_coordination_ends if answers else None,
            )
        )
    return in_order(insurances, on)


def _rests_on(
    coverage: Coverage, beside: Sequence[Coverage], answers: Answers | None
) -> tuple[Basis, int | None]:
    if answers is None or _is_public(coverage):
        return Basis.PLAN, None
    if answers.about:
        about = _about(coverage, answers)
        return (about.basis, about.employees) if about else (Basis.PLAN, None)
    return (answers.basis, answers.employees) if coverage is beside[0] else (Basis.PLAN, None)


def _of_each(beside: Sequence[Coverage], answers: Answers) -> bool:
    return len(beside) > 1 or bool(answers.about)


def _about(coverage: Coverage, answers: Answers) -> AboutCoverage | None:
    return next((one for one in answers.about if _speaks_of(one, coverage)), None)


def _speaks_of(about: AboutCoverage, coverage: Coverage) -> bool:
    return about.payer_code == coverage.payer.code and about.member_id in ("", coverage.member_id)


def _is_public(coverage: Coverage) -> bool:
    return coverage.payer.kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE, PayerKind.MEDICAID)
