"""Doorbells: rows that tell the dispatcher which workflow must look at its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, aliased

from domain.doorbell import Doorbell
from storage.bulk import insert_rows
from storage.models import WorkflowMessage

CHANNEL = "claimflow_doorbell"
"""``LISTEN`` here to be woken; the payload is empty, the rows are the truth."""

_LONGEST_PAUSE_SECONDS = 60


def ring(session: Session, organisation_id: int, doorbell: Doorbell) -> int:
    """Write the message in the transaction of its cause, wake the dispatcher at commit, return its id."""
    return ring_all(session, organisation_id, [doorbell])[0]


def ring_all(session: Session, organisation_id: int, doorbells: Sequence[Doorbell]) -> list[int]:
    """Write many messages in one statement for each chunk; return their ids in the order given."""
    if not doorbells:
        return []
    rows = [
        {
            "organisation_id": organisation_id,
            "recipient": bell.recipient.value,
            "number": bell.number,
            "kind": bell.kind.value,
            "reference": bell.reference,
            "outcome": bell.outcome,
            "business_at": bell.business_at,
        }
        for bell in doorbells
    ]
    # Ids ascend in the order given: the dispatcher delivers in order of them.
    ids = sorted(row.id for row in insert_rows(session, WorkflowMessage, rows, returning=("id",)))
    session.execute(select(func.pg_notify(CHANNEL, "")))
    return ids


def due(session: Session, limit: int) -> list[WorkflowMessage]:
    """Return undelivered messages in id order.

    A message that failed waits for its pause, and the later messages of the same workflow wait behind it.
    When a delivery fails, the dispatcher skips the rest of that workflow's messages in the list it holds.
    """
    earlier = aliased(WorkflowMessage)
    waits = (
        select(1)
        .where(
            earlier.recipient == WorkflowMessage.recipient,
            earlier.number == WorkflowMessage.number,
            earlier.organisation_id == WorkflowMessage.organisation_id,
            earlier.id <= WorkflowMessage.id,
            earlier.delivered_at.is_(None),
            earlier.retry_at > func.clock_timestamp(),
        )
        .exists()
    )
    statement = (
        select(WorkflowMessage)
        .where(WorkflowMessage.delivered_at.is_(None), ~waits)
        .order_by(WorkflowMessage.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def mark_delivered(session: Session, ids: Iterable[int]) -> None:
    """Keep that these messages reached their workflows."""
    session.execute(
        update(WorkflowMessage)
        .where(WorkflowMessage.id.in_(list(ids)), WorkflowMessage.delivered_at.is_(None))
        .values(delivered_at=func.clock_timestamp(), last_error="")
        .execution_options(synchronize_session=False)
    )


def mark_failed(session: Session, message_id: int, error: str) -> None:
    """Keep the error and pause the message: 2, 4, 8 ... at most 60 seconds of real time."""
    session.execute(
        update(WorkflowMessage)
        .where(WorkflowMessage.id == message_id, WorkflowMessage.delivered_at.is_(None))
        .values(
            attempts=WorkflowMessage.attempts + 1,
            last_error=error[:500],
            retry_at=text(
                "clock_timestamp() + make_interval(secs => "
                f"least({_LONGEST_PAUSE_SECONDS}, power(2, least(attempts + 1, 10))))"
            ),
        )
        .execution_options(synchronize_session=False)
    )
