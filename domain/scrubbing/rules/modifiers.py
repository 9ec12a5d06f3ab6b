"""Modifiers: their shape, whether they exist, fit the procedure and each other, and their order (SV101-3 to -6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from domain.claim.claim import ServiceLine
from domain.coding.tables import Indicators, TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_PROCEDURE = re.compile(r"[0-9]{4}[0-9AFTMU]|[A-V][0-9]{4}")
_PLACE = "2400/SV101-3"
_SEPARATE_SERVICE = frozenset({"59", "XE", "XP", "XS", "XU"})


def modifiers_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Two characters each, at most four, none twice."""
    rule = "modifier-shape"
    for line in context.content.lines:
        if not line.modifiers:
            continue
        if len(line.modifiers) > 4:
            yield error(rule, _PLACE, "more than four modifiers", "keep the four that decide payment", line.number)
        if any(not _MODIFIER.fullmatch(modifier) for modifier in line.modifiers):
            yield error(rule, _PLACE, "a modifier does not have two characters", "correct the modifier", line.number)
        if len(set(line.modifiers)) < len(line.modifiers):
            yield error(rule, _PLACE, "a modifier is repeated", "name each modifier once", line.number)


def modifiers_are_known(context: ScrubContext) -> Iterable[Finding]:
    """Numbered modifiers by our own list; those with a letter by the HCPCS table, where one is loaded."""
    known = context.facts.modifiers
    if not known:
        return
    for line in context.content.lines:
        for place, modifier in enumerate(line.modifiers, start=3):
            if modifier in known or not _MODIFIER.fullmatch(modifier):
                continue
            hcpcs = context.tables.holds(TableKind.HCPCS, line.service_from)
            if not modifier.isdigit() and not hcpcs:
                continue
            if hcpcs and context.tables.knows_code(TableKind.HCPCS, modifier, line.service_from):
                continue
            message = f"modifier {place - 2} is none that CPT or HCPCS has on the date of service"
            yield error("modifier-known", f"2400/SV101-{place}", message, "correct the modifier", line.number)


def modifiers_fit_the_procedure(context: ScrubContext) -> Iterable[Finding]:
    """Each on the family it is for: visits, anesthesia, laboratory."""
    known = context.facts.modifiers
    for line in context.content.lines:
        if line.modifiers and not _PROCEDURE.fullmatch(line.procedure):
            continue
        for modifier in line.modifiers:
            fact = known.get(modifier)
            if fact is not None and not fact.suits(line.procedure):
                message = f"modifier {modifier} does not belong to this kind of procedure"
                remedy = "remove it, or put it on the line that the documentation shows it for"
                yield warning("modifier-fit", _PLACE, message, remedy, line.number)


def modifiers_fit_the_fee_schedule(context: ScrubContext) -> Iterable[Finding]:
    """Components, both sides, assistants, co-surgeons and teams as the indicators of the schedule allow them."""
    tell = error if context.federal else warning
    for line in context.content.lines:
        if not line.modifiers:
            continue
        found = context.tables.indicators(line.procedure, line.service_from)
        if found is None:
            continue
        for modifier in line.modifiers:
            reason = _BY_INDICATOR[modifier](found) if modifier in _BY_INDICATOR else ""
            if reason:
                message = f"modifier {modifier} does not go with this procedure: {reason}"
                remedy = "remove the modifier, or correct the code"
                yield tell("modifier-indicator", _PLACE, message, remedy, line.number)


def _component(found: Indicators) -> str:
    reasons = {"2": "it is the professional part alone", "3": "it is the technical part alone"}
    if found.components in ("", "1", "6"):
        return ""
    return reasons.get(found.components, "it has no professional and technical part")


def _technical(found: Indicators) -> str:
    return "a laboratory test's technical part is the test itself" if found.components == "6" else _component(found)


def _both_sides(found: Indicators) -> str:
    return {"0": "it is not done on two sides", "2": "its price is for both sides already"}.get(found.bilateral, "")


def _assistant(found: Indicators) -> str:
    return "Medicare pays no assistant for it" if found.assistant == "1" else ""


def _co_surgeon(found: Indicators) -> str:
    return "Medicare pays no second surgeon for it" if found.co_surgeon == "0" else ""


def _team(found: Indicators) -> str:
    return "Medicare pays no team for it" if found.team == "0" else ""


_BY_INDICATOR: dict[str, Callable[[Indicators], str]] = {
    "26": _component, "TC": _technical, "50": _both_sides, "62": _co_surgeon, "66": _team,
    "80": _assistant, "81": _assistant, "82": _assistant, "AS": _assistant,
}  # fmt: skip


def modifiers_agree(context: ScrubContext) -> Iterable[Finding]:
    """None that contradict each other on one line: right with left, professional with technical part."""
    for line in context.content.lines:
        if len(line.modifiers) < 2:
            continue
        for conflict in context.facts.conflicts:
            if conflict.first in line.modifiers and conflict.second in line.modifiers:
                message = f"modifiers {conflict.first} and {conflict.second} contradict each other: {conflict.why}"
                remedy = "keep the one that the documentation supports, or use two lines"
                yield error("modifier-pair", _PLACE, message, remedy, line.number)


def one_modifier_says_that_services_are_separate(context: ScrubContext) -> Iterable[Finding]:
    """59 beside XE, XP, XS or XU says the same thing twice; each needs the documentation behind it."""
    for line in context.content.lines:
        separate = _SEPARATE_SERVICE.intersection(line.modifiers)
        if "59" in separate and len(separate) > 1:
            message = "modifier 59 stands beside a more exact one"
            remedy = "keep the one that the documentation of a separate service supports"
            yield warning("modifier-separate-service", _PLACE, message, remedy, line.number)


def modifiers_stand_in_order(context: ScrubContext) -> Iterable[Finding]:
    """Those that decide the price first, those that only tell last: payers read from the left."""
    known = context.facts.modifiers
    for line in context.content.lines:
        if len(line.modifiers) < 2:
            continue
        ranks = [known[modifier].rank for modifier in line.modifiers if modifier in known]
        if ranks != sorted(ranks):
            right = sorted(line.modifiers, key=lambda one: known[one].rank if one in known else _LAST)
            message = "a modifier that tells stands before one that decides payment"
            remedy = f"put those that are documented in the order {', '.join(right)}"
            yield warning("modifier-order", _PLACE, message, remedy, line.number)


_LAST = 9


def both_sides_are_one_unit(context: ScrubContext) -> Iterable[Finding]:
    """Medicare takes modifier 50 with one unit."""
    for line in context.content.lines:
        if "50" in line.modifiers and line.units > 1 and context.federal:
            message = "modifier 50 with more than one unit"
            yield warning("modifier-bilateral-units", "2400/SV104", message, _one_unit(line), line.number)


def _one_unit(line: ServiceLine) -> str:
    return "give one unit where both sides were done once" if line.units == 2 else "check the units"


_PROFESSIONAL = frozenset({ClaimType.PROFESSIONAL})

RULES = (
    Rule(
        id="modifier-shape", severity=Severity.ERROR, place=_PLACE, check=modifiers_have_their_shape,
        wrong="modifiers are too many, repeated, or not of two characters", remedy="correct the modifiers",
        source="837P TR3, 2400 SV101-3 to SV101-6",
    ),
    Rule(
        id="modifier-known", severity=Severity.ERROR, place=_PLACE, check=modifiers_are_known,
        wrong="a modifier does not exist on the day", remedy="correct the modifier",
        source="modifiers.csv; CMS, HCPCS quarterly update; CARC 182",
    ),
    Rule(
        id="modifier-fit", severity=Severity.WARNING, place=_PLACE, check=modifiers_fit_the_procedure,
        wrong="a modifier belongs to another family of procedures", remedy="remove or move it",
        source="modifiers.csv, each row's own; CARC 4",
    ),
    Rule(
        id="modifier-indicator", severity=Severity.ERROR, place=_PLACE, check=modifiers_fit_the_fee_schedule,
        wrong="the fee schedule does not allow the modifier on the procedure", remedy="remove it, or correct the code",
        source="CMS, physician fee schedule relative value file: PC/TC, bilateral, assistant, co-surgeon, team; CARC 4",
        needs=(TableKind.MPFS,), claim_types=_PROFESSIONAL,
    ),
    Rule(
        id="modifier-pair", severity=Severity.ERROR, place=_PLACE, check=modifiers_agree,
        wrong="two modifiers contradict each other", remedy="keep the one that the documentation supports",
        source="modifier_conflicts.csv, each row's own",
    ),
    Rule(
        id="modifier-separate-service", severity=Severity.WARNING, place=_PLACE,
        check=one_modifier_says_that_services_are_separate,
        wrong="two modifiers say that the service was separate", remedy="keep the one that is documented",
        source="CMS, NCCI Policy Manual, chapter I.E; MLN1783722",
    ),
    Rule(
        id="modifier-order", severity=Severity.WARNING, place=_PLACE, check=modifiers_stand_in_order,
        wrong="a modifier that only tells stands first", remedy="put those that decide payment first",
        source="CMS 100-04 chapter 12; trade practice of the contractors",
    ),
    Rule(
        id="modifier-bilateral-units", severity=Severity.WARNING, place="2400/SV104", check=both_sides_are_one_unit,
        wrong="modifier 50 with more than one unit", remedy="give one unit where both sides were done once",
        source="CMS 100-04 chapter 12, section 40.7", claim_types=_PROFESSIONAL,
    ),
)  # fmt: skip
