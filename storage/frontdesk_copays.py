"""Copays as rows: due once for each appointment, paid by receipts, and put on the claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from storage.models import Appointment, Claim, CopayRow, Receipt, Submission
from storage.models.base import LARGEST_NUMBER, Json

DUE, PAID, NOT_DUE, RESEARCHED = "due", "paid", "not_due", "researched"


class UnknownCopay(LookupError):
    """No copay has this number in this organisation."""


def add(session: Session, values: Json) -> CopayRow:
    """Keep a copay once for its key; the same again is the one that stands."""
    number = session.scalar(insert(CopayRow).values(**values).on_conflict_do_nothing().returning(CopayRow.number))
    if number is not None:
        return session.get_one(CopayRow, number)
    return session.scalars(select(CopayRow).where(CopayRow.key == values["key"])).one()


def get(session: Session, number: int, *, for_update: bool = False) -> CopayRow:
    """A copay's row.

    Raises:
        UnknownCopay: no such copay in this organisation.
    """
    wanted = select(CopayRow).where(CopayRow.number == number)
    if for_update:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownCopay(f"no copay has the number {number}: look at `claimflow copay list`")
    return row


def of_case(session: Session, case_number: int) -> CopayRow:
    """The copay that a research is about, locked."""
    wanted = select(CopayRow).where(CopayRow.case_number == case_number).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def payment_id(number: int, own_id: str) -> str:
    """The id of a payment of a copay: its receipt is found by it."""
    return f"copay:{number}:{own_id}"


def received_cents(session: Session, number: int) -> int:
    """What receipts say was paid on a copay, by hand or by card."""
    mine = payment_id(number, "")
    total = session.scalar(
        select(func.coalesce(func.sum(Receipt.amount_cents), 0)).where(
            or_(
                Receipt.key.startswith(f"hand/{mine}", autoescape=True),
                Receipt.key.startswith(f"hand/card/{mine}", autoescape=True),
            )
        )
    )
    return int(total or 0)


def unpaid_before(session: Session, day: date) -> list[int]:
    """Copays that were due before a day, are not paid, and nobody researches yet."""
    wanted = select(CopayRow.number).where(
        CopayRow.state == DUE, CopayRow.due_on < day, CopayRow.case_number.is_(None)
    )
    return list(session.scalars(wanted.order_by(CopayRow.number)))


def with_copay(session: Session, patient_id: int, content: ClaimContent) -> ClaimContent:
    """A claim's content with what the patient paid at the desk that day (AMT*F5), where it says nothing itself."""
    if content.patient_paid_cents:
        return content
    paid = session.scalar(
        select(func.coalesce(func.sum(CopayRow.paid_cents), 0))
        .join(Appointment, Appointment.number == CopayRow.appointment_number)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.on_day == content.first_service,
            CopayRow.claim_number.is_(None),
        )
    )
    return replace(content, patient_paid_cents=min(int(paid or 0), content.charge_cents)) if paid else content


def link_claim(session: Session, claim: Claim) -> None:
    """Tie the appointments of a claim's patient and day, and their copays, to it, where they have no claim yet."""
    waiting = session.scalars(
        select(Appointment).where(
            Appointment.patient_id == claim.patient_id,
            Appointment.on_day == claim.service_date,
            Appointment.claim_number.is_(None),
            Appointment.state != "cancelled",
        )
    ).all()
    for appointment in waiting:
        appointment.claim_number = claim.number
        copays = select(CopayRow).where(CopayRow.appointment_number == appointment.number)
        for copay in session.scalars(copays):
            copay.claim_number = claim.number


def was_sent(session: Session, claim_number: int) -> bool:
    """Whether an attempt of a claim was made: its content is what the payer has."""
    found = select(Submission.id).where(Submission.claim_number == claim_number).limit(1)
    return session.scalar(found) is not None


def listed(session: Session, *, only_open: bool, limit: int, after: int | None) -> list[dict[str, Any]]:
    """Copays by number."""
    wanted = select(CopayRow).order_by(CopayRow.number).limit(limit)
    if only_open:
        wanted = wanted.where(CopayRow.state == DUE)
    if after is not None:
        wanted = wanted.where(CopayRow.number > after)
    return [document(row) for row in session.scalars(wanted)]


def document(row: CopayRow) -> dict[str, Any]:
    """A copay as people and programs see it."""
    return {
        "copay": row.number,
        "appointment": row.appointment_number,
        "account": row.account_number,
        "claim": row.claim_number,
        "research": row.case_number,
        "due_on": row.due_on.isoformat(),
        "due_cents": row.due_cents,
        "paid_cents": row.paid_cents,
        "state": row.state,
        "why": row.why,
        "decided_by": row.decided_by or None,
        "decided_reason": row.decided_reason or None,
    }
