"""The Medicare examination register as rows: written once for each denial, then moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.bulk import insert_rows
from storage.held import HELD_FOR_REVIEW, held_among
from storage.models import MedicareExamination
from storage.models.base import Json


def add(session: Session, rows: Sequence[Json]) -> None:
    """Enter denials; one that is known already, by claim, attempt and line, keeps its record."""
    if rows:
        insert_rows(session, MedicareExamination, rows, skip_known=True)


def of_attempt(session: Session, claim_number: int, attempt: int) -> list[MedicareExamination]:
    """The records of one attempt, in order of line."""
    return list(
        session.scalars(
            select(MedicareExamination)
            .where(MedicareExamination.claim_number == claim_number, MedicareExamination.attempt == attempt)
            .order_by(MedicareExamination.line)
        )
    )


def move(
    session: Session, claim_number: int, attempt: int | None, values: Json, *, by: str, on: date, states: Sequence[str]
) -> None:
    """Move the records of an attempt (of every attempt without one) that stand in these states."""
    statement = update(MedicareExamination).where(
        MedicareExamination.claim_number == claim_number, MedicareExamination.state.in_(states)
    )
    if attempt is not None:
        statement = statement.where(MedicareExamination.attempt == attempt)
    session.execute(statement.values(**values, moved_by=by, moved_on=on).execution_options(synchronize_session="fetch"))


def listed(
    session: Session, *, payer_kind: str | None = None, only_open: bool = False, limit: int, after: int | None = None
) -> list[dict[str, Any]]:
    """One page of the register, the oldest first."""
    statement = select(MedicareExamination)
    if payer_kind is not None:
        statement = statement.where(MedicareExamination.payer_kind == payer_kind)
    if only_open:
        statement = statement.where(MedicareExamination.state.in_(("due", "filed", "upheld")))
    if after is not None:
        statement = statement.where(MedicareExamination.id > after)
    rows = list(session.scalars(statement.order_by(MedicareExamination.id).limit(limit)))
    held = held_among(session, {row.claim_number for row in rows})
    return [document(row, held=row.claim_number in held) for row in rows]


def document(row: MedicareExamination, *, held: bool = False) -> dict[str, Any]:
    """A record as people and programs see it; of a claim that is ``held`` for review without the payer's codes."""
    return {
        "record": row.id,
        "claim": row.claim_number,
        "attempt": row.attempt,
        "line": row.line or None,
        "payer": row.payer_code,
        "payer_kind": row.payer_kind,
        "reasons": [] if held else row.reasons,
        "refused_cents": row.refused_cents,
        "route": row.route,
        "why": HELD_FOR_REVIEW if held else row.why,
        "state": row.state,
        "level": row.level or None,
        "appeal": row.appeal_number,
        "found_on": row.found_on.isoformat(),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "moved_on": row.moved_on.isoformat() if row.moved_on else None,
        "moved_by": row.moved_by or None,
    }
