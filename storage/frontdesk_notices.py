"""Advance beneficiary notices as rows: issued, signed before the service, and their modifiers on the claim's lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, ServiceLine
from domain.coverage.advance_notice import Cause, Option, SignedNotice, not_to_be_billed, on_line, why_none
from domain.coverage.coverage import PayerKind
from storage import frontdesk
from storage.models import AdvanceNotice
from storage.models.base import LARGEST_NUMBER


class NoNotice(ValueError):
    """Why a notice may not be given, or is not signed."""


def issue(
    session: Session,
    organisation_id: int,
    appointment_number: int,
    *,
    cause: Cause,
    procedures: tuple[str, ...],
    by: str,
    today: date,
) -> AdvanceNotice:
    """Keep a notice for services of an appointment, once for each cause; it estimates their charges.

    Raises:
        UnknownAppointment: no such appointment.
        NoNotice: the first payer is not Medicare itself, the cause allows none, the service was before, or a service
            is not planned or has no charge.
    """
    row = frontdesk.get(session, appointment_number)
    told = frontdesk.coverages_of(row)
    if not told:
        raise NoNotice("the patient has no coverage: make a good faith estimate instead")
    if why := why_none(told[0].coverage.payer.kind, cause):
        raise NoNotice(why)
    if today > row.on_day:
        raise NoNotice(f"the service was on {row.on_day}: a notice that comes after it is none")
    planned: dict[str, int] = {}
    for service in frontdesk.services_of(row):
        planned[service.procedure] = planned.get(service.procedure, 0) + service.charge_cents
    if not procedures or not set(procedures) <= planned.keys():
        raise NoNotice(f"name services that are planned for appointment {appointment_number}")
    if free := sorted(one for one in set(procedures) if planned[one] <= 0):
        raise NoNotice(f"{', '.join(free)}: planned without a charge, and a notice tells what it would cost")
    key = f"appointment:{appointment_number}:{cause.value}"
    session.execute(
        insert(AdvanceNotice)
        .values(
            organisation_id=organisation_id,
            key=key,
            patient_id=row.patient_id,
            appointment_number=appointment_number,
            service_date=row.on_day,
            cause=cause.value,
            procedures=sorted(set(procedures)),
            estimated_cents=sum(planned[one] for one in set(procedures)),
            issued_on=today,
            by=by,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(select(AdvanceNotice).where(AdvanceNotice.key == key)).one()


def get(session: Session, number: int, *, for_update: bool = False) -> AdvanceNotice:
    """A notice's row.

    Raises:
        NoNotice: there is none of this number in this organisation.
    """
    wanted = select(AdvanceNotice).where(AdvanceNotice.number == number)
    if for_update:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if number <= LARGEST_NUMBER else None
    if row is None:
        raise NoNotice(f"no notice has the number {number}")
    return row


def sign(
    session: Session, number: int, *, option: Option, on: date, signer: str = "patient", taken_by: str = ""
) -> AdvanceNotice:
    """Keep what was ticked, when and by whom; a notice is signed between its issue and the service.

    Another option later is a change of mind, written on the same paper: the day of the first signature stands.

    Raises:
        NoNotice: there is none, it was signed with this option, the service was before, or it was not issued yet.
    """
    row = get(session, number, for_update=True)
    if row.signed_on is not None:
        return _change_of_mind(session, row, option, on, signer, taken_by)
    if on > row.service_date:
        raise NoNotice(f"the service was on {row.service_date}: a notice that comes after it is none")
    if on < row.issued_on:
        raise NoNotice(f"notice {number} was issued on {row.issued_on}: nobody signed it before")
    row.signed_on, row.option = on, int(option.value)
    row.signed_by, row.taken_by = signer, taken_by
    session.flush()
    return row


def _change_of_mind(
    session: Session, row: AdvanceNotice, option: Option, on: date, signer: str, taken_by: str
) -> AdvanceNotice:
    assert row.signed_on is not None
    if row.option == int(option.value):
        raise NoNotice(f"notice {row.number} was signed on {row.signed_on} with option {row.option}")
    if on < row.signed_on:
        raise NoNotice(f"notice {row.number} was signed on {row.signed_on}: nobody changed it before")
    change = {"from": row.option, "to": int(option.value), "on": on.isoformat(), "by": signer, "taken_by": taken_by}
    row.changes = [*row.changes, change]
    row.option = int(option.value)
    session.flush()
    return row


def as_signed(row: AdvanceNotice) -> SignedNotice:
    """A notice as rules know it."""
    return SignedNotice(
        cause=Cause(row.cause),
        service_date=row.service_date,
        signed_on=row.signed_on,
        option=Option(str(row.option)) if row.option is not None else None,
    )


def document(row: AdvanceNotice) -> dict[str, Any]:
    """A notice as people and programs see it."""
    return {
        "notice": row.number,
        "appointment": row.appointment_number,
        "service_date": row.service_date.isoformat(),
        "cause": row.cause,
        "procedures": row.procedures,
        "estimated_cents": row.estimated_cents,
        "issued_on": row.issued_on.isoformat(),
        "issued_by": row.by,
        "option": row.option,
        "signed_on": row.signed_on.isoformat() if row.signed_on else None,
        "signed_by": row.signed_by,
        "taken_by": row.taken_by,
        "changes": row.changes,
        "papers": row.papers,
    }


def with_modifiers(session: Session, patient_id: int, content: ClaimContent) -> ClaimContent:
    """A claim's content with GA, GX, GY or GZ on the lines of a notice of its patient and day; Medicare first only."""
    if content.coverage.payer.kind is not PayerKind.MEDICARE:
        return content
    rows = session.scalars(
        select(AdvanceNotice)
        .where(AdvanceNotice.patient_id == patient_id, AdvanceNotice.service_date == content.first_service)
        .order_by(AdvanceNotice.number)
    ).all()
    for row in rows:
        lines = tuple(_with(line, row) if line.procedure in row.procedures else line for line in content.lines)
        content = replace(content, lines=lines)
    return content


def kept_from_medicare(session: Session, patient_id: int, day: date) -> dict[str, AdvanceNotice]:
    """By procedure, the notices of a day by which the patient wants no bill to Medicare; the last one counts."""
    rows = session.scalars(
        select(AdvanceNotice)
        .where(AdvanceNotice.patient_id == patient_id, AdvanceNotice.service_date == day)
        .order_by(AdvanceNotice.number)
    )
    last = {procedure: row for row in rows if row.signed_on is not None for procedure in row.procedures}
    return {procedure: row for procedure, row in last.items() if not_to_be_billed(as_signed(row))}


def _with(line: ServiceLine, row: AdvanceNotice) -> ServiceLine:
    found = on_line(line.modifiers, as_signed(row))
    return line if found is None else replace(line, modifiers=found)
