"""Patients at the desk: candidates by likeness, merges by named persons that can be undone, enrolment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Table, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.people.matching import Candidate, Known, candidates
from domain.people.parties import Person
from storage.models import (
    Appointment,
    Base,
    CheckInRow,
    Enrolment,
    Patient,
    PatientMerge,
)
from storage.serialise import from_json


class UnknownPatient(LookupError):
    """No patient has this number in this organisation."""


class NotMerged(ValueError):
    """Why two patients are not made one, or a merge is not undone."""


def find(session: Session, wanted: Person, *, phone: str = "", member_ids: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """Patients who may be the one at the desk. Looked for among those with the birth date, the last name's beginning,
    or the ZIP code; a patient merged into another stands for that one."""
    last = Patient.person["last_name"].as_string()
    rows = session.scalars(
        select(Patient)
        .where(
            or_(
                Patient.person["birth_date"].as_string() == (wanted.birth_date or date.max).isoformat(),
                func.upper(func.left(last, 3)) == wanted.last_name[:3].upper(),
                Patient.person["address"]["zip_code"].as_string().startswith(wanted.address.zip_code[:5]),
            )
        )
        .order_by(Patient.id)
        .limit(2_000)
    ).all()
    known = [_known(session, row) for row in rows]
    best: dict[int, Candidate] = {}
    for one in candidates(wanted, known, phone=phone, member_ids=tuple(member_ids)):
        best.setdefault(one.patient_id, one)
    return tuple(best.values())


def _known(session: Session, row: Patient) -> Known:
    phone = session.scalar(
        select(CheckInRow.phone)
        .where(CheckInRow.patient_id == row.id, CheckInRow.phone != "")
        .order_by(CheckInRow.id.desc())
        .limit(1)
    )
    members = session.scalars(select(Appointment.coverages).where(Appointment.patient_id == row.id)).all()
    return Known(
        patient_id=standing(session, row.id),
        person=from_json(Person, row.person),
        phone=phone or "",
        member_ids=frozenset(one["coverage"]["member_id"] for told in members for one in told),
    )


def patient(session: Session, patient_id: int) -> Patient:
    """A patient, or the one into whom they were merged.

    Raises:
        UnknownPatient: no such patient in this organisation.
    """
    row = session.get(Patient, standing(session, patient_id))
    if row is None:
        raise UnknownPatient(f"no patient has the number {patient_id}: `claimflow checkin find` looks for one")
    return row


def standing(session: Session, patient_id: int) -> int:
    """Whom a patient was merged into, followed to the end; the patient themselves where nobody merged them."""
    kept = session.scalar(
        select(PatientMerge.kept_id).where(PatientMerge.merged_id == patient_id, PatientMerge.undone_on.is_(None))
    )
    return patient_id if kept is None else standing(session, kept)


def merge(
    session: Session, organisation_id: int, *, kept: int, merged: int, by: str, reason: str, today: date
) -> PatientMerge:
    """Make two rows of one patient one. Every row of the merged one goes over and is kept by name; accounts, and what
    is owed on them, stay as they are.

    Raises:
        UnknownPatient: one of them is not there.
        NotMerged: they are one already.
    """
    if kept == merged or standing(session, kept) != kept or standing(session, merged) != merged:
        raise NotMerged("name two patients that were not merged before")
    for number in (kept, merged):
        patient(session, number)
    moved: dict[str, list[int]] = {}
    for table in _tables_of_patients():
        key = table.primary_key.columns[0]
        statement = update(table).where(table.c.patient_id == merged).values(patient_id=kept).returning(key)
        if numbers := [int(number) for number in session.scalars(statement)]:
            moved[table.name] = sorted(numbers)
    row = PatientMerge(
        organisation_id=organisation_id,
        kept_id=kept,
        merged_id=merged,
        by=by,
        reason=reason,
        merged_on=today,
        moved=moved,
    )
    session.add(row)
    session.flush()
    session.expire_all()
    return row


def unmerge(session: Session, *, merged: int, by: str, reason: str, today: date) -> PatientMerge:
    """Undo a merge: what was moved goes back. What came after the merge stays with the patient who was kept.

    Raises:
        NotMerged: the patient is not merged into another.
    """
    row = session.scalars(
        select(PatientMerge).where(PatientMerge.merged_id == merged, PatientMerge.undone_on.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotMerged(f"patient {merged} is not merged into another")
    for table in _tables_of_patients():
        if numbers := row.moved.get(table.name):
            key = table.primary_key.columns[0]
            session.execute(
                update(table).where(key.in_(numbers), table.c.patient_id == row.kept_id).values(patient_id=merged)
            )
    row.undone_on, row.undone_by, row.undone_reason = today, by, reason
    session.flush()
    session.expire_all()
    return row


def _tables_of_patients() -> list[Table]:
    """Every table whose rows are about a patient."""
    return [table for table in Base.metadata.sorted_tables if "patient_id" in table.columns]


def enter_enrolment(
    session: Session, organisation_id: int, *, npi: str, payer: str, begins: date | None, ends: date | None, by: str
) -> Enrolment:
    """Keep from when to when a provider may bill a payer; without a first day: applied for. It replaces an open
    application."""
    if begins is not None:
        pending = session.scalars(
            select(Enrolment).where(
                Enrolment.provider_npi == npi, Enrolment.payer_code == payer, Enrolment.effective_from.is_(None)
            )
        ).all()
        for row in pending:
            session.delete(row)
        session.flush()
    values = {"effective_to": ends, "by": by}
    statement = insert(Enrolment).values(
        organisation_id=organisation_id, provider_npi=npi, payer_code=payer, effective_from=begins, **values
    )
    key = ["organisation_id", "provider_npi", "payer_code", "effective_from"]
    number = session.scalar(statement.on_conflict_do_update(index_elements=key, set_=values).returning(Enrolment.id))
    session.expire_all()
    return session.get_one(Enrolment, number)


def not_enrolled(session: Session, npis: Iterable[str], payer: str, on: date) -> list[str]:
    """Providers of these whose enrolment at a payer is kept here and does not hold on a day. One of whom nothing is
    kept counts as enrolled."""
    found = []
    for npi in dict.fromkeys(npis):
        rows = session.scalars(
            select(Enrolment).where(Enrolment.provider_npi == npi, Enrolment.payer_code == payer)
        ).all()
        holds = any(
            row.effective_from is not None
            and row.effective_from <= on
            and (row.effective_to is None or on <= row.effective_to)
            for row in rows
        )
        if rows and not holds:
            found.append(npi)
    return found
