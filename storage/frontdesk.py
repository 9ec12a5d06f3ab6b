"""Appointments as rows, and what payers answered about them and about claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.checkin.desk_order import as_at_desk
from domain.claim.claim import ClaimContent
from domain.coverage.coverage import OtherCoverage
from domain.coverage.eligibility import EligibilityAnswer
from domain.estimates.planned import PlannedService
from domain.people.parties import BillingProvider
from storage.models import Appointment, Claim, EligibilityRow
from storage.models.base import LARGEST_NUMBER
from storage.serialise import from_json, to_json


class UnknownAppointment(LookupError):
    """No appointment has this number in this organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """What is kept of an appointment."""

    key: str
    """The schedule's own id: the same again is the same appointment."""
    patient_id: int
    on_day: date
    scheduled_on: date
    provider: BillingProvider
    coverages: tuple[OtherCoverage, ...] = ()
    """In the order of benefits; empty: the patient pays."""
    services: tuple[PlannedService, ...] = ()
    visit_type: str = ""


def schedule(session: Session, organisation_id: int, new: NewAppointment, *, ask_at: datetime | None) -> Appointment:
    """Keep an appointment once by its key; ``ask_at`` is when eligibility is asked first."""
    number = session.scalar(
        insert(Appointment)
        .values(
            organisation_id=organisation_id,
            key=new.key,
            patient_id=new.patient_id,
            on_day=new.on_day,
            scheduled_on=new.scheduled_on,
            visit_type=new.visit_type,
            provider=to_json(new.provider),
            coverages=[to_json(one) for one in new.coverages],
            services=[to_json(one) for one in new.services],
            next_question_at=ask_at if new.coverages else None,
        )
        .on_conflict_do_nothing()
        .returning(Appointment.number)
    )
    if number is not None:
        return session.get_one(Appointment, number)
    return session.scalars(select(Appointment).where(Appointment.key == new.key)).one()


def get(session: Session, number: int, *, for_update: bool = False) -> Appointment:
    """An appointment's row.

    Raises:
        UnknownAppointment: no such appointment in this organisation.
    """
    wanted = select(Appointment).where(Appointment.number == number)
    if for_update:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.scalar(wanted) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownAppointment(f"no appointment has the number {number}: look at `claimflow checkin list`")
    return row


def coverages_of(row: Appointment) -> tuple[OtherCoverage, ...]:
    """The coverages of an appointment in the order of benefits."""
    return tuple(from_json(OtherCoverage, one) for one in row.coverages)


def services_of(row: Appointment) -> tuple[PlannedService, ...]:
    """What is planned."""
    return tuple(from_json(PlannedService, one) for one in row.services)


def due_questions(session: Session, now: datetime, limit: int) -> list[int]:
    """Appointments whose payers are to be asked now, the soonest visit first."""
    wanted = (
        select(Appointment.number)
        .where(Appointment.next_question_at <= now, Appointment.state != "cancelled")
        .order_by(Appointment.on_day, Appointment.number)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def keep_answer(
    session: Session,
    organisation_id: int,
    *,
    key: str,
    patient_id: int,
    payer_code: str,
    service_date: date,
    asked_at: datetime,
    answer: EligibilityAnswer,
    claim_number: int | None = None,
    appointment_number: int | None = None,
) -> bool:
    """Keep an answer once for each key; False when it was kept before."""
    statement = insert(EligibilityRow).values(
        organisation_id=organisation_id,
        key=key,
        patient_id=patient_id,
        claim_number=claim_number,
        appointment_number=appointment_number,
        payer_code=payer_code,
        service_date=service_date,
        asked_at=asked_at,
        status=answer.status.value,
        answer=to_json(answer),
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(EligibilityRow.id)) is not None


def answers(
    session: Session, *, claim_number: int | None = None, appointment_number: int | None = None
) -> list[EligibilityRow]:
    """What payers answered about a claim or an appointment, the latest first."""
    wanted = select(EligibilityRow).order_by(EligibilityRow.asked_at.desc(), EligibilityRow.id.desc())
    if claim_number is not None:
        wanted = wanted.where(EligibilityRow.claim_number == claim_number)
    else:
        wanted = wanted.where(EligibilityRow.appointment_number == appointment_number)
    return list(session.scalars(wanted))


def latest_answer(session: Session, appointment_number: int, payer_code: str) -> EligibilityAnswer | None:
    """The last word of a payer about an appointment; silence is no word."""
    rows = answers(session, appointment_number=appointment_number)
    found = next((row for row in rows if row.payer_code == payer_code and row.status != "unknown"), None)
    return None if found is None else from_json(EligibilityAnswer, found.answer)


def listed(session: Session, *, on_day: date | None, limit: int, after: int | None) -> list[dict[str, Any]]:
    """Appointments, by number: ``{"appointment", "key", "date", "patient", "type", "payers", "state", "claim",
    "next_question_at"}``; no name."""
    wanted = select(Appointment).order_by(Appointment.number).limit(limit)
    if on_day is not None:
        wanted = wanted.where(Appointment.on_day == on_day)
    if after is not None:
        wanted = wanted.where(Appointment.number > after)
    return [document(row) for row in session.scalars(wanted)]


def document(row: Appointment) -> dict[str, Any]:
    """An appointment as people and programs see it."""
    return {
        "appointment": row.number,
        "key": row.key,
        "date": row.on_day.isoformat(),
        "patient": row.patient_id,
        "type": row.visit_type,
        "payers": [one.coverage.payer.code for one in coverages_of(row)],
        "state": row.state,
        "claim": row.claim_number,
        "next_question_at": row.next_question_at.isoformat() if row.next_question_at else None,
    }


def of_visit(session: Session, patient_id: int, service_date: date) -> Sequence[Appointment]:
    """A patient's appointments on a day."""
    wanted = select(Appointment).where(
        Appointment.patient_id == patient_id, Appointment.on_day == service_date, Appointment.state != "cancelled"
    )
    return session.scalars(wanted.order_by(Appointment.number)).all()


def with_desk_order(session: Session, patient_id: int, content: ClaimContent) -> ClaimContent:
    """A claim's content with its coverages as the desk put them in order at the check-in of that day."""
    arrived = [row for row in of_visit(session, patient_id, content.first_service) if row.state == "arrived"]
    return as_at_desk(content, coverages_of(arrived[0])) if len(arrived) == 1 else content


def of_claim(session: Session, claim: Claim) -> Appointment | None:
    """The appointment that became a claim: linked, or the only one of that patient and day."""
    linked = session.scalar(select(Appointment).where(Appointment.claim_number == claim.number))
    if linked is not None:
        return linked
    on_the_day = of_visit(session, claim.patient_id, claim.service_date)
    return on_the_day[0] if len(on_the_day) == 1 else None
