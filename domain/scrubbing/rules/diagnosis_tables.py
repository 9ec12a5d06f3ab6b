"""Diagnoses by the ICD-10-CM table of the day: billable, complete to the seventh character, and their side."""

from __future__ import annotations

from collections.abc import Iterable

from domain.coding.tables import Diagnosis, TableKind
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning
from domain.scrubbing.rules.diagnoses import ICD10_SHAPE

_HI = "2300/HI"
_SEVENTH = "A"
"""Where a code with this seventh character exists, the seventh character was what is missing."""
_SIDES = {"RT": "R", "LT": "L"}
_SIDE_WORDS = {"R": "the right side", "L": "the left side"}


def codes_are_billable(context: ScrubContext) -> Iterable[Finding]:
    """In the list of the day, and not a header. A list of another year only warns of codes it does not know."""
    rule, on = "diagnosis-known", context.coding_day
    for place, code, found in _not_billable(context):
        where = f"{_HI}{place:02d}"
        if _lacks_seventh(context, code):
            continue
        if found is not None:
            message = f"diagnosis {place} is a header of ICD-10-CM: it needs more characters"
            yield error(rule, where, message, "choose the billable code that the documentation supports")
        elif context.tables.is_of_the_day(TableKind.ICD10CM, on):
            message = f"diagnosis {place} is no billable ICD-10-CM code on the date of service"
            yield error(rule, where, message, "choose the billable code that the documentation supports")
        else:
            message = f"diagnosis {place} is not in the ICD-10-CM list at hand, which is of another year"
            remedy = "check it, or load the list of that year: `claimflow reference load icd10cm FILE`"
            yield warning(rule, where, message, remedy)


def codes_are_complete(context: ScrubContext) -> Iterable[Finding]:
    """A code that exists only with a seventh character has one."""
    for place, code, _ in _not_billable(context):
        if _lacks_seventh(context, code):
            message = f"diagnosis {place} lacks its seventh character (X fills the places before it)"
            remedy = "complete it as the record says: active treatment, later care or sequela"
            yield error("diagnosis-seventh-character", f"{_HI}{place:02d}", message, remedy)


def _not_billable(context: ScrubContext) -> Iterable[tuple[int, str, Diagnosis | None]]:
    content, on = context.content, context.coding_day
    if content.icd_version != 10 or not context.tables.holds(TableKind.ICD10CM, on):
        return
    for place, code in enumerate(content.diagnoses, start=1):
        found = context.tables.diagnosis(code, on)
        if (found is None or not found.billable) and ICD10_SHAPE.fullmatch(code):
            yield place, code, found


def _lacks_seventh(context: ScrubContext, code: str) -> bool:
    if len(code) == 7:
        return False
    complete = context.tables.diagnosis(code.ljust(6, "X") + _SEVENTH, context.coding_day)
    return complete is not None and complete.billable


def placeholders_fill(context: ScrubContext) -> Iterable[Finding]:
    """X holds a place open before a seventh character; nothing ends with it."""
    if context.content.icd_version != 10:
        return
    for place, code in enumerate(context.content.diagnoses, start=1):
        if len(code) > 3 and code[-1] == "X" and ICD10_SHAPE.fullmatch(code):
            message = f"diagnosis {place} ends with the placeholder X"
            remedy = "complete the code with its seventh character, or use the shorter one"
            yield error("diagnosis-placeholder", f"{_HI}{place:02d}", message, remedy)


def sides_agree(context: ScrubContext) -> Iterable[Finding]:
    """RT or LT on a line whose diagnoses all speak of the other side, or could tell a side and do not."""
    content, on = context.content, context.coding_day
    rule, place = "laterality", "2400/SV101-3"
    if content.icd_version != 10 or not context.tables.holds(TableKind.ICD10CM, on):
        return
    for line in content.lines:
        sides = {_SIDES[modifier] for modifier in line.modifiers if modifier in _SIDES}
        if len(sides) != 1:
            continue
        (side,) = sides
        told = []
        for pointer in line.diagnosis_pointers:
            if 1 <= pointer <= len(content.diagnoses):
                found = context.tables.diagnosis(content.diagnoses[pointer - 1], on)
                told.append(found.side if found is not None else "")
        if not told or "" in told or side in told or "B" in told:
            continue
        if "U" in told:
            message = "the modifier tells a side that the diagnosis leaves open"
            yield warning(rule, place, message, "choose the code of the side that the record names", line.number)
        else:
            message = f"the modifier says {_SIDE_WORDS[side]}, the diagnosis the other"
            yield error(rule, place, message, "correct the modifier or the diagnosis from the record", line.number)


RULES = (
    Rule(
        id="diagnosis-known", severity=Severity.ERROR, place=_HI, check=codes_are_billable,
        wrong="no billable ICD-10-CM code on the day (discharge where there is one)",
        remedy="choose the billable code that the documentation supports",
        source="ICD-10-CM order file, flag HIPAA valid; 45 CFR 162.1002; CARC 146", needs=(TableKind.ICD10CM,),
    ),
    Rule(
        id="diagnosis-seventh-character", severity=Severity.ERROR, place=_HI, check=codes_are_complete,
        wrong="a code lacks its seventh character", remedy="complete it as the record says",
        source="ICD-10-CM Official Guidelines, section I.A.4 and I.A.5", needs=(TableKind.ICD10CM,),
    ),
    Rule(
        id="diagnosis-placeholder", severity=Severity.ERROR, place=_HI, check=placeholders_fill,
        wrong="a code ends with the placeholder X", remedy="complete the code, or use the shorter one",
        source="ICD-10-CM Official Guidelines, section I.A.4",
    ),
    Rule(
        id="laterality", severity=Severity.ERROR, place="2400/SV101-3", check=sides_agree,
        wrong="the side of the modifier and of the diagnosis differ", remedy="correct one of them from the record",
        source="ICD-10-CM Official Guidelines, section I.B.13", needs=(TableKind.ICD10CM,),
    ),
)  # fmt: skip
