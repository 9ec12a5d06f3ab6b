"""Service lines: procedure, charge, and how many lines a claim takes (loop 2400)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.coding.tables import TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

CPT = re.compile(r"[0-9]{4}[0-9AFTMU]")
HCPCS = re.compile(r"[A-CEGHJ-MP-V][0-9]{4}")
_MOST_LINES = {ClaimType.PROFESSIONAL: 50, ClaimType.INSTITUTIONAL: 999}
"""How often loop 2400 repeats."""
_PROCEDURE = "2400/SV101-2"


def procedures_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """CPT or HCPCS Level II; a revenue code may stand alone on an 837I."""
    for line in context.content.lines:
        if not line.procedure and context.claim_type is ClaimType.INSTITUTIONAL:
            continue
        if not (CPT.fullmatch(line.procedure) or HCPCS.fullmatch(line.procedure)):
            message = "the procedure does not have the shape of a CPT or HCPCS code"
            remedy = "correct the code from the documentation"
            yield error("procedure-shape", _PROCEDURE, message, remedy, line.number)


def procedures_are_known(context: ScrubContext) -> Iterable[Finding]:
    """In the HCPCS or CPT table of the day, where one is loaded."""
    for line in context.content.lines:
        kind = TableKind.HCPCS if line.procedure[:1].isalpha() else TableKind.CPT
        if not (CPT.fullmatch(line.procedure) or HCPCS.fullmatch(line.procedure)):
            continue
        on = line.service_from
        if context.tables.holds(kind, on) and not context.tables.knows_code(kind, line.procedure, on):
            message = "the procedure is not in the loaded table for the date of service"
            remedy = "check the code and the date; load the table of that year if it is missing"
            yield error("procedure-known", _PROCEDURE, message, remedy, line.number)


def procedures_are_paid_by_medicare(context: ScrubContext) -> Iterable[Finding]:
    """Status indicator of the fee schedule: not valid for Medicare, bundled, excluded, non-covered."""
    if not context.federal:
        return
    for line in context.content.lines:
        found = context.tables.indicators(line.procedure, line.service_from)
        if found is None or found.status not in _STATUS:
            continue
        message, remedy = _STATUS[found.status]
        yield warning("procedure-status", _PROCEDURE, message, remedy, line.number)


_STATUS = {
    "I": ("Medicare takes another code for this service (status I)", "use the code that Medicare takes"),
    "B": ("Medicare pays this service with others only (status B)", "expect no payment; no patient bill either"),
    "P": ("Medicare pays this service with others only (status P)", "expect no payment; no patient bill either"),
    "N": ("Medicare does not cover this service (status N)", "check what the patient was told in advance"),
    "E": ("Medicare does not pay this service by law (status E)", "check what the patient was told in advance"),
    "X": ("Medicare does not pay this service by law (status X)", "check what the patient was told in advance"),
}


def charges_are_positive(context: ScrubContext) -> Iterable[Finding]:
    """SV102; a claim worth nothing is not sent."""
    rule, remedy, total = "charge", "enter the charge of the fee schedule", context.content.charge_cents
    if total <= 0:
        yield error(rule, "2300/CLM02", "the claim's charge is not above zero", remedy)
    for line in context.content.lines:
        if line.charge_cents < 0:
            yield error(rule, "2400/SV102", "the charge is negative", remedy, line.number)
        elif line.charge_cents == 0 and total > 0:
            message = "the line charges nothing"
            yield warning(rule, "2400/SV102", message, "right for a reporting code only; check it", line.number)


def patient_paid_no_more_than_the_charge(context: ScrubContext) -> Iterable[Finding]:
    """AMT*F5 stays within CLM02."""
    if context.content.patient_paid_cents > max(context.content.charge_cents, 0):
        message = "the patient paid more than the claim charges"
        yield warning("patient-paid", "2300/AMT*F5", message, "check the receipt; the rest is the patient's credit")


def lines_fit_one_claim(context: ScrubContext) -> Iterable[Finding]:
    """One line at least, and no more than the loop repeats."""
    count, most = len(context.content.lines), _MOST_LINES[context.claim_type]
    if count > most:
        yield error("line-count", "2400/LX", f"{count} lines; a claim takes {most}", "split the claim")


def lines_have_numbers_of_their_own(context: ScrubContext) -> Iterable[Finding]:
    """LX01 counts."""
    numbers = {line.number for line in context.content.lines}
    if len(numbers) < len(context.content.lines):
        yield error("line-number", "2400/LX", "two lines have the same number", "number the lines from 1 on")


RULES = (
    Rule(
        id="line-count", severity=Severity.ERROR, place="2400/LX", check=lines_fit_one_claim,
        wrong="no line, or more than the claim takes", remedy="add the services, or split the claim",
        source="837P TR3: 50 lines; 837I TR3: 999",
    ),
    Rule(
        id="line-number", severity=Severity.ERROR, place="2400/LX", check=lines_have_numbers_of_their_own,
        wrong="two lines have the same number", remedy="number the lines from 1 on", source="837 TR3, 2400 LX01",
    ),
    Rule(
        id="procedure-shape", severity=Severity.ERROR, place=_PROCEDURE, check=procedures_have_their_shape,
        wrong="a procedure is neither CPT nor HCPCS by its shape", remedy="correct the code from the documentation",
        source="45 CFR 162.1002(a)(5)",
    ),
    Rule(
        id="procedure-known", severity=Severity.ERROR, place=_PROCEDURE, check=procedures_are_known,
        wrong="a procedure is not in the table of the day", remedy="check the code and the date",
        source="CMS, HCPCS quarterly update; the operator's licensed CPT list; CARC 181",
        needs=(TableKind.HCPCS, TableKind.CPT),
    ),
    Rule(
        id="procedure-status", severity=Severity.WARNING, place=_PROCEDURE, check=procedures_are_paid_by_medicare,
        wrong="Medicare does not pay the procedure, or not by itself", remedy="use the code that Medicare takes",
        source="CMS, physician fee schedule relative value file, status code", needs=(TableKind.MPFS,),
        claim_types=frozenset({ClaimType.PROFESSIONAL}),
    ),
    Rule(
        id="charge", severity=Severity.ERROR, place="2400/SV102", check=charges_are_positive,
        wrong="a charge is negative or nothing", remedy="enter the charge of the fee schedule",
        source="837P TR3, CLM02 and SV102",
    ),
    Rule(
        id="patient-paid", severity=Severity.WARNING, place="2300/AMT*F5", check=patient_paid_no_more_than_the_charge,
        wrong="the patient paid more than the claim charges", remedy="check the receipt",
        source="837P TR3, 2300 AMT*F5",
    ),
)  # fmt: skip
