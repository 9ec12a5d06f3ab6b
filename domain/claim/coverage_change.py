"""A person's order about the coverages of a claim: one ends, one is added, in the order of benefits.

Fields ``coverage.end`` and ``coverage.add.*`` of the grammar in ``correction``. They are no values of the content,
for they need the practice's payers and the patient; hence they are applied here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from domain.claim.claim import ClaimContent
from domain.claim.correction_values import (
    CorrectionRefused,
    read_date,
    read_insurance_type,
    read_required,
    read_sex,
)
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.coverage.joining import NoSuchPlace, named_by, with_coverage, without_coverage
from domain.coverage.order_of_benefits import Basis, Entitlement, Insurance
from domain.people.parties import Person

PREFIX = "coverage."
END, ADD = "coverage.end", "coverage.add."
_SELF = "18"
_RELATIONSHIPS = ("18", "01", "19", "G8")
_INDICATORS = {
    PayerKind.MEDICARE: "MB",
    PayerKind.MEDICARE_ADVANTAGE: "16",
    PayerKind.MEDICAID: "MC",
    PayerKind.COMMERCIAL: "CI",
}
"""SBR09 where nobody gives another."""


def coverage_changes(changes: Mapping[str, str]) -> dict[str, str]:
    """Those of a correction's changes that are about coverages."""
    return {name: value.strip() for name, value in changes.items() if name.startswith(PREFIX)}


def change_coverages(
    content: ClaimContent, changes: Mapping[str, str], payers: Mapping[str, Payer], patient: Person
) -> ClaimContent:
    """End a coverage, add one, or both: the other one in its place. ``payers`` are those that the practice bills.

    Raises:
        CorrectionRefused: a payer is not known, a value has the wrong shape, or no coverage would be left.
    """
    named = named_by(content.coverage, content.other_coverages)
    ended = changes.get(END, "")
    if END in changes:
        if ended not in [other.coverage.payer.code for other in named]:
            raise CorrectionRefused(END, "the claim names no coverage of that payer")
        named = without_coverage(named, ended)
    if any(name.startswith(ADD) for name in changes):
        new = _insurance({name: changes[name] for name in changes if name.startswith(ADD)}, payers, patient)
        if new.coverage.payer.code in [other.coverage.payer.code for other in named]:
            raise CorrectionRefused(f"{ADD}payer", "the claim names this payer already: correct its member id")
        kind = read_insurance_type(f"{ADD}insurance_type", changes.get(f"{ADD}insurance_type", ""))
        try:
            named = with_coverage(
                named, new, content.first_service, place=_place(changes), insurance_type=kind if new.is_medicare else ""
            )
        except NoSuchPlace as elsewhere:
            raise CorrectionRefused(f"{ADD}place", f"not there: {elsewhere}") from None
    if not named:
        raise CorrectionRefused(END, "no coverage would be left: add the right one with it, or make the claim self-pay")
    first, *others = named
    return replace(content, coverage=first.coverage, other_coverages=tuple(others))


def _insurance(changes: Mapping[str, str], payers: Mapping[str, Payer], patient: Person) -> Insurance:
    payer = payers.get(changes.get(f"{ADD}payer", "")) or _new_payer(changes)
    relationship = changes.get(f"{ADD}relationship", "") or _SELF
    if relationship not in _RELATIONSHIPS:
        raise CorrectionRefused(f"{ADD}relationship", f"use one of {', '.join(_RELATIONSHIPS)}")
    return Insurance(
        coverage=Coverage(
            payer=payer,
            member_id=read_required(f"{ADD}member_id", changes.get(f"{ADD}member_id", "")),
            relationship=relationship,
            subscriber=_subscriber(changes, patient, of_other=relationship != _SELF),
            group_number=changes.get(f"{ADD}group_number", ""),
        ),
        basis=Basis(_one_of(changes, "basis", Basis, Basis.PLAN)),
        entitlement=Entitlement(_one_of(changes, "entitlement", Entitlement, Entitlement.AGE)),
        employees=_whole(changes, "employees"),
        renal_coordination_ends=_day(changes, "renal_coordination_ends"),
    )


def _new_payer(changes: Mapping[str, str]) -> Payer:
    """A payer that the practice never billed before."""
    name, kind = changes.get(f"{ADD}payer_name", ""), changes.get(f"{ADD}payer_kind", "")
    if not (name and kind):
        raise CorrectionRefused(
            f"{ADD}payer", "the practice has not billed it yet: give payer_name and payer_kind with it, or correct it"
        )
    if kind not in [one.value for one in PayerKind]:
        raise CorrectionRefused(f"{ADD}payer_kind", f"use one of {', '.join(PayerKind)}")
    return Payer(
        code=read_required(f"{ADD}payer", changes.get(f"{ADD}payer", "")),
        name=name,
        kind=PayerKind(kind),
        filing_indicator=changes.get(f"{ADD}filing_indicator", "") or _INDICATORS[PayerKind(kind)],
    )


def _subscriber(changes: Mapping[str, str], patient: Person, *, of_other: bool) -> Person:
    """The patient, unless somebody else insures them: that person's name, at the patient's address."""
    prefix = f"{ADD}subscriber."
    told = {name.removeprefix(prefix): value for name, value in changes.items() if name.startswith(prefix)}
    if not of_other:
        if told:
            raise CorrectionRefused(f"{ADD}subscriber", "with relationship 18 the subscriber is the patient")
        return patient
    born = told.get("birth_date", "")
    return replace(
        patient,
        first_name=read_required(f"{prefix}first_name", told.get("first_name", "")),
        last_name=read_required(f"{prefix}last_name", told.get("last_name", "")),
        middle_name="",
        birth_date=read_date(f"{prefix}birth_date", born) if born else None,
        sex=read_sex(f"{prefix}sex", told.get("sex", "") or "U"),
    )


def _one_of(changes: Mapping[str, str], name: str, values: type[Basis] | type[Entitlement], usual: str) -> str:
    value = changes.get(ADD + name, "") or usual
    if value not in [one.value for one in values]:
        raise CorrectionRefused(ADD + name, f"use one of {', '.join(one.value for one in values)}")
    return value


def _whole(changes: Mapping[str, str], name: str) -> int | None:
    value = changes.get(ADD + name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) < 8):
        raise CorrectionRefused(ADD + name, "a whole number")
    return int(value) if value else None


def _place(changes: Mapping[str, str]) -> int | None:
    return _whole(changes, "place")


def _day(changes: Mapping[str, str], name: str) -> date | None:
    value = changes.get(ADD + name, "")
    return read_date(ADD + name, value) if value else None
