"""Diagnoses as they stand: code set by date, shape, repetition, and the lines' pointers (HI and SV107)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

ICD10_FROM = date(2015, 10, 1)
"""ICD-10-CM binds services on and after this date: 45 CFR 162.1002(c)."""

ICD10_SHAPE = re.compile(r"[A-TV-Z][0-9][0-9AB][0-9A-Z]{0,4}|U0[0-9A-Z][0-9A-Z]{0,4}")
_ICD9 = re.compile(r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}")
_HI = "2300/HI"
_MOST = {ClaimType.PROFESSIONAL: 12, ClaimType.INSTITUTIONAL: 25}
"""837P TR3: HI with twelve codes; 837I: one principal and twenty-four others."""


def code_set_fits_the_date(context: ScrubContext) -> Iterable[Finding]:
    """ICD-10-CM on and after 2015-10-01, ICD-9-CM before."""
    rule = "diagnosis-code-set"
    content = context.content
    if not content.diagnoses:
        return
    latest = max(line.service_from for line in content.lines)
    if content.icd_version == 9 and latest >= ICD10_FROM:
        remedy = "code the diagnoses in ICD-10-CM"
        yield error(rule, _HI, "ICD-9-CM codes for a service on or after 2015-10-01", remedy)
    elif content.icd_version == 9:
        remedy = "nothing, if the date of service is right"
        yield warning(rule, _HI, "ICD-9-CM codes for a service before 2015-10-01", remedy)
    elif content.first_service < ICD10_FROM:
        remedy = "code the diagnoses in ICD-9-CM, or correct the date of service"
        yield error(rule, _HI, "ICD-10-CM codes for a service before 2015-10-01", remedy)


def codes_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Three to seven characters, no dot (ICD-10-CM guidelines, section I.A)."""
    pattern = _ICD9 if context.content.icd_version == 9 else ICD10_SHAPE
    for place, code in enumerate(context.content.diagnoses, start=1):
        if not pattern.fullmatch(code):
            message = f"diagnosis {place} does not have the shape of an ICD-{context.content.icd_version}-CM code"
            yield error("diagnosis-shape", f"{_HI}{place:02d}", message, "correct the code from the documentation")


def codes_are_unique(context: ScrubContext) -> Iterable[Finding]:
    """Payers reject a repeated code."""
    codes = context.content.diagnoses
    if len(set(codes)) == len(codes):
        return
    for place, code in enumerate(codes, start=1):
        if (first := codes.index(code) + 1) < place:
            message = f"diagnosis {place} repeats diagnosis {first}"
            yield error("diagnosis-repeated", f"{_HI}{place:02d}", message, "remove it and adjust the pointers")


def as_many_codes_as_the_claim_takes(context: ScrubContext) -> Iterable[Finding]:
    """A professional claim carries one to twelve, an institutional one up to twenty-five."""
    most = _MOST[context.claim_type]
    if not 1 <= (count := len(context.content.diagnoses)) <= most:
        remedy = f"give one to {most} diagnoses; split the claim when more are needed"
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
        elif min(pointers) < 1 or max(pointers) > count:
            message = f"a pointer names a diagnosis that is not there; the claim has {count}"
            yield error(rule, "2400/SV107", message, "point to the diagnoses that support the service", line.number)
        elif len(set(pointers)) < len(pointers):
            yield error(rule, "2400/SV107", "a pointer is repeated", "name each diagnosis once", line.number)


RULES = (
    Rule(
        id="diagnosis-code-set", severity=Severity.ERROR, place=_HI, check=code_set_fits_the_date,
        wrong="the code set does not bind on the date of service", remedy="code in the set of the day",
        source="45 CFR 162.1002(c)",
    ),
    Rule(
        id="diagnosis-count", severity=Severity.ERROR, place=_HI, check=as_many_codes_as_the_claim_takes,
        wrong="no diagnosis, or more than the claim takes", remedy="give one to twelve (837I: twenty-five)",
        source="837P and 837I TR3, 2300 HI",
    ),
    Rule(
        id="diagnosis-shape", severity=Severity.ERROR, place=_HI, check=codes_have_their_shape,
        wrong="a diagnosis does not have its shape", remedy="correct the code from the documentation",
        source="ICD-10-CM Official Guidelines, section I.A",
    ),
    Rule(
        id="diagnosis-repeated", severity=Severity.ERROR, place=_HI, check=codes_are_unique,
        wrong="a diagnosis is repeated", remedy="remove it and adjust the pointers", source="837P TR3, 2300 HI",
    ),
    Rule(
        id="diagnosis-pointer", severity=Severity.ERROR, place="2400/SV107", check=pointers_point,
        wrong="a pointer is missing, repeated, or names a diagnosis that is not there",
        remedy="point to one to four diagnoses that support the service", source="837P TR3, 2400 SV107",
        claim_types=frozenset({ClaimType.PROFESSIONAL}),
    ),
)  # fmt: skip
