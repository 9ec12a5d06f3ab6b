"""NCCI procedure-to-procedure edits: two codes of one day of which the second is not paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.claim.claim import ServiceLine
from domain.coding.tables import TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_PLACE = "2400/SV101-2"
_NEVER, _WITH_MODIFIER = "0", "1"


def pairs_never_stand_together(context: ScrubContext) -> Iterable[Finding]:
    """Indicator 0: no modifier opens it, and the patient owes nothing of it."""
    tell = error if context.federal else warning
    for first, second in _edited(context, _NEVER):
        message = f"this procedure is never paid beside the one of line {first.number} on one day"
        remedy = "remove the line, unless one of the two codes is wrong; it cannot be billed to the patient"
        yield tell("ptp-never", _PLACE, message, remedy, second.number)


def pairs_are_told_apart(context: ScrubContext) -> Iterable[Finding]:
    """Indicator 1: a modifier on either line says that the services were separate, if the record does."""
    tell = error if context.federal else warning
    for first, second in _edited(context, _WITH_MODIFIER):
        if _opened(context, first, second):
            continue
        message = f"this procedure is part of the one of line {first.number} on one day"
        remedy = (
            "remove the line; only where the documentation shows a separate encounter, site, person or service "
            "add the modifier that says so"
        )
        yield tell("ptp-modifier", _PLACE, message, remedy, second.number)


def _edited(context: ScrubContext, indicator: str) -> Iterable[tuple[ServiceLine, ServiceLine]]:
    """Lines of one day of which the second is denied beside the first."""
    kind = TableKind.PTP if context.claim_type is ClaimType.PROFESSIONAL else TableKind.PTP_HOSPITAL
    if len(context.content.lines) < 2:
        return
    for day, lines in _by_day(context.content.lines).items():
        if len(lines) < 2 or not context.tables.holds(kind, day):
            continue
        for second in lines:
            for first in lines:
                if first.procedure == second.procedure:
                    continue
                edit = context.tables.pair(kind, first.procedure, second.procedure, day)
                if edit is not None and edit.indicator == indicator:
                    yield first, second


def _opened(context: ScrubContext, first: ServiceLine, second: ServiceLine) -> bool:
    modifiers = context.facts.modifiers
    return any(
        modifier in modifiers and modifiers[modifier].bypass for modifier in (*first.modifiers, *second.modifiers)
    )


def _by_day(lines: Iterable[ServiceLine]) -> dict[date, list[ServiceLine]]:
    days: dict[date, list[ServiceLine]] = {}
    for line in lines:
        if line.procedure:
            days.setdefault(line.service_from, []).append(line)
    return days


_SOURCE = "CMS, NCCI procedure-to-procedure edits, quarterly files; CARC 236, 97"
_TABLES = (TableKind.PTP, TableKind.PTP_HOSPITAL)


RULES = (
    Rule(
        id="ptp-never", severity=Severity.ERROR, place=_PLACE, check=pairs_never_stand_together,
        wrong="a pair that is never paid on one day", remedy="remove the second, or correct a wrong code",
        source=f"{_SOURCE}; modifier indicator 0", needs=_TABLES,
    ),
    Rule(
        id="ptp-modifier", severity=Severity.ERROR, place=_PLACE, check=pairs_are_told_apart,
        wrong="a pair that is paid only where the record shows separate services",
        remedy="remove the second, or add the modifier that the documentation supports",
        source=f"{_SOURCE}; modifier indicator 1", needs=_TABLES,
    ),
)  # fmt: skip
