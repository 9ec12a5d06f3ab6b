"""A coverage more or less: where it stands in the order of benefits of a claim that names others already.

The coverages that are there keep their order among themselves. Their facts (employment, entitlement) are not kept
with a claim; what SBR05 of a Medicare says of the plan before it is read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.coverage.coverage import Coverage, OtherCoverage
from domain.coverage.order_of_benefits import (
    DISABLED_EMPLOYEES,
    WORKING_AGED_EMPLOYEES,
    Basis,
    Entitlement,
    Insurance,
    in_order,
)


class NoSuchPlace(ValueError):
    """A rule puts the coverage elsewhere; the text names the rule."""


_WORK = (Basis.CURRENT_EMPLOYMENT, WORKING_AGED_EMPLOYEES, Entitlement.AGE)
_READ_BACK: dict[str, tuple[Basis, int, Entitlement]] = {
    "12": _WORK,
    "13": (Basis.FORMER_EMPLOYMENT, 0, Entitlement.RENAL_DISEASE),
    "43": (Basis.CURRENT_EMPLOYMENT, DISABLED_EMPLOYEES, Entitlement.DISABILITY),
    "14": (Basis.NO_FAULT, 0, Entitlement.AGE),
    "15": (Basis.WORKERS_COMPENSATION, 0, Entitlement.AGE),
    "16": (Basis.FEDERAL_AGENCY, 0, Entitlement.AGE),
    "41": (Basis.BLACK_LUNG, 0, Entitlement.AGE),
    "42": (Basis.VETERANS, 0, Entitlement.AGE),
    "47": (Basis.LIABILITY, 0, Entitlement.AGE),
}
"""What SBR05 of a Medicare says about the coverage before it."""


def with_coverage(
    named: Sequence[OtherCoverage], new: Insurance, on: date, *, place: int | None = None, insurance_type: str = ""
) -> tuple[OtherCoverage, ...]:
    """The coverages of a claim with one more, the first payer first; each that moved says by which rule.

    ``place`` (from 1) is a person's word where no rule decides. ``insurance_type`` is SBR05 of a new Medicare that
    somebody knows to come second.

    Raises:
        NoSuchPlace: a rule puts it elsewhere.
    """
    known = [_insurance(named, at, insurance_type if new.is_medicare else "") for at in range(len(named))]
    new = _as_said(new, insurance_type) if new.is_medicare else new
    before = [_first(entry, new, on) is entry for entry in known]
    by_rule = next((at for at, comes_first in enumerate(before) if not comes_first), len(known))
    at = by_rule if place is None else _place(place, known, new, on)
    order = [*known[:at], new, *known[at:]]
    said = [*named[:at], OtherCoverage(coverage=new.coverage), *named[at:]]
    for spot in range(len(order)):
        if spot in (at, at + 1) or spot == 0:
            said[spot] = _with_reason(said[spot], order, spot, on, insurance_type if spot == at else "")
    return tuple(said)


def without_coverage(named: Sequence[OtherCoverage], payer_code: str) -> tuple[OtherCoverage, ...]:
    """The coverages of a claim without the one of a payer, in the same order."""
    left = [other for other in named if other.coverage.payer.code != payer_code]
    return tuple(replace(other, insurance_type="", why="pays first") if not at else other
                 for at, other in enumerate(left))  # fmt: skip


def _insurance(named: Sequence[OtherCoverage], at: int, new_type: str) -> Insurance:
    """A coverage with what the claim knows of it: SBR05 of the Medicare behind it, or of a new one."""
    after = named[at + 1].insurance_type if at + 1 < len(named) else ""
    basis, employees, _ = _READ_BACK.get(after or new_type, (Basis.PLAN, 0, Entitlement.AGE))
    coverage = named[at].coverage
    return _as_said(Insurance(coverage=coverage, basis=basis, employees=employees), named[at].insurance_type)


def _as_said(entry: Insurance, insurance_type: str) -> Insurance:
    """A Medicare with the entitlement that its SBR05 implies."""
    if insurance_type not in _READ_BACK or not entry.is_medicare:
        return entry
    entitlement = _READ_BACK[insurance_type][2]
    ends = date.max if entitlement is Entitlement.RENAL_DISEASE else None
    return replace(entry, entitlement=entitlement, renal_coordination_ends=ends)


def _first(one: Insurance, other: Insurance, on: date) -> Insurance:
    """Which of two pays first; ``one`` where no rule decides."""
    return one if in_order((one, other), on)[0].coverage is one.coverage else other


def _place(place: int, known: Sequence[Insurance], new: Insurance, on: date) -> int:
    at = place - 1
    if not 0 <= at <= len(known):
        raise NoSuchPlace(f"the claim has places 1 to {len(known) + 1}")
    wrong = next((entry for entry in known[:at] if _first(entry, new, on) is new), None) or next(
        (entry for entry in known[at:] if _first(new, entry, on) is entry), None
    )
    if wrong is not None:
        raise NoSuchPlace(in_order((wrong, new), on)[1].why)
    return at


def _with_reason(
    said: OtherCoverage, order: Sequence[Insurance], spot: int, on: date, insurance_type: str
) -> OtherCoverage:
    if spot == 0:
        return replace(said, insurance_type="", why="pays first")
    ruled = in_order((order[spot - 1], order[spot]), on)[1]
    if ruled.coverage is not order[spot].coverage:
        return replace(said, insurance_type=insurance_type or said.insurance_type)
    return replace(said, insurance_type=insurance_type or ruled.insurance_type, why=ruled.why)


def named_by(coverage: Coverage, others: Sequence[OtherCoverage]) -> tuple[OtherCoverage, ...]:
    """The coverages of a claim in one row, the first payer's too."""
    return (OtherCoverage(coverage=coverage, why="pays first"), *others)
