"""837I claims as the payers keep them."""

from __future__ import annotations

from datetime import date

import x12
from simulator.claim import SubmittedClaim, SubmittedLine
from simulator.wire.claims import submitted_person
from simulator.wire.other_payers import other_payer


def submitted_institutional_claim(claim: x12.InstitutionalClaim, submitter: str, sent_on: date) -> SubmittedClaim:
    """One loop 2300. The attending provider stands where a professional claim has the rendering one; a line without
    DTP*472 was done on the first day of the statement."""
    period = claim.statement_period
    begins = period.start if period else sent_on
    diagnoses = (claim.principal_diagnosis, *claim.other_diagnoses)
    return SubmittedClaim(
        control_number=claim.claim_id,
        frequency=claim.frequency_code,
        original_reference=x12.find_reference(claim.references, "F8"),
        submitter=submitter,
        payer=claim.payer.identifier.upper(),
        billing_name=claim.billing_provider.provider.last_name,
        billing_npi=claim.billing_provider.npi,
        billing_tax_id=claim.billing_provider.tax_id,
        rendering_npi=claim.attending_provider.identifier if claim.attending_provider else "",
        member_id=claim.subscriber.member_id,
        subscriber=submitted_person(claim.subscriber.person),
        patient=submitted_person(claim.patient.person if claim.patient else claim.subscriber.person),
        charge_cents=claim.charge_cents,
        place_of_service=claim.facility_code,
        statement_through=(period.end or period.start) if period else begins,
        condition_codes=claim.condition_codes,
        filing_indicator=claim.subscriber.filing_indicator,
        diagnoses=tuple(diagnosis.code for diagnosis in diagnoses if diagnosis is not None),
        authorization_number=x12.find_reference(claim.references, "G1"),
        referral_number=x12.find_reference(claim.references, "9F"),
        has_referring_provider=claim.referring_provider is not None,
        lines=tuple(_line(number, line, begins) for number, line in enumerate(claim.lines, start=1)),
        sequence=claim.subscriber.payer_responsibility or "P",
        other_payers=tuple(other_payer(other, claim.lines) for other in claim.other_coverages),
    )


def _line(number: int, line: x12.InstitutionalLine, begins: date) -> SubmittedLine:
    when, procedure = line.service_date, line.procedure
    return SubmittedLine(
        number=number,
        procedure=procedure.code.upper() if procedure else "",
        revenue_code=line.revenue_code,
        modifiers=procedure.modifiers if procedure else (),
        charge_cents=line.charge_cents,
        unit=line.unit,
        quantity=line.quantity,
        service_from=when.start if when else begins,
        service_to=when.end if when else None,
        control_number=line.control_number,
        has_referring_provider=line.referring_provider is not None,
    )
