"""837P: what the claim says of itself: what it replaces, what caused it, when it happened."""

from __future__ import annotations

from typing import Any

from x12.transactions.parts import find_date, find_reference
from x12.validation import places
from x12.validation.plain import plain_lines, plain_subscriber
from x12.validation.situation import NONE, Hit, Hits, situation

_BOTH = "837P 837I"
_REPLACING = {"7": "a replacement", "8": "a void"}


@situation("replaced-claim-missing", _BOTH, "2300 REF", severity="warning", strict=True,
           ordinary=("frequency_code", "1"),
           source="REF*F8 is required where CLM05-3 says that this claim replaces or voids another")  # fmt: skip
def replaced_claim(claim: Any) -> Hits:
    what = _REPLACING.get(claim.frequency_code)
    if what is None or find_reference(claim.references, "F8"):
        return NONE
    return (Hit(f"CLM05-3 {claim.frequency_code} is {what}, but REF*F8 is missing; expected the payer's number of the "
                "claim that it answers", places.claim_references(claim)),)  # fmt: skip


@situation("accident-date-missing", "837P", "2300 DTP", ordinary=("related_causes", None),
           source="DTP*439 is required where CLM11 is AA or OA")  # fmt: skip
def accident_date(claim: Any) -> Hits:
    causes = claim.related_causes.causes
    if ("AA" not in causes and "OA" not in causes) or find_date(claim.dates, "439") is not None:
        return NONE
    return (Hit("CLM11 names an accident, but DTP*439 is missing; expected the accident's date",
                places.claim_date(claim, 0)),)  # fmt: skip


@situation("accident-state-missing", "837P", "2300 CLM11", ordinary=("related_causes", None),
           source="CLM11-4 is required where CLM11 is AA: a state of the United States or Canada")  # fmt: skip
def accident_state(claim: Any) -> Hits:
    causes = claim.related_causes
    if "AA" not in causes.causes or causes.state or causes.country not in ("", "US", "CA"):
        return NONE
    return (Hit("is AA (auto accident) without a state; expected the state in CLM11-4", component=4),)


@situation("employment-accident-date-missing", "837P", "2300 DTP", severity="warning",
           ordinary=("related_causes", None),
           source="DTP*439 or DTP*431 tells when a condition of employment (CLM11 EM) began")  # fmt: skip
def employment_date(claim: Any) -> Hits:
    if "EM" not in claim.related_causes.causes or any(
        find_date(claim.dates, qualifier) is not None for qualifier in ("439", "431")
    ):
        return NONE
    return (Hit("CLM11 is EM, but neither DTP*439 nor DTP*431 is there; expected the date of accident or onset",
                places.claim_date(claim, 0)),)  # fmt: skip


@situation("admission-date-missing", "837P", "2300 DTP", severity="warning", ordinary=("place_of_service", "11"),
           source="DTP*435 is required for visits to an inpatient (CLM05-1 21, 51, 61)")  # fmt: skip
def admission_date(claim: Any) -> Hits:
    if claim.place_of_service not in ("21", "51", "61") or find_date(claim.dates, "435") is not None:
        return NONE
    return (Hit(f"CLM05-1 is {claim.place_of_service} (inpatient), but DTP*435 is missing; expected the admission "
                "date", places.claim_date(claim, 0)),)  # fmt: skip


@situation("discharge-before-admission", "837P", "2300 DTP03", ordinary=("dates", None),
           source="DTP*096 (discharge) is not before DTP*435 (admission)")  # fmt: skip
def discharge_before_admission(claim: Any) -> Hits:
    admitted, discharged = find_date(claim.dates, "435"), find_date(claim.dates, "096")
    if admitted is None or discharged is None or discharged.start >= admitted.start:
        return NONE
    return (Hit("the discharge (DTP*096) lies before the admission (DTP*435)",
                places.claim_date(claim, claim.dates.index(discharged))),)  # fmt: skip


@situation("onset-after-service", "837P", "2300 DTP03", severity="warning", ordinary=("dates", None),
           source="onset, last menstrual period, accident (DTP*431, 484, 439) do not follow the service")  # fmt: skip
def onset_after_service(claim: Any) -> Hits:
    last = max((when.end or when.start for line in claim.lines for when in line.dates if when.qualifier == "472"),
               default=None)  # fmt: skip
    if last is None:
        return NONE
    return [
        Hit(f"DTP*{when.qualifier} lies after the last service; expected a date up to it",
            places.claim_date(claim, index))
        for index, when in enumerate(claim.dates)
        if when.qualifier in ("431", "484", "439") and when.start > last
    ]  # fmt: skip


@situation("service-before-birth", "837P", "2400 DTP03",
           unless=plain_lines,
           source="no service before the patient's birth (DMG02)")  # fmt: skip
def service_before_birth(claim: Any) -> Hits:
    born = (claim.patient or claim.subscriber).person.birth_date
    if born is None:
        return NONE
    for line in claim.lines:
        for index, when in enumerate(line.dates):
            if when.start < born and when.qualifier == "472":
                return (Hit("the service (DTP*472) lies before the patient's birth", places.line_date(line, index)),)
    return NONE


@situation("service-after-death", "837P", "2400 DTP03", severity="warning", unless=plain_subscriber,
           source="services after the patient's death (PAT06) are denied")  # fmt: skip
def service_after_death(claim: Any) -> Hits:
    facts = (claim.patient or claim.subscriber).facts
    if facts is None or facts.death_date is None:
        return NONE
    return [
        Hit("the service (DTP*472) lies after the patient's death (PAT06)", places.line_date(line, index))
        for line in claim.lines
        for index, when in enumerate(line.dates)
        if when.qualifier == "472" and when.start > facts.death_date
    ]


@situation("charge-negative", _BOTH, "2300 CLM02", source="charges are zero or more; a void repeats them")
def charge_negative(claim: Any) -> Hits:
    if claim.charge_cents < 0:
        return (Hit("is negative; expected the charge, also on a void"),)
    return NONE


@situation("patient-paid-too-much", _BOTH, "2300 AMT02", severity="warning", ordinary=("amounts", None),
           source="AMT*F5 is what the patient paid of this claim")  # fmt: skip
def patient_paid(claim: Any) -> Hits:
    return [
        Hit("AMT*F5 is more than the charge, or negative; expected 0 up to CLM02", places.claim_amount(claim, index))
        for index, amount in enumerate(claim.amounts)
        if amount.qualifier == "F5" and not 0 <= amount.amount_cents <= claim.charge_cents
    ]


@situation("rendering-is-billing", "837P", "2310B NM109", severity="warning", unless=plain_lines,
           source="2310B is used where another than the billing provider (2010AA) rendered the service")  # fmt: skip
def rendering_is_billing(claim: Any) -> Hits:
    rendering, billing = claim.rendering_provider, claim.billing_provider.provider
    if rendering is None or not rendering.identifier or rendering.npi != billing.npi:
        return NONE
    return (Hit("is the billing provider's NPI (2010AA); expected no 2310B", rendering.position),)
