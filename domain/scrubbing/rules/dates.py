"""When: dates of service, onset, admission, birth, death, and the filing limit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from domain.coverage.coverage import PayerKind
from domain.scrubbing.context import Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_DTP = "2400/DTP*472"
_MEDICARE_EXCEPTIONS = (
    "an error of the administration, retroactive entitlement, the same with a Medicaid recoupment, "
    "or retroactive leaving of a Medicare Advantage plan or PACE (42 CFR 424.44(b))"
)


def services_have_happened(context: ScrubContext) -> Iterable[Finding]:
    """No service in the future, before birth, or ended before it began."""
    rule, born = "service-date", context.patient.birth_date
    for line in context.content.lines:
        last = line.service_to or line.service_from
        if last < line.service_from:
            yield error(rule, _DTP, "the service ends before it begins", "correct the dates", line.number)
        if max(last, line.service_from) > context.today:
            yield error(rule, _DTP, "the service lies in the future", "correct the date, or wait for it", line.number)
        if born is not None and line.service_from < born:
            message = "the service lies before the patient's birth"
            remedy = "correct the date of service or the birth date"
            yield error(rule, _DTP, message, remedy, line.number)


def birth_lies_in_the_past(context: ScrubContext) -> Iterable[Finding]:
    """Nobody is born tomorrow, or was born more than 130 years ago."""
    born = context.patient.birth_date
    if born is not None and (born > context.today or born.year < context.today.year - 130):
        message = "the birth date lies in the future or more than 130 years ago"
        yield error("birth-date-range", "2010BA/DMG02", message, "correct the birth date")


def onset_comes_before_service(context: ScrubContext) -> Iterable[Finding]:
    """Onset of the illness (DTP*431) lies between birth and the first service."""
    onset = context.content.onset_date
    earliest = context.patient.birth_date or date.min
    if onset is not None and not earliest <= onset <= context.content.first_service:
        message = "the onset of the illness lies before birth or after the first service"
        yield error("onset-date", "2300/DTP*431", message, "correct the onset date")


def admission_fits(context: ScrubContext) -> Iterable[Finding]:
    """Admission lies after birth and not in the future, and before the discharge."""
    rule, place, admitted = "admission-date", "2300/DTP*435", context.admission_date
    if admitted is None:
        return
    born, discharged = context.patient.birth_date, context.discharge_date
    if admitted > context.today or (born is not None and admitted < born):
        message = "the admission lies in the future or before the patient's birth"
        yield error(rule, place, message, "correct the date of admission")
    elif discharged is not None and discharged < admitted:
        yield error(rule, place, "the discharge lies before the admission", "correct the dates of the stay")
    elif discharged is not None and any(line.service_from > discharged for line in context.content.lines):
        message = "a service lies after the discharge"
        yield warning(rule, place, message, "check the date of discharge and the date of service")


def nobody_is_treated_after_death(context: ScrubContext) -> Iterable[Finding]:
    """PAT06: services end with the patient's life."""
    died = context.death_date
    if died is None:
        return
    born = context.patient.birth_date
    if died > context.today or (born is not None and died < born):
        message = "the death lies in the future or before the birth"
        yield error("death-date", "2000B/PAT06", message, "correct the date of death")
    for line in context.content.lines:
        if line.service_from > died:
            message = "the service lies after the patient's death"
            yield error("death-date", _DTP, message, "correct the date of service or of death", line.number)


def filing_limit_is_kept(context: ScrubContext) -> Iterable[Finding]:
    """A warning only: a person may have proof or an exception, and the payer decides."""
    rule, deadline = "timely-filing", context.filing_deadline
    if deadline is None:
        return
    if context.today > deadline:
        medicare = context.payer_kind is PayerKind.MEDICARE
        exceptions = _MEDICARE_EXCEPTIONS if medicare else "proof that it was filed in time, or what the contract says"
        message = f"the filing limit passed on {deadline.isoformat()}"
        yield warning(rule, _DTP, message, f"send it only with an exception: {exceptions}")
    elif context.today + timedelta(days=context.filing_warning_days) >= deadline:
        message = f"the filing limit ends on {deadline.isoformat()}"
        yield warning(rule, _DTP, message, "send it before that day; the payer must have received it by then")


RULES = (
    Rule(
        id="service-date", severity=Severity.ERROR, place=_DTP, check=services_have_happened,
        wrong="the service lies in the future, before birth, or ends before it begins", remedy="correct the dates",
        source="837P TR3, 2400 DTP*472; CARC 14, 110",
    ),
    Rule(
        id="birth-date-range", severity=Severity.ERROR, place="2010BA/DMG02", check=birth_lies_in_the_past,
        wrong="the birth date cannot be", remedy="correct the birth date", source="837 TR3, DMG02",
    ),
    Rule(
        id="onset-date", severity=Severity.ERROR, place="2300/DTP*431", check=onset_comes_before_service,
        wrong="the onset lies before birth or after the service", remedy="correct the onset date",
        source="837P TR3, 2300 DTP*431",
    ),
    Rule(
        id="admission-date", severity=Severity.ERROR, place="2300/DTP*435", check=admission_fits,
        wrong="admission, discharge and services do not follow each other", remedy="correct the dates of the stay",
        source="837P and 837I TR3, 2300 DTP*435, DTP*096",
    ),
    Rule(
        id="death-date", severity=Severity.ERROR, place="2000B/PAT06", check=nobody_is_treated_after_death,
        wrong="the service lies after the patient's death", remedy="correct the date of service or of death",
        source="837 TR3, PAT06; CARC 13",
    ),
    Rule(
        id="timely-filing", severity=Severity.WARNING, place=_DTP, check=filing_limit_is_kept,
        wrong="the filing limit is near or has passed", remedy="send it in time, or with proof or an exception",
        source="payer_policies.csv; 42 CFR 424.44; CARC 29",
    ),
)  # fmt: skip
