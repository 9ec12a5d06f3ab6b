"""Advance beneficiary notices as rows: issued, signed before the service, and their modifiers on the claim's lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, ServiceLine
from domain.coverage.advance_notice import Cause, Option, SignedNotice, modifiers, why_none
from domain.coverage.coverage import PayerKind
from storage import frontdesk
from storage.models import AdvanceNotice

_FULL = 4
"""Most modifiers of a line (SV101-3 to SV101-6)."""


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
        NoNotice: the first payer is not Medicare itself, the cause allows none, or a service is not planned.
    """
    row = frontdesk.get(session, appointment_number)
    told = frontdesk.coverages_of(row)
    if not told:
        raise NoNotice("the patient has no coverage: make a good faith estimate instead")
    if why := why_none(told[0].coverage.payer.kind, cause):
        raise NoNotice(why)
    planned = {service.procedure: service.charge_cents for service in frontdesk.services_of(row)}
    if not procedures or not set(procedures) <= planned.keys():
        raise NoNotice(f"name services that are planned for appointment {appointment_number}")
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
            procedures=sorted(procedures),
            estimated_cents=sum(planned[one] for one in set(procedures)),
            issued_on=today,
            by=by,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(select(AdvanceNotice).where(AdvanceNotice.key == key)).one()


def sign(session: Session, number: int, *, option: Option, on: date) -> AdvanceNotice:
    """Keep what the patient ticked and when; a notice is signed once, before the service.

    Raises:
        NoNotice: there is none, it was signed already, or the service was before.
    """
    row = session.scalars(
        select(AdvanceNotice).where(AdvanceNotice.number == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise NoNotice(f"no notice has the number {number}")
    if row.signed_on is not None:
        raise NoNotice(f"notice {number} was signed on {row.signed_on}")
    if on > row.service_date:
        raise NoNotice(f"the service was on {row.service_date}: a notice that comes after it is none")
    row.signed_on, row.option = on, int(option.value)
    session.flush()
    return row


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
        option = Option(str(row.option)) if row.option is not None else None
        cause = Cause(row.cause)
        notice = SignedNotice(cause=cause, service_date=row.service_date, signed_on=row.signed_on, option=option)
        added = modifiers(notice, cause)
        lines = tuple(_with(line, added) if line.procedure in row.procedures else line for line in content.lines)
        content = replace(content, lines=lines)
    return content


def _with(line: ServiceLine, added: tuple[str, ...]) -> ServiceLine:
    new = tuple(one for one in added if one not in line.modifiers)
    room = _FULL - len(line.modifiers)
    return replace(line, modifiers=(*line.modifiers, *new)) if new and len(new) <= room else line
