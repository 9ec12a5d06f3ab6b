"""Units: above zero, whole minutes, and no more than is medically likely (NCCI MUE)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from domain.coding.tables import TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_PLACE = "2400/SV104"
_LINE, _BY_POLICY, _CLINICAL = "1", "2", "3"
"""MUE adjudication indicators."""


def units_are_positive(context: ScrubContext) -> Iterable[Finding]:
    """SV104 is above zero; minutes are whole."""
    rule = "units"
    for line in context.content.lines:
        if line.units <= 0:
            yield error(rule, _PLACE, "units are not above zero", "enter the units rendered", line.number)
        elif line.unit_basis == "MJ" and line.units != line.units.to_integral_value():
            yield error(rule, _PLACE, "minutes are not whole", "enter whole minutes", line.number)
        elif line.units > 9999:
            yield warning(rule, _PLACE, "more than 9,999 units", "check the quantity", line.number)


def units_stay_within_the_line(context: ScrubContext) -> Iterable[Finding]:
    """MAI 1: each line by itself; Medicare denies the whole line above the limit."""
    kind, tell = _edition(context), _teller(context)
    for line in context.content.lines:
        limit = context.tables.unit_limit(kind, line.procedure, line.service_from)
        if limit is None or limit.kind != _LINE or line.unit_basis == "MJ" or line.units <= limit.units:
            continue
        message = f"{_number(line.units)} units on one line; more than {limit.units} are denied (MUE, line edit)"
        remedy = (
            "correct the units; report more on a line of their own only with the modifier that the record of a "
            "repeated or separate service supports"
        )
        yield tell("mue-line", _PLACE, message, remedy, line.number)


def units_stay_within_the_day_by_policy(context: ScrubContext) -> Iterable[Finding]:
    """MAI 2: summed over the day; statute or the code itself makes more impossible, and no appeal changes it."""
    tell = _teller(context)
    for line, total, most in _over_the_day(context, _BY_POLICY):
        message = f"{_number(total)} units in one day; more than {most} cannot be (MUE, absolute for a day)"
        remedy = "correct the units or the code: neither a modifier nor an appeal pays more"
        yield tell("mue-day-absolute", _PLACE, message, remedy, line)


def units_stay_within_the_day_by_experience(context: ScrubContext) -> Iterable[Finding]:
    """MAI 3: summed over the day; a payer may pay more where the record shows why, as a rule on appeal."""
    for line, total, most in _over_the_day(context, _CLINICAL):
        message = f"{_number(total)} units in one day; more than {most} are denied at first (MUE for a day)"
        remedy = "correct the units; where the record supports them, send them and keep it ready for an appeal"
        yield warning("mue-day", _PLACE, message, remedy, line)


def _over_the_day(context: ScrubContext, adjudication: str) -> Iterable[tuple[int, Decimal, int]]:
    """The last line of each procedure and day above its limit, with the day's units and the limit."""
    kind = _edition(context)
    sums: dict[tuple[str, date], tuple[Decimal, int, int]] = {}
    for line in context.content.lines:
        limit = context.tables.unit_limit(kind, line.procedure, line.service_from)
        if limit is None or limit.kind != adjudication or line.unit_basis == "MJ":
            continue
        key = (line.procedure, line.service_from)
        before = sums[key][0] if key in sums else Decimal(0)
        sums[key] = (before + line.units, limit.units, line.number)
    for total, most, number in sums.values():
        if total > most:
            yield number, total, most


def _edition(context: ScrubContext) -> TableKind:
    return TableKind.MUE if context.claim_type is ClaimType.PROFESSIONAL else TableKind.MUE_HOSPITAL


def _teller(context: ScrubContext) -> Callable[[str, str, str, str, int], Finding]:
    return error if context.federal else warning


def _number(units: Decimal) -> str:
    return f"{units.normalize():f}"


_MUE = "CMS, NCCI medically unlikely edits, quarterly files"
_TABLES = (TableKind.MUE, TableKind.MUE_HOSPITAL)

RULES = (
    Rule(
        id="units", severity=Severity.ERROR, place=_PLACE, check=units_are_positive,
        wrong="units are not above zero, or minutes not whole", remedy="enter the units rendered",
        source="837P TR3, 2400 SV103 and SV104",
    ),
    Rule(
        id="mue-line", severity=Severity.ERROR, place=_PLACE, check=units_stay_within_the_line,
        wrong="more units on a line than Medicare takes (MAI 1)", remedy="correct the units",
        source=f"{_MUE}, adjudication indicator 1; CARC 151, RARC N362", needs=_TABLES,
    ),
    Rule(
        id="mue-day-absolute", severity=Severity.ERROR, place=_PLACE, check=units_stay_within_the_day_by_policy,
        wrong="more units in a day than can be (MAI 2)", remedy="correct the units or the code",
        source=f"{_MUE}, adjudication indicator 2", needs=_TABLES,
    ),
    Rule(
        id="mue-day", severity=Severity.WARNING, place=_PLACE, check=units_stay_within_the_day_by_experience,
        wrong="more units in a day than are likely (MAI 3)", remedy="correct the units, or keep the record ready",
        source=f"{_MUE}, adjudication indicator 3", needs=_TABLES,
    ),
)  # fmt: skip
