"""Coverage on the day, and diagnoses that a coverage determination asks for."""

from __future__ import annotations

from collections.abc import Iterable

from domain.coding.tables import TableKind
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_TOLD_IN_ADVANCE = frozenset({"GA", "GX", "GY", "GZ"})


def coverage_is_active(context: ScrubContext) -> Iterable[Finding]:
    """What the payer answered (271) about the day of service; nothing known says nothing."""
    rule, place = "coverage-active", "2000B/SBR"
    if not context.coverage:
        return
    for line in context.content.lines:
        on = line.service_from
        told = [one for one in context.coverage if one.start <= on and (one.end is None or on <= one.end)]
        if told and not any(one.active for one in told):
            message = "the payer said that the coverage is not active on the date of service"
            yield error(rule, place, message, "ask the patient for the coverage of that day", line.number)
        elif not told:
            message = "the payer's answer about the coverage is of another day"
            yield warning(rule, place, message, "ask the payer about the date of service (270)", line.number)


def diagnoses_support_the_procedure(context: ScrubContext) -> Iterable[Finding]:
    """LCD and NCD of Medicare: one of the line's diagnoses is on the list, for each that binds the procedure."""
    if not context.federal:
        return
    codes = context.content.diagnoses
    for line in context.content.lines:
        if not _TOLD_IN_ADVANCE.isdisjoint(line.modifiers):
            continue
        pointed = {codes[pointer - 1] for pointer in line.diagnosis_pointers if 1 <= pointer <= len(codes)}
        for policy in context.tables.coverage(line.procedure, line.service_from):
            if policy.diagnoses.isdisjoint(pointed):
                message = f"no diagnosis of the line supports the procedure by {policy.name}"
                remedy = (
                    "point to the diagnosis that the documentation supports; where none does, the patient must have "
                    "been told before the service (ABN)"
                )
                yield warning("medical-necessity", "2400/SV107", message, remedy, line.number)


RULES = (
    Rule(
        id="coverage-active", severity=Severity.ERROR, place="2000B/SBR", check=coverage_is_active,
        wrong="the coverage is not active on the day", remedy="ask the patient for the coverage of that day",
        source="271, EB01; CARC 26, 27",
    ),
    Rule(
        id="medical-necessity", severity=Severity.WARNING, place="2400/SV107", check=diagnoses_support_the_procedure,
        wrong="no diagnosis of the line is on the determination's list",
        remedy="point to the diagnosis that the documentation supports",
        source="CMS, Medicare Coverage Database: LCD and NCD, as the operator loads them; CARC 50, 11",
        needs=(TableKind.COVERAGE,),
    ),
)  # fmt: skip
