"""Codes that fit one sex or age only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.coding.facts import PatientEdit, age_in_years
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, warning

_SEXES = {"F": "female", "M": "male"}


def codes_fit_the_sex(context: ScrubContext) -> Iterable[Finding]:
    """A warning: what a record says of sex and what a body needs may differ, and payers have a sign for it."""
    sex = context.patient.sex
    if sex not in _SEXES:
        return
    for edit, what, place, line in _edits(context):
        if edit.sex and edit.sex != sex:
            message = f"{what} is for {_SEXES[edit.sex]} patients, the claim says {_SEXES[sex]}"
            remedy = "check the sex and the code; where both are right, KX tells Medicare so if the record shows it"
            yield warning("sex-conflict", place, message, remedy, line)


def codes_fit_the_age(context: ScrubContext) -> Iterable[Finding]:
    """Age on the first day of service."""
    born = context.patient.birth_date
    if born is None or born > context.content.first_service:
        return
    for edit, what, place, line in _edits(context):
        if not _fits(edit, born, context.content.first_service):
            message = f"{what} does not fit the patient's age"
            yield warning("age-conflict", place, message, "check the birth date and the code", line)


def _edits(context: ScrubContext) -> Iterable[tuple[PatientEdit, str, str, int | None]]:
    if context.content.icd_version == 10:
        for place, code in enumerate(context.content.diagnoses, start=1):
            for edit in context.facts.edits_of("diagnosis", code):
                yield edit, f"diagnosis {place}", f"2300/HI{place:02d}", None
    for line in context.content.lines:
        for edit in context.facts.edits_of("procedure", line.procedure):
            yield edit, "the procedure", "2400/SV101-2", line.number


def _fits(edit: PatientEdit, born: date, on: date) -> bool:
    days, years = (on - born).days, age_in_years(born, on)
    return (
        (edit.least_days is None or days >= edit.least_days)
        and (edit.most_days is None or days <= edit.most_days)
        and (edit.least_years is None or years >= edit.least_years)
        and (edit.most_years is None or years <= edit.most_years)
    )


RULES = (
    Rule(
        id="sex-conflict", severity=Severity.WARNING, place="2300/HI", check=codes_fit_the_sex,
        wrong="a code is for the other sex", remedy="check the sex and the code",
        source="patient_edits.csv, each row's own; CARC 7, 10",
    ),
    Rule(
        id="age-conflict", severity=Severity.WARNING, place="2300/HI", check=codes_fit_the_age,
        wrong="a code does not fit the patient's age", remedy="check the birth date and the code",
        source="patient_edits.csv, each row's own; CARC 6, 9",
    ),
)  # fmt: skip
