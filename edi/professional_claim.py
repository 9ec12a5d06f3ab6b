"""A claim of ours as an 837P claim (005010X222A1, loops 2000A to 2420)."""

from __future__ import annotations

from domain.claim.claim import ClaimContent, ClaimForSubmission, ServiceLine
from domain.people.parties import RenderingProvider
from edi import other_payers, parties
from edi.plain_text import plain_text
from x12.transactions.claim_parts import BillingProvider, Diagnosis, Patient, Subscriber
from x12.transactions.parts import Amount, DateOrPeriod, Party, Procedure, Reference
from x12.transactions.professional_claim import ProfessionalClaim
from x12.transactions.professional_claim import ServiceLine as X12Line
from x12.transactions.supplements import Attachment

MOST_PAPERS = 10
"""PWK of loop 2300."""
_PRINCIPAL = {10: "ABK", 9: "BK"}
_OTHER = {10: "ABF", 9: "BF"}


def to_x12(claim: ClaimForSubmission) -> ProfessionalClaim:
    """Translate one attempt. REF*6R of a line is its number, which the 835 echoes.

    Signature, assignment and release are on file for every claim we send (CLM06 to CLM09).
    """
    content = claim.content
    coverage = claim.coverage
    is_self = coverage.relationship == parties.SELF
    return ProfessionalClaim(
        billing_provider=BillingProvider(
            provider=parties.billing_provider(claim.provider), taxonomy=claim.provider.taxonomy
        ),
        subscriber=Subscriber(
            payer_responsibility=claim.sequence,
            relationship=parties.SELF if is_self else "",
            group_number=coverage.group_number,
            insurance_type=other_payers.insurance_type(claim, claim.sequence),
            filing_indicator=coverage.payer.filing_indicator,
            person=parties.subscriber(coverage),
        ),
        payer=parties.payer(coverage.payer),
        patient=None
        if is_self
        else Patient(relationship=coverage.relationship, person=parties.person(claim.patient, "QC")),
        claim_id=claim.control_number,
        charge_cents=content.charge_cents,
        place_of_service=content.place_of_service,
        frequency_code=claim.frequency,
        dates=() if content.onset_date is None else (DateOrPeriod(qualifier="431", start=content.onset_date),),
        amounts=(Amount(qualifier="F5", amount_cents=content.patient_paid_cents),)
        if content.patient_paid_cents
        else (),
        references=_references(claim),
        attachments=tuple(
            Attachment(
                report_type=paper.report_type, transmission=paper.transmission, control_number=paper.control_number
            )
            for paper in claim.papers[:MOST_PAPERS]
        ),
        diagnoses=_diagnoses(content),
        referring_providers=()
        if content.referring is None
        else (_individual(content.referring, "DN", with_taxonomy=False),),
        rendering_provider=None
        if content.rendering is None or content.rendering.npi == claim.provider.npi  # 2310B: another than 2010AA only
        else _individual(content.rendering, "82", with_taxonomy=True),
        other_coverages=other_payers.other_coverages(claim),
        lines=tuple(_line(claim, line) for line in content.lines),
    )


def _references(claim: ClaimForSubmission) -> tuple[Reference, ...]:
    """Loop 2300 REF in the guide's order: referral, authorization, payer's control number."""
    wanted = (
        ("9F", claim.content.referral_number),
        ("G1", claim.content.authorization_number),
        ("F8", claim.original_reference),
    )
    return tuple(Reference(qualifier=qualifier, value=value) for qualifier, value in wanted if value)


def _diagnoses(content: ClaimContent) -> tuple[Diagnosis, ...]:
    version = content.icd_version
    return tuple(
        Diagnosis(qualifier=(_OTHER if place else _PRINCIPAL)[version], code=code.replace(".", ""))
        for place, code in enumerate(content.diagnoses)
    )


def _individual(who: RenderingProvider, entity: str, *, with_taxonomy: bool) -> Party:
    return Party(
        entity=entity,
        # 2310A (DN) is always a person; a rendering provider without a first name is an organisation.
        entity_type="1" if who.first_name or entity == "DN" else "2",
        last_name=plain_text(who.last_name),
        first_name=plain_text(who.first_name),
        id_qualifier="XX" if who.npi else "",
        identifier=who.npi,
        provider_code="PE" if with_taxonomy and who.taxonomy else "",
        taxonomy=who.taxonomy if with_taxonomy else "",
    )


def _line(claim: ClaimForSubmission, line: ServiceLine) -> X12Line:
    claim_place = claim.content.place_of_service
    return X12Line(
        procedure=Procedure(code=line.procedure, modifiers=line.modifiers),
        charge_cents=line.charge_cents,
        unit=line.unit_basis,
        quantity=line.units,
        place_of_service="" if line.place_of_service == claim_place else line.place_of_service,
        diagnosis_pointers=line.diagnosis_pointers,
        dates=(
            DateOrPeriod(
                qualifier="472",
                start=line.service_from,
                end=line.service_to if line.service_to != line.service_from else None,
            ),
        ),
        references=(Reference(qualifier="6R", value=str(line.number)),),
        adjudications=other_payers.line_adjudications(claim, line) if claim.earlier else (),
    )
