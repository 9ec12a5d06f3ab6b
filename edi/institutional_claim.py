"""A claim of an institution as an 837I claim (005010X223A2, loops 2000A to 2430)."""

from __future__ import annotations

from datetime import time

from domain.claim.claim import ClaimForSubmission, ServiceLine
from domain.claim.institutional import InstitutionalFacts
from domain.people.parties import RenderingProvider
from edi import other_payers, parties
from edi.institutional_payers import line_adjudications, other_coverages
from edi.plain_text import plain_text
from edi.professional_claim import MOST_PAPERS
from x12.transactions.claim_parts import BillingProvider, Diagnosis, Patient, Subscriber
from x12.transactions.institutional_claim import (
    InstitutionalClaim,
    InstitutionalLine,
    InstitutionalProcedure,
    Occurrence,
    OccurrenceSpan,
    ValueAmount,
)
from x12.transactions.parts import DateOrPeriod, Party, Procedure, Reference
from x12.transactions.supplements import Attachment


def to_x12(claim: ClaimForSubmission) -> InstitutionalClaim:
    """Translate one attempt of a claim with an ``institution``. REF*6R of a line is its number, REF*F8 the payer's
    document control number.

    Raises:
        ValueError: the claim is a professional one.
    """
    content, coverage, facts = claim.content, claim.coverage, claim.content.institution
    if facts is None:
        raise ValueError("a professional claim is written as an 837P")
    is_self = coverage.relationship == parties.SELF
    diagnoses = _diagnoses(claim, facts)
    procedures = _procedures(facts)
    return InstitutionalClaim(
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
        facility_code=facts.facility,
        frequency_code=claim.frequency,
        discharge_time=_time(facts.discharge_time),
        dates=_dates(facts),
        admission_type=facts.admission_type,
        admission_source=facts.admission_source,
        patient_status=facts.patient_status,
        attachments=tuple(
            Attachment(
                report_type=paper.report_type, transmission=paper.transmission, control_number=paper.control_number
            )
            for paper in claim.papers[:MOST_PAPERS]
        ),
        references=_references(claim),
        principal_diagnosis=next(iter(diagnoses), None),
        admitting_diagnosis=_coded(claim, "BJ", facts.admitting_diagnosis) if facts.admitting_diagnosis else None,
        visit_reasons=tuple(_coded(claim, "PR", code) for code in facts.visit_reasons),
        external_causes=tuple(
            _coded(claim, "BN", code, facts.indicator_of(code)) for code in facts.external_causes
        ),
        drg=facts.drg,
        other_diagnoses=diagnoses[1:],
        principal_procedure=next(iter(procedures), None),
        other_procedures=procedures[1:],
        occurrence_spans=tuple(
            OccurrenceSpan(code=one.code, start=one.on, end=one.until)
            for one in facts.occurrences
            if one.until is not None
        ),
        occurrences=tuple(Occurrence(code=one.code, date=one.on) for one in facts.occurrences if one.until is None),
        value_amounts=tuple(ValueAmount(code=one.code, amount=one.amount) for one in facts.values),
        condition_codes=facts.condition_codes,
        attending_provider=_physician(content.rendering, "71", "AT"),
        operating_physician=_physician(facts.operating, "72"),
        referring_provider=_physician(content.referring, "DN"),
        other_coverages=other_coverages(claim),
        lines=tuple(_line(claim, line) for line in content.lines),
    )


def _dates(facts: InstitutionalFacts) -> tuple[DateOrPeriod, ...]:
    statement = DateOrPeriod(qualifier="434", start=facts.statement_from, end=facts.statement_through)
    if facts.admission_date is None:
        return (statement,)
    return (statement, DateOrPeriod(qualifier="435", start=facts.admission_date, time=facts.admission_time))


def _references(claim: ClaimForSubmission) -> tuple[Reference, ...]:
    wanted = (
        ("9F", claim.content.referral_number),
        ("G1", claim.content.authorization_number),
        ("F8", claim.original_reference),
    )
    return tuple(Reference(qualifier=qualifier, value=value) for qualifier, value in wanted if value)


def _coded(claim: ClaimForSubmission, qualifier: str, code: str, present: str = "") -> Diagnosis:
    """The qualifiers of ICD-9-CM, with an A before them for ICD-10-CM."""
    icd10 = f"A{qualifier}"
    return Diagnosis(
        qualifier=icd10 if claim.content.icd_version == 10 else qualifier,
        code=code.replace(".", ""),
        present_on_admission=present,
    )


def _diagnoses(claim: ClaimForSubmission, facts: InstitutionalFacts) -> tuple[Diagnosis, ...]:
    return tuple(
        _coded(claim, "BF" if place else "BK", code, facts.indicator_of(code))
        for place, code in enumerate(claim.content.diagnoses)
    )


def _procedures(facts: InstitutionalFacts) -> tuple[InstitutionalProcedure, ...]:
    return tuple(
        InstitutionalProcedure(qualifier="BBQ" if place else "BBR", code=one.code, performed_on=one.performed_on)
        for place, one in enumerate(facts.procedures)
    )


def _physician(who: RenderingProvider | None, entity: str, role: str = "") -> Party | None:
    if who is None:
        return None
    return Party(
        entity=entity,
        entity_type="1",
        last_name=plain_text(who.last_name),
        first_name=plain_text(who.first_name),
        id_qualifier="XX" if who.npi else "",
        identifier=who.npi,
        provider_code=role if who.taxonomy else "",
        taxonomy=who.taxonomy if role else "",
    )


def _line(claim: ClaimForSubmission, line: ServiceLine) -> InstitutionalLine:
    end = line.service_to if line.service_to != line.service_from else None
    return InstitutionalLine(
        revenue_code=line.revenue_code,
        procedure=Procedure(code=line.procedure, modifiers=line.modifiers) if line.procedure else None,
        charge_cents=line.charge_cents,
        unit=line.unit_basis,
        quantity=line.units,
        dates=(DateOrPeriod(qualifier="472", start=line.service_from, end=end),) if line.dated else (),
        references=(Reference(qualifier="6R", value=str(line.number)),),
        adjudications=line_adjudications(claim, line) if claim.earlier else (),
    )


def _time(digits: str) -> time | None:
    return time(int(digits[:2]), int(digits[2:4])) if digits else None
