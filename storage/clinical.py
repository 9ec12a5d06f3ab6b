"""Charts in the books: facts kept once, and everything the audit reads of a patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.coding.audit.chart import Chart, CodedClaim, Condition, Lab, Medication, Service
from domain.people.parties import Person
from edi.fhir.facts import ClinicalFact as Fact
from edi.fhir.facts import FactKind
from storage import intake
from storage.models import Claim, ClaimVersion, ClinicalFact, EncounterRow, Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one chart's facts."""

    patient: int
    new: int
    known: int


def keep(session: Session, organisation_id: int, person: Person, facts: Sequence[Fact]) -> Kept:
    """Keep a patient's facts; one that is known already takes its newest content (a condition that ended since).

    Raises:
        PatientWithoutBirthDate: the patient's birth date is unknown.
    """
    patient = intake.find_or_add_patient(session, organisation_id, person)
    new = 0
    for fact in facts:
        values = {
            "patient_id": patient.id, "kind": fact.kind.value, "system": fact.system, "code": fact.code,
            "name": fact.name, "began_on": fact.began_on, "ended_on": fact.ended_on, "value": fact.value,
            "unit": fact.unit,
        }  # fmt: skip
        key = f"{patient.id}:{fact.source_id}"
        row = insert(ClinicalFact).values(organisation_id=organisation_id, key=key, **values)
        added = session.scalar(row.on_conflict_do_nothing().returning(ClinicalFact.id))
        if added is not None:
            new += 1
            continue
        session.execute(row.on_conflict_do_update(index_elements=["organisation_id", "key"], set_=values))
    return Kept(patient=patient.id, new=new, known=len(facts) - new)


def patients_after(session: Session, last: int, limit: int) -> list[int]:
    """The next page of patients' ids."""
    return list(session.scalars(select(Patient.id).where(Patient.id > last).order_by(Patient.id).limit(limit)))


def charts(session: Session, patients: Sequence[int]) -> list[Chart]:
    """The charts of these patients: claims as they stand in their newest version, and the facts of the chart."""
    claims = _claims(session, patients)
    facts: dict[int, list[ClinicalFact]] = defaultdict(list)
    rows = select(ClinicalFact).where(ClinicalFact.patient_id.in_(patients)).order_by(ClinicalFact.began_on)
    for fact in session.scalars(rows):
        facts[fact.patient_id].append(fact)
    return [_chart(patient, claims.get(patient, []), facts.get(patient, [])) for patient in patients]


def _claims(session: Session, patients: Sequence[int]) -> dict[int, list[CodedClaim]]:
    newest = and_(ClaimVersion.claim_number == Claim.number, ClaimVersion.version == Claim.version)
    rows = session.execute(
        select(Claim.number, Claim.patient_id, ClaimVersion.content, EncounterRow.provider)
        .join(ClaimVersion, newest)
        .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
        # A claim that was withdrawn says nothing of the patient.
        .where(Claim.patient_id.in_(patients), Claim.outcome != "voided")
        .order_by(Claim.service_date, Claim.number)
    )
    found: dict[int, list[CodedClaim]] = defaultdict(list)
    for number, patient, content, provider in rows:
        if content.get("icd_version", 10) == 10:
            found[patient].append(_claim(number, content, provider))
    return found


def _claim(number: int, content: dict[str, Any], provider: dict[str, Any]) -> CodedClaim:
    lines = content["lines"]
    rendering = (content.get("rendering") or {}).get("npi", "")
    return CodedClaim(
        number=number,
        on=min(date.fromisoformat(line["service_from"]) for line in lines),
        provider=rendering or provider.get("npi", ""),
        individual=bool(rendering or provider.get("first_name")),
        place=content["place_of_service"],
        diagnoses=tuple(content["diagnoses"]),
        services=tuple(
            Service(
                procedure=line["procedure"],
                modifiers=tuple(line.get("modifiers") or ()),
                pointers=tuple(line.get("diagnosis_pointers") or (1,)),
                units=Decimal(str(line.get("units", "1"))),
            )
            for line in lines
        ),
    )


def _chart(patient: int, claims: list[CodedClaim], facts: list[ClinicalFact]) -> Chart:
    of = {kind: [fact for fact in facts if fact.kind == kind] for kind in FactKind}
    return Chart(
        patient=patient,
        claims=tuple(claims),
        conditions=tuple(
            Condition(code=fact.code, recorded_on=fact.began_on, ended_on=fact.ended_on)
            for fact in of[FactKind.CONDITION]
        ),
        medications=tuple(
            Medication(
                rxnorm=fact.code if fact.system == "rxnorm" else "",
                atc=fact.code if fact.system == "atc" else "",
                name=fact.name,
                started_on=fact.began_on,
                ended_on=fact.ended_on,
            )
            for fact in of[FactKind.MEDICATION]
        ),
        labs=tuple(
            Lab(loinc=fact.code, on=fact.began_on, value=Decimal(fact.value), unit=fact.unit)
            for fact in of[FactKind.LAB]
        ),
        encounters=tuple(fact.began_on for fact in of[FactKind.ENCOUNTER]),
        died_on=min((fact.began_on for fact in of[FactKind.DEATH]), default=None),
    )
