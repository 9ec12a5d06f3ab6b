"""Authorizations as rows: asked once for each service, on the claim once they are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from domain.coverage.authorization import WAITING, AuthorizationState, DecisionClock, parse_clocks
from storage.models import AuthorizationRow
from storage.models.base import LARGEST_NUMBER, Json
from storage.operator_files import rows

_WAITING = [state.value for state in WAITING]


class UnknownAuthorization(LookupError):
    """No authorization has this number in this organisation."""


@cache
def clocks() -> tuple[DecisionClock, ...]:
    """How long payers may take: ``reference_data/authorization_clocks.csv``."""
    return parse_clocks(rows("authorization_clocks.csv"))


def add(session: Session, values: Json) -> AuthorizationRow:
    """Keep a request once for its key; the same again is the one that stands."""
    statement = insert(AuthorizationRow).values(**values).on_conflict_do_nothing().returning(AuthorizationRow.number)
    number = session.scalar(statement)
    if number is not None:
        return session.get_one(AuthorizationRow, number)
    return session.scalars(select(AuthorizationRow).where(AuthorizationRow.key == values["key"])).one()


def get(session: Session, number: int, *, for_update: bool = False) -> AuthorizationRow:
    """An authorization's row.

    Raises:
        UnknownAuthorization: no such request in this organisation.
    """
    wanted = select(AuthorizationRow).where(AuthorizationRow.number == number)
    if for_update:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownAuthorization(f"no authorization has the number {number}: look at `claimflow authorization list`")
    return row


def due(session: Session, now: datetime) -> list[int]:
    """Requests that are to be asked, or asked again, now."""
    wanted = select(AuthorizationRow.number).where(
        AuthorizationRow.state.in_(_WAITING), AuthorizationRow.next_at <= now
    )
    return list(session.scalars(wanted.order_by(AuthorizationRow.next_at, AuthorizationRow.number).limit(200)))


def with_authorization(session: Session, patient_id: int, content: ClaimContent) -> ClaimContent:
    """A claim's content with the number that its first payer gave for one of its services on that day (REF*G1)."""
    if content.authorization_number:
        return content
    rows = session.scalars(
        select(AuthorizationRow)
        .where(
            AuthorizationRow.patient_id == patient_id,
            AuthorizationRow.payer_code == content.coverage.payer.code,
            AuthorizationRow.service_date == content.first_service,
            AuthorizationRow.state == AuthorizationState.APPROVED.value,
            AuthorizationRow.authorization_number != "",
        )
        .order_by(AuthorizationRow.number)
    )
    procedures = {line.procedure for line in content.lines}
    found = next((row for row in rows if row.request["procedure"] in procedures), None)
    return content if found is None else replace(content, authorization_number=found.authorization_number)


def listed(session: Session, *, only_waiting: bool, limit: int, after: int | None) -> list[dict[str, Any]]:
    """Authorizations by number."""
    wanted = select(AuthorizationRow).order_by(AuthorizationRow.number).limit(limit)
    if only_waiting:
        wanted = wanted.where(AuthorizationRow.state.in_(_WAITING))
    if after is not None:
        wanted = wanted.where(AuthorizationRow.number > after)
    return [document(row) for row in session.scalars(wanted)]


def document(row: AuthorizationRow) -> dict[str, Any]:
    """A request as people and programs see it."""
    return {
        "authorization": row.number,
        "appointment": row.appointment_number,
        "payer": row.payer_code,
        "procedure": row.request["procedure"],
        "service_date": row.service_date.isoformat(),
        "expedited": row.expedited,
        "state": row.state,
        "number": row.authorization_number or None,
        "reasons": row.reasons,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "due_rule": row.due_rule,
        "next_at": row.next_at.isoformat() if row.next_at else None,
    }
