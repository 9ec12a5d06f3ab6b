"""All rules, and the one way to run them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date

from domain.coding.tables import TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity
from domain.scrubbing.operator.checking import findings_of_operator_rules
from domain.scrubbing.rules import (
    coverage,
    dates,
    diagnoses,
    diagnosis_tables,
    duplicates,
    identifiers,
    modifiers,
    pairs,
    parties,
    patient_fit,
    places,
    required,
    services,
    units,
)

FAMILIES = {
    "parties": parties.RULES,
    "identifiers": identifiers.RULES,
    "required data": required.RULES,
    "dates": dates.RULES,
    "coverage": coverage.RULES,
    "diagnoses": (*diagnoses.RULES, *diagnosis_tables.RULES),
    "sex and age": patient_fit.RULES,
    "services": services.RULES,
    "modifiers": modifiers.RULES,
    "places": places.RULES,
    "units": units.RULES,
    "procedure pairs": pairs.RULES,
    "duplicates": duplicates.RULES,
}
REGISTRY: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)

_OF_TYPE = {kind: tuple(rule for rule in REGISTRY if kind in rule.claim_types) for kind in ClaimType}
_NO_LINE = Finding(
    rule="line-count",
    severity=Severity.ERROR,
    place="2400/LX",
    message="the claim has no service line",
    remedy="add the services rendered",
)


def scrub(context: ScrubContext) -> tuple[Finding, ...]:
    """Run the rules of the claim's type and the operator's; errors first, then by line, in the order of the rules."""
    if not context.content.lines:
        return (_NO_LINE,)
    found = [finding for rule in _OF_TYPE[context.claim_type] for finding in rule.check(context)]
    found += findings_of_operator_rules(context)
    if len(found) > 1:
        found.sort(key=lambda f: (f.severity is not Severity.ERROR, f.line or 0))
    return tuple(found)


def unchecked(context: ScrubContext, told: Container[TableKind] = ()) -> dict[TableKind, date]:
    """Tables that rules wanted and that are not at hand for the claim's days, each with the first such day; those
    that were told already are left out."""
    missing: dict[TableKind, date] = {}
    if context.content.lines:
        for kind, day in set(_wanted(context)):
            if kind not in told and not context.tables.holds(kind, day):
                missing[kind] = min(day, missing.get(kind, day))
    return missing


def not_checked(missing: dict[TableKind, date]) -> tuple[Finding, ...]:
    """One note for each table that is not at hand, however many claims and lines wanted it."""
    return tuple(
        Finding(
            rule="not-checked",
            severity=Severity.NOTE,
            place="",
            message=f"no {kind} table is loaded for {day}: not checked: {', '.join(_needing(kind))}",
            remedy=f"load one: `claimflow reference load {kind} FILE`",
        )
        for kind, day in sorted(missing.items())
    )


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether a person must act before the claim may leave."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _wanted(context: ScrubContext) -> Iterable[tuple[TableKind, date]]:
    professional = context.claim_type is ClaimType.PROFESSIONAL
    if context.content.icd_version == 10 and context.content.diagnoses:
        yield TableKind.ICD10CM, context.coding_day
    if professional:
        yield TableKind.POS, context.content.first_service
    days: dict[date, int] = {}
    for line in context.content.lines:
        on = line.service_from
        if line.procedure:
            yield (TableKind.HCPCS if line.procedure[:1].isalpha() else TableKind.CPT), on
            yield (TableKind.MUE if professional else TableKind.MUE_HOSPITAL), on
            if professional:
                yield TableKind.MPFS, on
            if context.federal:
                yield TableKind.COVERAGE, on
            days[on] = days.get(on, 0) + 1
    for on, count in days.items():
        if count > 1:
            yield (TableKind.PTP if professional else TableKind.PTP_HOSPITAL), on


def _needing(kind: TableKind) -> list[str]:
    return [rule.id for rule in REGISTRY if kind in rule.needs]
