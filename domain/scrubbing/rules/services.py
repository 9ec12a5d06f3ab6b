"""Service lines: procedure, modifiers, units, charge, place (837P TR3, loop 2400)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.scrubbing.finding import Finding, Rule, ScrubContext, error, warning

_CPT = re.compile(r"[0-9]{4}[0-9AFTMU]")
_HCPCS = re.compile(r"[A-CEGHJ-MP-V][0-9]{4}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_PLACE = re.compile(r"[0-9]{2}")
_MOST_LINES = 50
"""Loop 2400 repeats at most fifty times on a professional claim."""
_SEPARATE_SERVICE = frozenset({"59", "XE", "XP", "XS", "XU"})


def procedures_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """CPT or HCPCS Level II, and billable on the day where a table is loaded."""
    place = "2400/SV101-2"
    for line in context.content.lines:
        if not (_CPT.fullmatch(line.procedure) or _HCPCS.fullmatch(line.procedure)):
            message = "the procedure does not have the shape of a CPT or HCPCS code"
            yield error("procedure-shape", place, message, "correct the code from the documentation", line.number)
        elif context.procedure_known and not context.procedure_known(line.procedure, line.service_from):
            message = "the procedure is not in the loaded table for the date of service"
            remedy = "check the code and the date; load the table of that year if it is missing"
            yield error("procedure-known", place, message, remedy, line.number)


def modifiers_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Two characters each, at most four, none twice."""
    rule, place = "modifier-shape", "2400/SV101-3"
    for line in context.content.lines:
        if len(line.modifiers) > 4:
            yield error(rule, place, "more than four modifiers", "keep the four that decide payment", line.number)
        if any(not _MODIFIER.fullmatch(modifier) for modifier in line.modifiers):
            yield error(rule, place, "a modifier does not have two characters", "correct the modifier", line.number)
        if len(set(line.modifiers)) < len(line.modifiers):
            yield error(rule, place, "a modifier is repeated", "name each modifier once", line.number)


def one_modifier_says_that_services_are_separate(context: ScrubContext) -> Iterable[Finding]:
    """59 beside XE, XP, XS or XU says the same thing twice; each needs the documentation behind it."""
    for line in context.content.lines:
        separate = _SEPARATE_SERVICE.intersection(line.modifiers)
        if "59" in separate and len(separate) > 1:
            message = "modifier 59 stands beside a more exact one"
            remedy = "keep the one that the documentation of a separate service supports"
            yield warning("modifier-separate-service", "2400/SV101-3", message, remedy, line.number)


def units_are_positive(context: ScrubContext) -> Iterable[Finding]:
    """SV104 is above zero; minutes are whole."""
    rule, place = "units", "2400/SV104"
    for line in context.content.lines:
        if line.units <= 0:
            yield error(rule, place, "units are not above zero", "enter the units rendered", line.number)
        elif line.unit_basis == "MJ" and line.units != line.units.to_integral_value():
            yield error(rule, place, "minutes are not whole", "enter whole minutes", line.number)
        elif line.units > 9999:
            yield warning(rule, place, "more than 9,999 units", "check the quantity", line.number)


def charges_are_positive(context: ScrubContext) -> Iterable[Finding]:
    """SV102; a claim worth nothing is not sent."""
    rule, remedy = "charge", "enter the charge of the fee schedule"
    if context.content.charge_cents <= 0:
        yield error(rule, "2300/CLM02", "the claim's charge is not above zero", remedy)
    for line in context.content.lines:
        if line.charge_cents < 0:
            yield error(rule, "2400/SV102", "the charge is negative", remedy, line.number)
        elif line.charge_cents == 0 and context.content.charge_cents > 0:
            message = "the line charges nothing"
            yield warning(rule, "2400/SV102", message, "right for a reporting code only; check it", line.number)
    if context.content.patient_paid_cents > max(context.content.charge_cents, 0):
        message = "the patient paid more than the claim charges"
        yield warning("patient-paid", "2300/AMT*F5", message, "check the receipt; the rest is the patient's credit")


def places_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Two digits of CMS's list, on the claim and where a line differs."""
    rule, message, remedy = (
        "place-of-service",
        "the place of service does not have two digits",
        "correct the place",
    )
    if not _PLACE.fullmatch(context.content.place_of_service):
        yield error(rule, "2300/CLM05-1", message, remedy)
    for line in context.content.lines:
        if line.place_of_service and not _PLACE.fullmatch(line.place_of_service):
            yield error(rule, "2400/SV105", message, remedy, line.number)


def lines_fit_one_claim(context: ScrubContext) -> Iterable[Finding]:
    """One to fifty lines, numbered once each."""
    numbers = [line.number for line in context.content.lines]
    if len(numbers) > _MOST_LINES:
        message = f"{len(numbers)} lines; a claim takes {_MOST_LINES}"
        yield error("line-count", "2400/LX", message, "split the claim")
    if len(set(numbers)) < len(numbers):
        yield error("line-number", "2400/LX", "two lines have the same number", "number the lines from 1 on")


RULES = (
    Rule(id="line-count", check=lines_fit_one_claim),
    Rule(id="procedure-shape", check=procedures_have_their_shape),
    Rule(id="modifier-shape", check=modifiers_have_their_shape),
    Rule(id="modifier-separate-service", check=one_modifier_says_that_services_are_separate),
    Rule(id="units", check=units_are_positive),
    Rule(id="charge", check=charges_are_positive),
    Rule(id="place-of-service", check=places_have_their_shape),
)
