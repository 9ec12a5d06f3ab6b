"""Diagnoses: code set by date, shape, repetition, and the lines' pointers (837P TR3, HI and SV107)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from domain.scrubbing.finding import Finding, Rule, ScrubContext, error, warning

ICD10_FROM = date(2015, 10, 1)
"""ICD-10-CM binds services on and after this date: 45 CFR 162.1002(c)."""

_ICD10 = re.compile(r"[A-TV-Z][0-9][0-9AB][0-9A-Z]{0,4}|U0[0-9A-Z][0-9A-Z]{0,4}")
_ICD9 = re.compile(r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}")
_HI = "2300/HI"


def code_set_fits_the_date(context: ScrubContext) -> Iterable[Finding]:
    """ICD-10-CM on and after 2015-10-01, ICD-9-CM before."""
    rule = "diagnosis-code-set"
    content = context.content
    latest = max(line.service_from for line in content.lines)
    if content.icd_version == 9 and latest >= ICD10_FROM:
        yield error(
            rule,
            _HI,
            "ICD-9-CM codes for a service on or after 2015-10-01",
            "code the diagnoses in ICD-10-CM",
        )
    elif content.icd_version == 9:
        yield warning(
            rule,
            _HI,
            "ICD-9-CM codes for a service before 2015-10-01",
            "nothing, if the date of service is right",
        )
    elif content.first_service < ICD10_FROM:
        remedy = "code the diagnoses in ICD-9-CM, or correct the date of service"
        yield error(rule, _HI, "ICD-10-CM codes for a service before 2015-10-01", remedy)


def codes_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Three to seven characters, no dot (ICD-10-CM guidelines, section I.A)."""
    pattern = _ICD9 if context.content.icd_version == 9 else _ICD10
    for place, code in enumerate(context.content.diagnoses, start=1):
        if not pattern.fullmatch(code):
            message = f"diagnosis {place} does not have the shape of an ICD-{context.content.icd_version}-CM code"
            yield error("diagnosis-shape", f"{_HI}{place:02d}", message, "correct the code from the documentation")


def codes_are_known(context: ScrubContext) -> Iterable[Finding]:
    """Billable on the date of service, when a table is loaded."""
    if context.diagnosis_known is None or context.content.icd_version != 10:
        return
    for place, code in enumerate(context.content.diagnoses, start=1):
        if _ICD10.fullmatch(code) and not context.diagnosis_known(code, context.content.first_service):
            message = f"diagnosis {place} is no billable ICD-10-CM code on the date of service"
            remedy = "choose the billable code that the documentation supports"
            yield error("diagnosis-known", f"{_HI}{place:02d}", message, remedy)


def codes_are_unique(context: ScrubContext) -> Iterable[Finding]:
    """Payers reject a repeated code."""
    codes = context.content.diagnoses
    for place, code in enumerate(codes, start=1):
        if (first := codes.index(code) + 1) < place:
            message = f"diagnosis {place} repeats diagnosis {first}"
            yield error("diagnosis-repeated", f"{_HI}{place:02d}", message, "remove it and adjust the pointers")


def one_to_twelve_codes(context: ScrubContext) -> Iterable[Finding]:
    """A professional claim carries one to twelve."""
    if not 1 <= (count := len(context.content.diagnoses)) <= 12:
        remedy = "give one to twelve diagnoses; split the claim when more are needed"
        yield error("diagnosis-count", _HI, f"{count} diagnoses on the claim", remedy)


def pointers_point(context: ScrubContext) -> Iterable[Finding]:
    """Each line points to one to four diagnoses of the claim, each once."""
    rule, count = "diagnosis-pointer", len(context.content.diagnoses)
    if not count:
        return
    for line in context.content.lines:
        pointers = line.diagnosis_pointers
        if not 1 <= len(pointers) <= 4:
            message = f"{len(pointers)} diagnosis pointers"
            yield error(rule, "2400/SV107", message, "point to one to four diagnoses", line.number)
        elif any(not 1 <= pointer <= count for pointer in pointers):
            message = f"a pointer names a diagnosis that is not there; the claim has {count}"
            yield error(rule, "2400/SV107", message, "point to the diagnoses that support the service", line.number)
        elif len(set(pointers)) < len(pointers):
            yield error(rule, "2400/SV107", "a pointer is repeated", "name each diagnosis once", line.number)


RULES = (
    Rule(id="diagnosis-code-set", check=code_set_fits_the_date),
    Rule(id="diagnosis-count", check=one_to_twelve_codes),
    Rule(id="diagnosis-shape", check=codes_have_their_shape),
    Rule(id="diagnosis-known", check=codes_are_known),
    Rule(id="diagnosis-repeated", check=codes_are_unique),
    Rule(id="diagnosis-pointer", check=pointers_point),
)
