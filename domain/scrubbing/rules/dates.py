"""When: dates of service and the filing limit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from domain.coverage.coverage import PayerKind
from domain.scrubbing.finding import Finding, Rule, ScrubContext, error, warning

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


def onset_comes_before_service(context: ScrubContext) -> Iterable[Finding]:
    """Onset of the illness (DTP*431) lies between birth and the first service."""
    onset = context.content.onset_date
    earliest = context.patient.birth_date or date.min
    if onset is not None and not earliest <= onset <= context.content.first_service:
        message = "the onset of the illness lies before birth or after the first service"
        yield error("onset-date", "2300/DTP*431", message, "correct the onset date")


def filing_limit_is_kept(context: ScrubContext) -> Iterable[Finding]:
    """A warning only: a person may have proof or an exception, and the payer decides."""
    rule, deadline = "timely-filing", context.filing_deadline
    if deadline is None:
        return
    if context.today > deadline:
        medicare = context.content.coverage.payer.kind is PayerKind.MEDICARE
        exceptions = _MEDICARE_EXCEPTIONS if medicare else "proof that it was filed in time, or what the contract says"
        message = f"the filing limit passed on {deadline.isoformat()}"
        yield warning(rule, _DTP, message, f"send it only with an exception: {exceptions}")
    elif context.today + timedelta(days=context.filing_warning_days) >= deadline:
        message = f"the filing limit ends on {deadline.isoformat()}"
        yield warning(rule, _DTP, message, "send it before that day; the payer must have received it by then")


RULES = (
    Rule(id="service-date", check=services_have_happened),
    Rule(id="onset-date", check=onset_comes_before_service),
    Rule(id="timely-filing", check=filing_limit_is_kept),
)
