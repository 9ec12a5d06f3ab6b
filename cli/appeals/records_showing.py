"""A request for records as people and programs see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cli.failures import Negative
from domain.cases.kinds import RECORDS
from storage.models import CaseRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def document(session: Session, number: int) -> dict[str, Any]:
    """One request.

    Raises:
        Negative: there is none of this number.
    """
    row = session.scalars(select(CaseRow).where(CaseRow.kind == RECORDS, CaseRow.number == number)).one_or_none()
    if row is None:
        raise Negative(f"no request for records has the number {number}: see `claimflow records list`")
    return as_document(row)


def listed(session: Session, *, only_open: bool, limit: int) -> list[dict[str, Any]]:
    """Requests, the soonest due first."""
    statement = select(CaseRow).where(CaseRow.kind == RECORDS)
    if only_open:
        statement = statement.where(CaseRow.state != "closed")
    rows = session.scalars(statement.order_by(CaseRow.due_on, CaseRow.number).limit(limit))
    return [as_document(row) for row in rows]


def as_document(row: CaseRow) -> dict[str, Any]:
    """A row's JSON."""
    return {
        "request": row.number,
        "claim": row.claim_number,
        "payer": row.details.get("payer_code"),
        "asked_by": row.details.get("asked_by"),
        "attachment_control_number": row.details.get("attachment_control_number"),
        "checklist": row.details.get("checklist", []),
        "state": row.state,
        "due_on": row.due_on.isoformat(),
        "due_rule": row.due_rule,
        "owner": row.owner,
        "decision": row.decision or None,
        "proof": row.details.get("proof"),
        "late": row.details.get("late"),
    }
