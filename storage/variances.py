"""Variances as rows: found by posting, ended by a person or by the payer's reversal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.bulk import chunks, insert_rows
from storage.models import RemittanceClaim, Variance
from storage.models.base import LARGEST_NUMBER, Json

OPEN, APPEALED, ACCEPTED, SETTLED = "open", "appealed", "accepted", "settled"


class UnknownVariance(LookupError):
    """No variance has this number in this organisation."""


def add_all(session: Session, rows: Sequence[Json]) -> None:
    """Write variances, each once for its decision and line."""
    insert_rows(session, Variance, rows, skip_known=True)


def settle(session: Session, decision_keys: Collection[str], *, by: str, reason: str) -> list[int]:
    """End what waits of decisions that were taken back; return the ids of these decisions' rows."""
    found: set[int] = set()
    for chunk in chunks(sorted(decision_keys)):
        taken_back = select(RemittanceClaim.id).where(RemittanceClaim.key == func.any(list(chunk)))
        found |= set(
            session.scalars(
                update(Variance)
                .where(Variance.remittance_claim_id.in_(taken_back), Variance.state.in_((OPEN, APPEALED)))
                .values(state=SETTLED, decided_by=by, decided_reason=reason)
                .returning(Variance.remittance_claim_id)
                .execution_options(synchronize_session=False)
            )
        )
    return sorted(found)


def claim_of(session: Session, number: int) -> int:
    """The claim of a variance, which is to be locked before it.

    Raises:
        UnknownVariance: no such variance in this organisation.
    """
    known = number <= LARGEST_NUMBER
    claim_number = session.scalar(select(Variance.claim_number).where(Variance.id == number)) if known else None
    if claim_number is None:
        raise UnknownVariance(f"no variance has the number {number}: look at `claimflow variance list`")
    return claim_number


def get(session: Session, number: int) -> Variance:
    """A variance's row, locked.

    Raises:
        UnknownVariance: no such variance in this organisation.
    """
    row = (
        session.get(Variance, number, populate_existing=True, with_for_update=True)
        if number <= LARGEST_NUMBER
        else None
    )
    if row is None:
        raise UnknownVariance(f"no variance has the number {number}: look at `claimflow variance list`")
    return row


def of_decision(session: Session, remittance_claim_id: int, states: Collection[str]) -> list[Variance]:
    """The variances of one decision in these states, locked, by line."""
    return list(
        session.scalars(
            select(Variance)
            .where(Variance.remittance_claim_id == remittance_claim_id, Variance.state.in_(states))
            .order_by(Variance.line)
            .with_for_update()
        )
    )


def listed(
    session: Session, *, payer: str | None = None, only_open: bool = False, limit: int, after: int | None = None
) -> list[dict[str, Any]]:
    """Variances, the newest first."""
    statement = select(Variance).order_by(Variance.id.desc()).limit(limit)
    if payer is not None:
        statement = statement.where(Variance.payer_code == payer)
    if only_open:
        statement = statement.where(Variance.state == OPEN)
    if after is not None:
        statement = statement.where(Variance.id < after)
    return [shown(row) for row in session.scalars(statement)]


def shown(row: Variance) -> dict[str, Any]:
    """One variance, for people and scripts; ``short_cents`` is negative where more was allowed than agreed."""
    return {
        "variance": row.id,
        "claim": row.claim_number,
        "line": row.line,
        "payer": row.payer_code,
        "procedure": row.procedure,
        "expected_cents": row.expected_cents,
        "allowed_cents": row.allowed_cents,
        "short_cents": row.expected_cents - row.allowed_cents,
        "terms": row.terms,
        "state": row.state,
        "by": row.decided_by,
        "reason": row.decided_reason,
        "date": row.business_date.isoformat(),
    }


def decide(rows: Sequence[Variance], *, state: str, by: str, reason: str) -> None:
    """Keep a person's decision on some variances."""
    for row in rows:
        row.state, row.decided_by, row.decided_reason = state, by, reason
