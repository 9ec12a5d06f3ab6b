"""Orders to send good faith estimates, as rows beside their outbox rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.models import EstimateRow, EstimateSending, Outbox

UNDER_WAY = ("intended", "sending")


def of_outbox(session: Session, outbox_id: int) -> EstimateSending:
    """The order that an outbox row carries out."""
    return session.scalars(select(EstimateSending).where(EstimateSending.outbox_id == outbox_id)).one()


def of_estimate(session: Session, number: int) -> list[EstimateSending]:
    """The orders of an estimate, the first one first."""
    wanted = select(EstimateSending).where(EstimateSending.estimate_number == number)
    return list(session.scalars(wanted.order_by(EstimateSending.attempt)))


def under_way(session: Session, number: int) -> EstimateSending | None:
    """The order whose paper has not left yet and still may."""
    return session.scalars(
        select(EstimateSending)
        .join(Outbox, Outbox.id == EstimateSending.outbox_id)
        .where(EstimateSending.estimate_number == number, Outbox.state.in_(UNDER_WAY))
    ).first()


def outbox_ids() -> Select[tuple[int]]:
    """The outbox rows that have estimates' own sender, whatever their way."""
    return select(EstimateSending.outbox_id)


def newer(session: Session, row: EstimateRow, kind: str) -> int | None:
    """The newest estimate of the same visit that came after this one; None where this one is the newest."""
    return session.scalar(
        select(func.max(EstimateRow.number)).where(
            EstimateRow.kind == kind,
            EstimateRow.appointment_number == row.appointment_number,
            EstimateRow.number > row.number,
        )
    )


def documents(session: Session, number: int) -> list[dict[str, Any]]:
    """The orders of an estimate as people and programs see them, with how each ended."""
    rows = session.execute(
        select(EstimateSending, Outbox)
        .join(Outbox, Outbox.id == EstimateSending.outbox_id)
        .where(EstimateSending.estimate_number == number)
        .order_by(EstimateSending.attempt)
    )
    return [
        {
            "way": "e-mail" if sending.channel == "email" else "mail",
            "language": sending.language,
            "ordered_on": sending.ordered_on.isoformat(),
            "by": sending.by,
            "outbox": box.id,
            "state": box.state,
            "left_on": sending.left_on.isoformat() if sending.left_on else None,
            "why": box.last_error,
        }
        for sending, box in rows
    ]
