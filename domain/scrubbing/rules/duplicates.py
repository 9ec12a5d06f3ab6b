"""The same service twice: within a claim, and on another claim of the patient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.claim.claim import ServiceLine
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_PLACE = "2400/SV101-2"


def lines_are_not_repeated(context: ScrubContext) -> Iterable[Finding]:
    """Equal lines are an error; the same service again in other words is a warning, unless a modifier says so."""
    rule = "duplicate-line"
    seen: dict[tuple[str, date, str], list[ServiceLine]] = {}
    for line in context.content.lines:
        if not line.procedure:
            continue
        key = (line.procedure, line.service_from, line.place_of_service)
        for earlier in seen.setdefault(key, []):
            if _told_apart(context, earlier.modifiers, line.modifiers):
                continue
            if (earlier.units, earlier.charge_cents) == (line.units, line.charge_cents):
                message = f"the line repeats line {earlier.number}"
                remedy = "remove one, or say with the modifier that the record supports that it was done again"
                yield error(rule, _PLACE, message, remedy, line.number)
            else:
                message = f"the same procedure on the same day as line {earlier.number}"
                yield warning(rule, _PLACE, message, "sum the units on one line where it is one service", line.number)
            break
        seen[key].append(line)


def services_are_not_on_another_claim(context: ScrubContext) -> Iterable[Finding]:
    """A warning: the other claim may be the one to be voided."""
    for line in context.content.lines:
        for other in context.earlier_services:
            same = other.procedure == line.procedure and other.service_from == line.service_from
            if same and line.procedure and not _told_apart(context, other.modifiers, line.modifiers):
                message = f"claim {other.claim} has the same procedure on the same day for this patient"
                remedy = "send one of them only, or say with the modifier that the record supports why there are two"
                yield warning("duplicate-claim", _PLACE, message, remedy, line.number)
                break


def _told_apart(context: ScrubContext, first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    if first == second:
        return False
    facts = context.facts.modifiers
    different = set(first) ^ set(second)
    return not facts or any(
        modifier not in facts or facts[modifier].repeats or facts[modifier].bypass for modifier in different
    )


RULES = (
    Rule(
        id="duplicate-line", severity=Severity.ERROR, place=_PLACE, check=lines_are_not_repeated,
        wrong="two lines are the same service", remedy="remove one, or say why it was done again",
        source="CMS 100-04 chapter 1, section 120; CARC 18",
    ),
    Rule(
        id="duplicate-claim", severity=Severity.WARNING, place=_PLACE, check=services_are_not_on_another_claim,
        wrong="another claim has the same service", remedy="send one of them only",
        source="CMS 100-04 chapter 1, section 120; CARC 18",
    ),
)  # fmt: skip
