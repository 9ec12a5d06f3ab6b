"""Who: member, patient, providers, and what a payer demands beyond the guide."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.claim.claim import ClaimContent
from domain.coverage.coverage import PayerKind
from domain.people.identifiers import mbi_is_valid, npi_is_valid
from domain.scrubbing.finding import Finding, Rule, ScrubContext, error, warning

PLACES = {
    "authorization_number": "2300/REF*G1",
    "referral_number": "2300/REF*9F",
    "onset_date": "2300/DTP*431",
    "rendering.npi": "2310B/NM109",
    "referring.npi": "2310A/NM109",
}


def member_id_is_there(context: ScrubContext) -> Iterable[Finding]:
    """Every payer needs it; Medicare's has the shape of an MBI (CMS: Understanding the MBI)."""
    coverage, place = context.content.coverage, "2010BA/NM109"
    if not coverage.member_id.strip():
        yield error("member-id", place, "the member id is missing", "enter it from the insurance card")
    elif coverage.payer.kind is PayerKind.MEDICARE and not mbi_is_valid(coverage.member_id):
        message = "the member id does not have the shape of a Medicare Beneficiary Identifier"
        yield warning("member-id-shape", place, message, "compare it with the Medicare card")


def people_are_named(context: ScrubContext) -> Iterable[Finding]:
    """Names and sex of subscriber and patient as the payer needs them to find the person."""
    for person, loop in ((context.content.coverage.subscriber, "2010BA"), (context.patient, "2010CA")):
        if not person.last_name.strip():
            yield error("name", f"{loop}/NM103", "a last name is missing", "enter it as on the insurance card")
        if person.sex not in ("F", "M", "U"):
            yield error("sex", f"{loop}/DMG03", "the sex is none of F, M and U", "enter F, M or U")
        if context.content.coverage.relationship == "18":
            return


def patient_has_a_birth_date(context: ScrubContext) -> Iterable[Finding]:
    """DMG02 of who is treated; a subscriber who is not the patient has no DMG (837P TR3, loop 2010BA)."""
    coverage = context.content.coverage
    is_self = coverage.relationship == "18"
    place = "2010BA/DMG02" if is_self else "2010CA/DMG02"
    message = "the patient's birth date is missing"
    if context.patient.birth_date is None:
        yield error("birth-date", place, message, "enter it in the patient's own data")
    elif is_self and coverage.subscriber.birth_date is None:
        yield error("birth-date", place, message, "set subscriber.birth_date")


def npis_hold(context: ScrubContext) -> Iterable[Finding]:
    """Luhn digit of billing, rendering and referring provider (45 CFR 162.406)."""
    content = context.content
    numbers = [("billing", context.provider.npi, "2010AA/NM109")]
    if content.rendering is not None:
        numbers.append(("rendering", content.rendering.npi, PLACES["rendering.npi"]))
    if content.referring is not None:
        numbers.append(("referring", content.referring.npi, PLACES["referring.npi"]))
    for role, npi, place in numbers:
        if not npi_is_valid(npi):
            message = f"the NPI of the {role} provider fails its check digit"
            yield error("npi", place, message, f"look the provider up in the NPI registry and set {role}.npi")


def billing_provider_is_complete(context: ScrubContext) -> Iterable[Finding]:
    """Tax id, nine-digit ZIP and a street address (837P TR3, loop 2010AA)."""
    provider = context.provider
    remedy = "correct the practice's own data, or set billing.tax_id or billing.zip_code on this claim"
    if not re.fullmatch(r"[0-9]{9}", provider.tax_id):
        yield error("tax-id", "2010AA/REF*EI", "the tax id does not have nine digits", remedy)
    if not re.fullmatch(r"[0-9]{9}", provider.address.zip_code):
        yield error("billing-zip", "2010AA/N403", "the billing provider's ZIP does not have nine digits", remedy)
    if re.match(r"\s*P\.?\s*O\.?\s*BOX\b", provider.address.street, re.IGNORECASE):
        message = "the billing provider's address is a PO box"
        yield warning(
            "billing-address",
            "2010AA/N301",
            message,
            "give the street; the box belongs to the pay-to address",
        )


def payers_demands_are_met(context: ScrubContext) -> Iterable[Finding]:
    """Rows of the operator's table of required data for this payer."""
    procedures = {line.procedure for line in context.content.lines}
    for row in context.required:
        applies = not row.procedures or not row.procedures.isdisjoint(procedures)
        if applies and not _has(context.content, row.field):
            message = f"{row.field} is missing, and this payer needs it: {row.why}"
            yield error("required-by-payer", PLACES.get(row.field, "2300"), message, f"set {row.field}")


def _has(content: ClaimContent, field: str) -> bool:
    if field == "rendering.npi":
        return content.rendering is not None and bool(content.rendering.npi)
    if field == "referring.npi":
        return content.referring is not None and bool(content.referring.npi)
    value: object = getattr(content, field)
    return bool(value)


RULES = (
    Rule(id="member-id", check=member_id_is_there),
    Rule(id="name", check=people_are_named),
    Rule(id="birth-date", check=patient_has_a_birth_date),
    Rule(id="npi", check=npis_hold),
    Rule(id="billing-provider", check=billing_provider_is_complete),
    Rule(id="required-by-payer", check=payers_demands_are_met),
)
