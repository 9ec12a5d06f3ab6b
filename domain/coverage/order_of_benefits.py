"""Which payer pays first: rules of coordination of benefits, each with its reason.

Between plans: subscriber before dependent, then the birthday rule for a child of two parents (NAIC Coordination of
Benefits Model Regulation 120, section 6). Medicare comes after an employer's plan in the cases of 42 CFR part 411
and after insurance that is liable for an injury; before every other plan. Medicaid is last (42 CFR 433.139).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coverage.coverage import Coverage, OtherCoverage, PayerKind

_SELF, _CHILD = "18", "19"
WORKING_AGED_EMPLOYEES = 20
"""From so many employees on a plan of current employment pays before Medicare by age (42 CFR 411.170, 411.172)."""
DISABLED_EMPLOYEES = 100
"""A large group health plan pays before Medicare by disability (42 CFR 411.101, 411.204)."""


class Basis(StrEnum):
    """What a coverage rests on, as far as it decides about Medicare."""

    PLAN = "plan"
    """Any plan of which nothing more is known."""
    CURRENT_EMPLOYMENT = "current_employment"
    """A group plan by somebody's present work: the patient's, the spouse's or, for a disability, the family's."""
    FORMER_EMPLOYMENT = "former_employment"
    """A group plan of a retired or former employee."""
    SUPPLEMENT = "supplement"
    """Made to pay after Medicare (Medigap)."""
    NO_FAULT = "no_fault"
    WORKERS_COMPENSATION = "workers_compensation"
    FEDERAL_AGENCY = "federal_agency"
    BLACK_LUNG = "black_lung"
    VETERANS = "veterans"
    LIABILITY = "liability"


class Entitlement(StrEnum):
    """Why somebody has Medicare."""

    AGE = "age"
    DISABILITY = "disability"
    RENAL_DISEASE = "renal_disease"


_GROUP_PLANS = frozenset({Basis.CURRENT_EMPLOYMENT, Basis.FORMER_EMPLOYMENT})
_LIABLE = {
    Basis.NO_FAULT: ("14", "no-fault insurance pays before Medicare"),
    Basis.WORKERS_COMPENSATION: ("15", "workers' compensation pays before Medicare"),
    Basis.FEDERAL_AGENCY: ("16", "a federal agency pays before Medicare"),
    Basis.BLACK_LUNG: ("41", "the black lung programme pays before Medicare"),
    Basis.VETERANS: ("42", "the Department of Veterans Affairs authorised it and pays instead of Medicare"),
    Basis.LIABILITY: ("47", "liability insurance pays before Medicare"),
}
"""SBR05 of a Medicare that comes after each (837P TR3, element 1336)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurance:
    """A coverage with the few facts that decide about its place."""

    coverage: Coverage
    basis: Basis = Basis.PLAN
    employees: int | None = None
    """Of the employer behind a group plan; None where nobody asked."""
    entitlement: Entitlement = Entitlement.AGE
    """Of a Medicare coverage."""
    renal_coordination_ends: date | None = None
    """The last day of the 30 months in which a group plan pays before Medicare (42 CFR 411.162)."""

    @property
    def is_medicare(self) -> bool:
        """Medicare itself; a Medicare Advantage plan stands in its place."""
        return self.coverage.payer.kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)


def in_order(insurances: Sequence[Insurance], on: date) -> tuple[OtherCoverage, ...]:
    """All coverages in the order in which they pay for a service of day ``on``, the first payer first.

    Each says why it stands where it does. What no rule decides keeps the order in which it was told.
    """
    medicare = next((entry for entry in insurances if entry.is_medicare), None)
    children = [entry.coverage for entry in insurances if entry.coverage.relationship == _CHILD]
    birthdays = all(coverage.subscriber.birth_date is not None for coverage in children)
    ordered = sorted(insurances, key=lambda entry: (_tier(entry, medicare, on), *_between_plans(entry, birthdays)))
    placed: list[OtherCoverage] = []
    for place, entry in enumerate(ordered):
        before = ordered[place - 1] if place else None
        kind, why = _reason(before, entry, medicare, on, birthdays)
        placed.append(OtherCoverage(coverage=entry.coverage, insurance_type=kind, why=why))
    return tuple(placed)


def why_before_medicare(other: Insurance, medicare: Insurance, on: date) -> tuple[str, str] | None:
    """SBR05 of the Medicare that comes second, and the rule in words; None where Medicare pays first."""
    if other.basis in _LIABLE:
        return _LIABLE[other.basis]
    employees = other.employees or 0
    ends = medicare.renal_coordination_ends
    if medicare.entitlement is Entitlement.RENAL_DISEASE:
        if other.basis in _GROUP_PLANS and ends is not None and on <= ends:
            return "13", f"a group plan pays before Medicare by renal disease until {ends} (42 CFR 411.162)"
        return None
    if other.basis is not Basis.CURRENT_EMPLOYMENT:
        return None
    if medicare.entitlement is Entitlement.AGE and employees >= WORKING_AGED_EMPLOYEES:
        return "12", "a plan of current employment pays before Medicare by age (42 CFR 411.172)"
    if medicare.entitlement is Entitlement.DISABILITY and employees >= DISABLED_EMPLOYEES:
        return "43", "a large group plan pays before Medicare by disability (42 CFR 411.204)"
    return None


def _tier(entry: Insurance, medicare: Insurance | None, on: date) -> int:
    if entry.coverage.payer.kind is PayerKind.MEDICAID:
        return 4
    if entry.basis in _LIABLE:
        return 0
    if medicare is None or entry is medicare:
        return 2
    return 1 if why_before_medicare(entry, medicare, on) else 3


def _between_plans(entry: Insurance, birthdays: bool) -> tuple[int, int, int]:
    """Subscriber before dependent, then, where all are known, the parent whose birthday comes first in the year."""
    if entry.coverage.relationship == _SELF:
        return 0, 0, 0
    born = entry.coverage.subscriber.birth_date
    if entry.coverage.relationship != _CHILD or born is None or not birthdays:
        return 1, 0, 0
    return 1, born.month, born.day


def _reason(
    before: Insurance | None, entry: Insurance, medicare: Insurance | None, on: date, birthdays: bool
) -> tuple[str, str]:
    if before is None:
        return "", "pays first"
    if entry.coverage.payer.kind is PayerKind.MEDICAID:
        return "", "Medicaid pays last (42 CFR 433.139)"
    if entry is medicare:
        return why_before_medicare(before, entry, on) or ("", "Medicare pays after it")
    if before.basis in _LIABLE and entry.basis not in _LIABLE:
        return "", "insurance that is liable for the injury pays first"
    if before is medicare:
        return "", "Medicare pays before a plan that does not rest on current employment with enough employees"
    mine, other = _between_plans(entry, birthdays), _between_plans(before, birthdays)
    if mine[0] != other[0]:
        return "", "the plan that covers the patient as subscriber pays before the one that covers a dependent"
    if mine[1:] != other[1:] and (0, 0) not in (mine[1:], other[1:]):
        return "", "birthday rule: the parent whose birthday comes first in the year pays first"
    return "", "no rule decides between these plans: in the order in which they were told"
