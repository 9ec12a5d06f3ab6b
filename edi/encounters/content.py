"""What an imported claim says, as our own claim content."""

from __future__ import annotations

from domain.claim.claim import ClaimContent, ServiceLine
from domain.coverage.coverage import Coverage
from domain.people.parties import Person
from edi.encounters import people
from edi.encounters.imported import NotImportable, require
from edi.encounters.other_coverages import other_coverages_of, require_first_turn
from edi.encounters.payers import known_payer
from edi.parties import SELF
from x12.transactions.parts import find_reference
from x12.transactions.professional_claim import ProfessionalClaim
from x12.transactions.professional_claim import ServiceLine as X12Line

_VERSIONS = {"ABK": 10, "ABF": 10, "BK": 9, "BF": 9}
_PROCEDURE_QUALIFIER = "HC"


def content_of(claim: ProfessionalClaim, treated: Person) -> ClaimContent:
    """Translate the claim's own loops.

    Raises:
        NotImportable: something is missing, or is of a kind that we do not carry.
    """
    if claim.frequency_code != "1":
        raise NotImportable("CLM05-3", f"frequency {claim.frequency_code}: replaces or voids another system's claim")
    codes, version = _diagnoses(claim)
    lines = tuple(_line(line, number) for number, line in enumerate(claim.lines, start=1))
    if not lines:
        raise NotImportable("LX", "the claim has no service line")
    content = ClaimContent(
        diagnoses=codes,
        icd_version=version,
        lines=lines,
        place_of_service=require(claim.place_of_service, "CLM05-1", "the place of service"),
        coverage=coverage_of(claim, treated),
        authorization_number=claim.authorization_number,
        referral_number=find_reference(claim.references, "9F"),
        patient_paid_cents=claim.patient_paid_cents,
        rendering=people.individual(claim.rendering_provider),
        referring=people.individual(next(iter(claim.referring_providers), None)),
        onset_date=next((when.start for when in claim.dates if when.qualifier == "431"), None),
        other_coverages=other_coverages_of(claim, treated),
    )
    if content.charge_cents != claim.charge_cents:
        raise NotImportable("CLM02", "the total charge is not the sum of the lines' charges")
    return content


def coverage_of(claim: people.AnyClaim, treated: Person) -> Coverage:
    """2000B and 2010BB, the payer taken for one that we know."""
    subscriber = claim.subscriber
    require_first_turn(claim)
    return Coverage(
        payer=known_payer(
            require(claim.payer.last_name, "NM103 (2010BB)", "the payer's name"), subscriber.filing_indicator
        ),
        member_id=require(subscriber.member_id, "NM109 (2010BA)", "the member id"),
        relationship=SELF if claim.patient is None else claim.patient.relationship,
        subscriber=people.subscriber(claim, treated),
        group_number=subscriber.group_number,
    )


def _diagnoses(claim: ProfessionalClaim) -> tuple[tuple[str, ...], int]:
    if not claim.diagnoses:
        raise NotImportable("HI", "the claim has no diagnosis")
    versions = {_VERSIONS.get(diagnosis.qualifier, 0) for diagnosis in claim.diagnoses}
    if len(versions) != 1 or 0 in versions:
        raise NotImportable("HI", "diagnoses of different code sets stand on one claim")
    return tuple(diagnosis.code.replace(".", "") for diagnosis in claim.diagnoses), versions.pop()


def _line(line: X12Line, number: int) -> ServiceLine:
    place = f"LX {number}"
    if line.procedure.qualifier != _PROCEDURE_QUALIFIER:
        raise NotImportable(f"SV101-1 ({place})", f"procedure code set {line.procedure.qualifier} is not supported")
    service = line.service_date
    if service is None:
        raise NotImportable(f"DTP*472 ({place})", "the date of service is missing")
    if not line.diagnosis_pointers:
        raise NotImportable(f"SV107 ({place})", "the diagnosis pointer is missing")
    return ServiceLine(
        number=number,
        procedure=require(line.procedure.code, f"SV101-2 ({place})", "the procedure"),
        modifiers=line.procedure.modifiers,
        charge_cents=line.charge_cents,
        units=line.quantity,
        unit_basis=line.unit,
        place_of_service=line.place_of_service,
        diagnosis_pointers=line.diagnosis_pointers,
        service_from=service.start,
        service_to=service.end if service.end != service.start else None,
    )
