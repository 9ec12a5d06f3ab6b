"""What an imported claim of an institution (837I) says, as our own claim content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.claim.claim import ClaimContent, ServiceLine
from domain.claim.institutional import (
    InstitutionalFacts,
    OccurrenceOn,
    PerformedProcedure,
    PresentOnAdmission,
    ValueOf,
)
from domain.coverage.coverage import Coverage
from domain.people.parties import Person
from edi.encounters import people
from edi.encounters.content import coverage_of
from edi.encounters.imported import NotImportable, require
from edi.encounters.other_coverages import other_coverages_of
from x12.transactions.institutional_claim import InstitutionalClaim, InstitutionalLine
from x12.transactions.parts import DateOrPeriod, find_reference

_VERSIONS = {"ABK": 10, "ABF": 10, "BK": 9, "BF": 9}
_ICD10_PROCEDURES = frozenset({"BBR", "BBQ"})
_PROCEDURE_QUALIFIER = "HC"
_ORIGINAL = "1"
_PART_A = "MA"


def content_of(claim: InstitutionalClaim, treated: Person) -> ClaimContent:
    """Translate the claim's own loops; the attending provider is the claim's rendering one.

    Raises:
        NotImportable: something is missing, or is of a kind that we do not carry.
    """
    if claim.frequency_code != _ORIGINAL:
        raise NotImportable(
            "CLM05-3", f"frequency {claim.frequency_code}: only an admit-through-discharge bill (1) begins a claim here"
        )
    period = claim.statement_period
    if period is None:
        raise NotImportable("DTP*434", "the days that the statement covers are missing")
    if claim.principal_diagnosis is None:
        raise NotImportable("HI", "the claim has no principal diagnosis")
    if not claim.lines:
        raise NotImportable("LX", "the claim has no service line")
    versions = {_VERSIONS.get(diagnosis.qualifier, 0) for diagnosis in claim.diagnoses}
    if len(versions) != 1 or 0 in versions:
        raise NotImportable("HI", "diagnoses of different code sets stand on one claim")
    content = ClaimContent(
        diagnoses=tuple(diagnosis.code.replace(".", "") for diagnosis in claim.diagnoses),
        icd_version=versions.pop(),
        lines=tuple(_line(line, number, period) for number, line in enumerate(claim.lines, start=1)),
        place_of_service="",
        coverage=_coverage(claim, treated),
        authorization_number=claim.authorization_number,
        referral_number=find_reference(claim.references, "9F"),
        rendering=people.individual(claim.attending_provider),
        referring=people.individual(claim.referring_provider),
        other_coverages=other_coverages_of(claim, treated),
        institution=_facts(claim, period),
    )
    if content.charge_cents != claim.charge_cents:
        raise NotImportable("CLM02", "the total charge is not the sum of the lines' charges")
    return content


def _coverage(claim: InstitutionalClaim, treated: Person) -> Coverage:
    """A known Medicare is billed as Part A (SBR09 MA) where the file says so."""
    coverage = coverage_of(claim, treated)
    if claim.subscriber.filing_indicator != _PART_A:
        return coverage
    return replace(coverage, payer=replace(coverage.payer, filing_indicator=_PART_A))


def _facts(claim: InstitutionalClaim, period: DateOrPeriod) -> InstitutionalFacts:
    admission = claim.admission
    performed = (() if claim.principal_procedure is None else (claim.principal_procedure,)) + claim.other_procedures
    if any(one.qualifier not in _ICD10_PROCEDURES for one in performed):
        raise NotImportable("HI*BR", "a procedure of the stay is not coded in ICD-10-PCS")
    present = tuple(
        PresentOnAdmission(code=one.code.replace(".", ""), indicator=one.present_on_admission)
        for one in (*claim.diagnoses, *claim.external_causes)
        if one.present_on_admission
    )
    return InstitutionalFacts(
        facility=require(claim.facility_code, "CLM05-1", "the type of bill"),
        statement_from=period.start,
        statement_through=period.end or period.start,
        admission_date=None if admission is None else admission.start,
        admission_time="" if admission is None else admission.time,
        admission_type=claim.admission_type,
        admission_source=claim.admission_source,
        patient_status=require(claim.patient_status, "CL103", "the patient's status"),
        discharge_time="" if claim.discharge_time is None else f"{claim.discharge_time:%H%M}",
        admitting_diagnosis="" if claim.admitting_diagnosis is None else claim.admitting_diagnosis.code,
        visit_reasons=tuple(one.code for one in claim.visit_reasons),
        external_causes=tuple(one.code.replace(".", "") for one in claim.external_causes),
        present_on_admission=present,
        drg=claim.drg,
        procedures=tuple(PerformedProcedure(code=one.code, performed_on=one.performed_on) for one in performed),
        occurrences=(
            *(OccurrenceOn(code=one.code, on=one.start, until=one.end) for one in claim.occurrence_spans),
            *(OccurrenceOn(code=one.code, on=one.date) for one in claim.occurrences),
        ),
        values=tuple(ValueOf(code=one.code, amount=one.amount) for one in claim.value_amounts),
        condition_codes=claim.condition_codes,
        operating=people.individual(claim.operating_physician),
    )


def _line(line: InstitutionalLine, number: int, period: DateOrPeriod) -> ServiceLine:
    place, service, procedure = f"LX {number}", line.service_date, line.procedure
    if procedure is not None and procedure.qualifier != _PROCEDURE_QUALIFIER:
        raise NotImportable(f"SV202-1 ({place})", f"procedure code set {procedure.qualifier} is not supported")
    return ServiceLine(
        number=number,
        revenue_code=require(line.revenue_code, f"SV201 ({place})", "the revenue code"),
        procedure="" if procedure is None else procedure.code,
        modifiers=() if procedure is None else procedure.modifiers,
        charge_cents=line.charge_cents,
        units=line.quantity,
        unit_basis=line.unit,
        diagnosis_pointers=(),
        service_from=period.start if service is None else service.start,
        service_to=None if service is None or service.end == service.start else service.end,
        dated=service is not None,
    )


def left_out(claim: InstitutionalClaim) -> tuple[str, ...]:
    """Segments and loops of the claim that are not carried over, each once, in the guide's order."""
    found = dict.fromkeys(name for name, present in _of_claim(claim) if present)
    for line in claim.lines:
        found.update(dict.fromkeys(name for name, present in _of_line(line) if present))
    return tuple(found)


def _of_claim(claim: InstitutionalClaim) -> Iterator[tuple[str, object]]:
    yield "CLM20", claim.delay_reason
    yield "DTP (2300)", [when for when in claim.dates if when.qualifier not in ("434", "435")]
    yield "PWK (2300)", claim.attachments
    yield "CN1 (2300)", claim.contract
    yield "AMT (2300)", claim.amounts
    yield "REF (2300)", [entry for entry in claim.references if entry.qualifier not in ("G1", "9F", "F8")]
    yield "K3 (2300)", claim.file_information
    yield "NTE (2300)", claim.notes
    yield "CRC (2300)", claim.conditions
    yield "HI*TC", claim.treatment_codes
    for segment in claim.supplements:
        yield f"{segment[0]} (2300)", True
    yield "2010AB pay-to", claim.billing_provider.pay_to
    yield "2310C other operating physician", claim.other_operating_physician
    yield "2310D rendering provider", claim.rendering_provider
    yield "2310E service facility", claim.service_facility


def _of_line(line: InstitutionalLine) -> Iterator[tuple[str, object]]:
    yield "SV202-7 description", line.procedure is not None and line.procedure.description
    yield "SV207", line.noncovered_cents
    yield "PWK (2400)", line.attachments
    yield "REF (2400)", [entry for entry in line.references if entry.qualifier != "6R"]
    yield "AMT (2400)", line.amounts
    yield "NTE (2400)", line.notes
    for segment in line.supplements:
        yield f"{segment[0]} (2400)", True
    yield "2410 drug", line.drug
    yield (
        "2420 providers",
        (
            line.operating_physician
            or line.other_operating_physician
            or line.rendering_provider
            or line.referring_provider
        ),
    )
