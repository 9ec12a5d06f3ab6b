"""Claims of a file, one after the other: a file is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.claim.claim import ClaimContent, ServiceLine
from domain.scrubbing.context import ClaimType
from domain.scrubbing.finding import Finding, error
from edi.scrubbing import parties
from edi.scrubbing.subject import ScrubSubject
from x12.reading import read_file
from x12.transactions.claim_parts import PatientFacts
from x12.transactions.institutional_claim import InstitutionalClaim, InstitutionalClaims, InstitutionalLine
from x12.transactions.parts import DateOrPeriod, find_date, find_reference
from x12.transactions.professional_claim import ProfessionalClaim, ProfessionalClaims
from x12.transactions.professional_claim import ServiceLine as ProfessionalLine

_ICD9 = frozenset({"BK", "BF"})
_INPATIENT = frozenset({"11", "18", "21", "41", "51"})
"""First two digits of the type of bill where a stay is billed."""


def subjects_of(data: bytes) -> Iterator[ScrubSubject]:
    """Every claim of the 837P and 837I transaction sets of a file, in its order."""
    for transaction in read_file(data).transactions():
        claims = transaction.content
        if isinstance(claims, ProfessionalClaims):
            for claim in claims.claims:
                yield _professional(claim, claims)
        elif isinstance(claims, InstitutionalClaims):
            for stay in claims.claims:
                yield _institutional(stay, claims)


def _professional(claim: ProfessionalClaim, claims: ProfessionalClaims) -> ScrubSubject:
    missing: list[Finding] = []
    content = ClaimContent(
        diagnoses=tuple(diagnosis.code.replace(".", "") for diagnosis in claim.diagnoses),
        icd_version=9 if any(one.qualifier in _ICD9 for one in claim.diagnoses) else 10,
        lines=tuple(_line(line, number, claims.date, missing) for number, line in enumerate(claim.lines, start=1)),
        place_of_service=claim.place_of_service,
        coverage=parties.coverage(claim.subscriber, claim.payer, claim.patient),
        authorization_number=claim.authorization_number,
        referral_number=find_reference(claim.references, "9F"),
        patient_paid_cents=claim.patient_paid_cents,
        rendering=parties.individual(claim.rendering_provider),
        referring=parties.individual(next(iter(claim.referring_providers), None)),
        onset_date=_start(find_date(claim.dates, "431")),
    )
    if content.charge_cents != claim.charge_cents:
        message = "the total charge is not the sum of the lines' charges"
        missing.append(error("charge-total", "2300/CLM02", message, "correct the total or the lines"))
    return ScrubSubject(
        claim=claim.claim_id,
        claim_type=ClaimType.PROFESSIONAL,
        content=content,
        patient=parties.person(claim.patient_or_subscriber),
        provider=parties.provider(claim.billing_provider, claims.submitter),
        admission_date=_start(find_date(claim.dates, "435")),
        discharge_date=_start(find_date(claim.dates, "096")),
        death_date=_death(claim),
        missing=tuple(missing),
    )


def _line(line: ProfessionalLine, number: int, otherwise: date, missing: list[Finding]) -> ServiceLine:
    service = line.service_date
    if service is None:
        message = "the date of service is missing; the file's own date was taken for the other rules"
        missing.append(error("service-date", "2400/DTP*472", message, "enter the date of service", number))
    return ServiceLine(
        number=number,
        procedure=line.procedure.code,
        modifiers=tuple(modifier for modifier in line.procedure.modifiers if modifier),
        charge_cents=line.charge_cents,
        units=line.quantity,
        unit_basis=line.unit,
        place_of_service=line.place_of_service,
        diagnosis_pointers=line.diagnosis_pointers,
        service_from=otherwise if service is None else service.start,
        service_to=None if service is None else service.end,
    )


def _institutional(claim: InstitutionalClaim, claims: InstitutionalClaims) -> ScrubSubject:
    statement = claim.statement_period
    first = claims.date if statement is None else statement.start
    inpatient = claim.facility_code in _INPATIENT
    content = ClaimContent(
        diagnoses=tuple(diagnosis.code.replace(".", "") for diagnosis in claim.diagnoses),
        icd_version=9 if any(one.qualifier in _ICD9 for one in claim.diagnoses) else 10,
        lines=tuple(_stay_line(line, number, first) for number, line in enumerate(claim.lines, start=1)),
        place_of_service="",
        coverage=parties.coverage(claim.subscriber, claim.payer, claim.patient),
        authorization_number=claim.authorization_number,
        referral_number=find_reference(claim.references, "9F"),
        rendering=parties.individual(claim.attending_provider),
        referring=parties.individual(claim.referring_provider),
    )
    missing = []
    if statement is None:
        message = "the statement covers no days; the file's own date was taken for the other rules"
        missing.append(error("service-date", "2300/DTP*434", message, "enter the statement's first and last day"))
    return ScrubSubject(
        claim=claim.claim_id,
        claim_type=ClaimType.INSTITUTIONAL,
        content=content,
        patient=parties.person(claim.patient_or_subscriber),
        provider=parties.provider(claim.billing_provider, claims.submitter),
        admission_date=_start(claim.admission),
        discharge_date=statement.end if inpatient and statement is not None else None,
        death_date=_death(claim),
        missing=tuple(missing),
    )


def _stay_line(line: InstitutionalLine, number: int, otherwise: date) -> ServiceLine:
    service = line.service_date
    procedure = line.procedure
    return ServiceLine(
        number=number,
        procedure="" if procedure is None else procedure.code,
        modifiers=() if procedure is None else tuple(modifier for modifier in procedure.modifiers if modifier),
        charge_cents=line.charge_cents,
        units=line.quantity,
        unit_basis=line.unit,
        diagnosis_pointers=(),
        service_from=otherwise if service is None else service.start,
        service_to=None if service is None else service.end,
    )


def _start(when: DateOrPeriod | None) -> date | None:
    return None if when is None else when.start


def _death(claim: ProfessionalClaim | InstitutionalClaim) -> date | None:
    facts: PatientFacts | None = claim.subscriber.facts if claim.patient is None else claim.patient.facts
    return None if facts is None else facts.death_date
