"""837P claims as the payers keep them."""

from __future__ import annotations

from datetime import date

import x12
from simulator.claim import SubmittedClaim, SubmittedLine, SubmittedPerson
from simulator.wire.other_payers import other_payer

_ONSET = ("431", "454")
"""DTP01 of onset of illness and of initial treatment."""


def submitted_claim(claim: x12.ProfessionalClaim, submitter: str, sent_on: date) -> SubmittedClaim:
    """One loop 2300. A line without DTP*472 counts as done on the day the file was made."""
    return SubmittedClaim(
        control_number=claim.claim_id,
        frequency=claim.frequency_code,
        original_reference=claim.payer_claim_number,
        submitter=submitter,
        payer=claim.payer.identifier.upper(),
        billing_name=claim.billing_provider.provider.last_name,
        billing_npi=claim.billing_provider.npi,
        billing_tax_id=claim.billing_provider.tax_id,
        rendering_npi=claim.rendering_provider.npi if claim.rendering_provider else "",
        member_id=claim.subscriber.member_id,
        subscriber=submitted_person(claim.subscriber.person),
        patient=submitted_person(claim.patient_or_subscriber),
        charge_cents=claim.charge_cents,
        place_of_service=claim.place_of_service,
        filing_indicator=claim.subscriber.filing_indicator,
        diagnoses=tuple(diagnosis.code for diagnosis in claim.diagnoses),
        authorization_number=claim.authorization_number,
        referral_number=x12.find_reference(claim.references, "9F"),
        has_referring_provider=bool(claim.referring_providers),
        onset_date=next((when.start for when in claim.dates if when.qualifier in _ONSET), None),
        lines=tuple(_line(number, line, sent_on) for number, line in enumerate(claim.lines, start=1)),
        sequence=claim.subscriber.payer_responsibility or "P",
        other_payers=tuple(other_payer(other, claim.lines) for other in claim.other_coverages),
    )


def _line(number: int, line: x12.ServiceLine, sent_on: date) -> SubmittedLine:
    when = line.service_date
    return SubmittedLine(
        number=number,
        procedure=line.procedure.code.upper(),
        modifiers=line.procedure.modifiers,
        charge_cents=line.charge_cents,
        unit=line.unit,
        quantity=line.quantity,
        service_from=when.start if when else sent_on,
        service_to=when.end if when else None,
        diagnosis_pointers=line.diagnosis_pointers,
        control_number=line.control_number,
        has_referring_provider=bool(line.referring_providers or line.ordering_provider),
    )


def submitted_person(party: x12.Party) -> SubmittedPerson:
    """A subscriber or patient."""
    return SubmittedPerson(
        last_name=party.last_name,
        first_name=party.first_name,
        middle_name=party.middle_name,
        birth_date=party.birth_date,
    )
