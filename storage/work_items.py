"""What a person must do, by when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.bulk import insert_rows
from storage.models import WorkItem
from storage.models.base import Json

UNDERPAID, OVERPAID, UNDERPAYMENT_APPEALED = "underpaid", "paid_over_contract", "underpayment_appealed"
DIAGNOSIS_AUDIT, HELD_FOR_REVIEW = "diagnosis_audit", "held_for_review"
_OUTLIVES_ITS_CLAIM = (UNDERPAID, OVERPAID, UNDERPAYMENT_APPEALED, DIAGNOSIS_AUDIT, HELD_FOR_REVIEW)
"""What a payer owes by contract waits for a person also when the claim has moved on to its patient, or is closed; a
question about a chart is answered after the claim went, and a review ends by its own decision."""


def open_item(
    session: Session,
    organisation_id: int,
    *,
    key: str,
    kind: str,
    reason: str,
    remedy: str,
    owner: str,
    due_on: date,
    opened_on: date,
    claim_number: int | None = None,
    account_number: int | None = None,
    details: Json | None = None,
) -> bool:
    """Open a work item; False when the key was opened before, also when it is closed by now."""
    statement = insert(WorkItem).values(
        organisation_id=organisation_id,
        key=key,
        kind=kind,
        claim_number=claim_number,
        account_number=account_number,
        reason=reason,
        remedy=remedy,
        details=details or {},
        owner=owner,
        due_on=due_on,
        opened_on=opened_on,
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(WorkItem.id)) is not None


def open_all(session: Session, organisation_id: int, items: Sequence[Json]) -> None:
    """Open many items in one statement for each chunk: rows with the columns of ``WorkItem``, all the same ones."""
    insert_rows(session, WorkItem, [{"organisation_id": organisation_id} | item for item in items], skip_known=True)


def close_by_key(session: Session, keys: Collection[str], *, by: str, on: date) -> int:
    """Close the open items of these keys; return how many."""
    statement = update(WorkItem).where(WorkItem.closed_on.is_(None), WorkItem.key.in_(keys))
    return len(session.scalars(statement.values(closed_on=on, closed_by=by).returning(WorkItem.id)).all())


def close_items(
    session: Session,
    *,
    claim_number: int | None = None,
    account_number: int | None = None,
    kinds: Collection[str] | None = None,
    by: str,
    on: date,
) -> int:
    """Close the open items of a claim or an account, of these kinds only if given; return how many.

    Without kinds, what the payer owes by its contract stays open: only its own story ends it.

    Raises:
        ValueError: neither claim nor account is named.
    """
    if claim_number is None and account_number is None:
        raise ValueError("work items are closed for a claim or an account, never for all")
    statement = update(WorkItem).where(WorkItem.closed_on.is_(None))
    if claim_number is not None:
        statement = statement.where(WorkItem.claim_number == claim_number)
    if account_number is not None:
        statement = statement.where(WorkItem.account_number == account_number)
    if kinds is not None:
        statement = statement.where(WorkItem.kind.in_(kinds))
    else:
        statement = statement.where(WorkItem.kind.not_in(_OUTLIVES_ITS_CLAIM))
    return len(session.scalars(statement.values(closed_on=on, closed_by=by).returning(WorkItem.id)).all())
