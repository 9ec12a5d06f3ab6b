"""837I: what a stay or an outpatient visit has to say of itself.

Types of bill by CLM05-1: 11, 18, 21 and 41 are stays; 13, 14, 23, 34, 71 to 77, 83 and 85 are visits (NUBC, UB-04).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from x12.validation import places
from x12.validation.situation import NONE, Hit, Hits, situation

STAYS = frozenset(("11", "18", "21", "41"))
VISITS = frozenset(("13", "14", "23", "34", "71", "72", "73", "74", "75", "76", "77", "83", "85"))
_FINAL = frozenset(("1", "4"))
_UNSCHEDULED = frozenset(("1", "2", "5"))
_UNSCHEDULED_ROOMS = ("045", "0516", "0526", "0762")
_CHANGES = frozenset(("D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "E0"))
_DAY = timedelta(days=1)


@situation("stay-admission-missing", "837I", "2300 DTP", source="DTP*435 is required on inpatient claims")
def stay_admission(claim: Any) -> Hits:
    if claim.facility_code not in STAYS or claim.admission is not None:
        return NONE
    return (Hit(f"type of bill {claim.facility_code} is a stay, but DTP*435 is missing; expected the admission",
                places.claim_date(claim, len(claim.dates))),)  # fmt: skip


@situation("stay-discharge-missing", "837I", "2300 DTP", severity="warning",
           source="DTP*096 (discharge hour) is required on final inpatient claims")  # fmt: skip
def stay_discharge(claim: Any) -> Hits:
    if claim.facility_code not in STAYS or claim.frequency_code not in _FINAL or claim.discharge_time is not None:
        return NONE
    if claim.patient_status == "30":
        return NONE
    return (
        Hit("the stay has ended, but DTP*096 is missing; expected the hour of discharge", places.claim_date(claim, 0)),
    )


@situation("stay-admitting-diagnosis-missing", "837I", "2300 HI", severity="warning",
           source="HI*ABJ is required where the claim involves an inpatient admission")  # fmt: skip
def admitting_diagnosis(claim: Any) -> Hits:
    if claim.facility_code not in ("11", "18") or claim.admitting_diagnosis is not None:
        return NONE
    return (Hit("the claim is of a stay, but HI*ABJ is missing; expected the admitting diagnosis",
                places.health_code(claim, "admitting_diagnosis")),)  # fmt: skip


@situation("present-on-admission-missing", "837I", "2300 HI", severity="warning",
           source="CMS: hospitals report for each diagnosis of a stay whether it was present on admission")  # fmt: skip
def present_on_admission(claim: Any) -> Hits:
    if claim.facility_code != "11" or any(one.present_on_admission for one in claim.diagnoses):
        return NONE
    return (Hit("no diagnosis of the stay says whether it was present on admission; expected Y, N, U or W in HI01-9",
                places.health_code(claim, "principal_diagnosis"), 1, 9),)  # fmt: skip


@situation(
    "visit-reason-missing",
    "837I",
    "2300 HI",
    severity="warning",
    source="HI*APR is required on unscheduled outpatient visits (admission type 1, 2, 5; 045x, 0516, 0526, 0762)",
)
def visit_reason(claim: Any) -> Hits:
    if claim.facility_code not in ("13", "85") or claim.admission_type not in _UNSCHEDULED or claim.visit_reasons:
        return NONE
    if not any(line.revenue_code.startswith(_UNSCHEDULED_ROOMS) for line in claim.lines):
        return NONE
    return (Hit("an unscheduled visit without HI*APR; expected the patient's reason for it",
                places.health_code(claim, "visit_reasons")),)  # fmt: skip


@situation("attending-provider-missing", "837I", "2310A NM1", severity="warning",
           source="2310A is required but for transports that were not scheduled (054x)")  # fmt: skip
def attending_missing(claim: Any) -> Hits:
    if claim.attending_provider is not None or all(line.revenue_code.startswith("054") for line in claim.lines):
        return NONE
    return (Hit("the claim names no attending provider; expected NM1*71"),)


@situation("patient-status", "837I", "2300 CL103", severity="warning",
           source="CL103 is 30 (still a patient) on interim claims (CLM05-3 2, 3), and on those only")  # fmt: skip
def patient_status(claim: Any) -> Hits:
    if claim.facility_code not in STAYS:
        return NONE
    at = places.claim_amount(claim, -1) - len(claim.attachments) - (claim.contract is not None)
    still = claim.patient_status == "30"
    if still and claim.frequency_code in _FINAL:
        return (
            Hit(f"is 30 (still a patient) under CLM05-3 {claim.frequency_code}; expected how the patient left", at),
        )
    if not still and claim.frequency_code in ("2", "3"):
        return (Hit(f"is {claim.patient_status} on an interim claim; expected 30 (still a patient)", at),)
    return NONE


@situation(
    "change-reason-missing",
    "837I",
    "2300 HI",
    severity="warning",
    ordinary=("frequency_code", "1"),
    source="CMS 100-04 ch. 1 s130: an adjustment or void to Medicare Part A has a condition code D0 to D9 or E0",
)
def change_reason(claim: Any) -> Hits:
    if claim.frequency_code not in ("7", "8") or claim.subscriber.filing_indicator != "MA":
        return NONE
    if not _CHANGES.isdisjoint(claim.condition_codes):
        return NONE
    return (Hit("the claim changes another one of Medicare Part A without saying why; expected HI*BG of D0 to D9 or E0",
                places.health_code(claim, "condition_codes")),)  # fmt: skip


@situation("statement-reversed", "837I", "2300 DTP03", source="a period ends no earlier than it begins")
def statement_reversed(claim: Any) -> Hits:
    return [
        Hit(f"DTP*{when.qualifier} ends before it begins", places.claim_date(claim, index))
        for index, when in enumerate(claim.dates)
        if when.end is not None and when.end < when.start
    ]


@situation("statement-before-birth", "837I", "2300 DTP03", source="no service before the patient's birth (DMG02)")
def statement_before_birth(claim: Any) -> Hits:
    born = (claim.patient or claim.subscriber).person.birth_date
    return [
        Hit("the statement (DTP*434) begins before the patient's birth", places.claim_date(claim, index))
        for index, when in enumerate(claim.dates)
        if when.qualifier == "434" and born is not None and when.start < born
    ]


@situation("line-outside-statement", "837I", "2400 DTP03", severity="warning",
           source="a line's DTP*472 lies within the statement period (DTP*434)")  # fmt: skip
def line_outside(claim: Any) -> Hits:
    period = claim.statement_period
    if period is None:
        return NONE
    end = period.end or period.start
    return [
        Hit("the service lies outside of the statement period (DTP*434)", places.institutional_line_date(line))
        for line in claim.lines
        for when in line.dates
        if when.start < period.start or (when.end or when.start) > end
    ]


@situation(
    "line-date-missing",
    "837I",
    "2400 DTP",
    severity="warning",
    source="DTP*472 is required on lines of outpatient claims that cover more than a day, but for drugs",
)
def line_date(claim: Any) -> Hits:
    period = claim.statement_period
    if claim.facility_code not in VISITS or period is None or (period.end or period.start) - period.start < _DAY:
        return NONE
    return [
        Hit("the claim covers several days, but its line has no DTP*472", places.institutional_line_date(line))
        for line in claim.lines
        if not line.dates and line.drug is None
    ]


@situation(
    "total-line", "837I", "2400 SV201", source="revenue code 0001 (total) is of the paper claim: CLM02 is the total"
)
def total_line(claim: Any) -> Hits:
    return [
        Hit("is 0001, the total of a paper claim; expected lines of services only", places.service(line), value="0001")
        for line in claim.lines
        if line.revenue_code == "0001"
    ]


@situation("noncovered-too-much", "837I", "2400 SV207", severity="warning",
           source="SV207 is the part of the line's charge (SV203) that is not covered")  # fmt: skip
def noncovered(claim: Any) -> Hits:
    return [
        Hit("is more than the line's charge", places.service(line))
        for line in claim.lines
        if line.noncovered_cents is not None and line.noncovered_cents > line.charge_cents
    ]
