"""Levels of appeals and their evidence as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.held import held_among
from storage.models import Appeal, AppealEvidence, File, WorkItem
from storage.models.base import Json
from storage.practice_day import next_date


class UnknownAppeal(LookupError):
    """No appeal has this number in this organisation."""


def get(session: Session, number: int, *, for_update: bool = False) -> Appeal:
    """Return a level's row, locked to the end of the transaction with ``for_update``; its claim goes first.

    Raises:
        UnknownAppeal: no such appeal in this organisation.
    """
    statement = select(Appeal).where(Appeal.number == number)
    if for_update:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.scalar(statement)
    if row is None:
        raise UnknownAppeal(f"no appeal has the number {number}")
    return row


def add(session: Session, values: Json) -> Appeal:
    """Open a level."""
    number = session.scalar(insert(Appeal).values(**values).returning(Appeal.number))
    return session.get_one(Appeal, number)


def of_claim(session: Session, claim_number: int) -> list[Appeal]:
    """Every level about a claim, locked, the oldest first."""
    return list(
        session.scalars(
            select(Appeal)
            .where(Appeal.claim_number == claim_number)
            .order_by(Appeal.number)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def filed_as(session: Session, reference: str) -> Appeal | None:
    """The level whose letter has this number of ours."""
    if not reference:
        return None
    newest = select(Appeal).where(Appeal.reference == reference).order_by(Appeal.number.desc()).limit(1)
    return session.scalars(newest).one_or_none()


def times_filed(session: Session, claim_number: int, denial: int, level: int) -> int:
    """How often a level was filed about a decision."""
    filed = select(func.count()).where(
        Appeal.claim_number == claim_number,
        Appeal.denial == denial,
        Appeal.level == level,
        Appeal.reference != "",
    )
    return session.scalar(filed) or 0


def add_evidence(session: Session, rows: Sequence[Json]) -> None:
    """Write the checklist of a level."""
    if rows:
        session.execute(insert(AppealEvidence).on_conflict_do_nothing(), list(rows))


def evidence_of(session: Session, number: int) -> list[AppealEvidence]:
    """The checklist of a level, as it was written."""
    rows = select(AppealEvidence).where(AppealEvidence.appeal_number == number)
    return list(session.scalars(rows.order_by(AppealEvidence.id)))


def acceptance_file(session: Session, control_number: str, accepted_on: date) -> int | None:
    """Id of the kept 277CA that tells of an attempt, received about the day on which it was accepted."""
    near = timedelta(days=2)
    statement = (
        select(File.id)
        .where(
            File.direction == "in",
            File.kind.contains("277CA"),
            func.date(File.business_at).between(accepted_on - near, accepted_on + near),
            func.position(control_number.encode(), File.content) > 0,
        )
        .order_by(File.id)
        .limit(1)
    )
    return session.scalar(statement)


def close_questions(session: Session, prefix: str, *, by: str, on: date) -> None:
    """Close the open work items whose keys begin so."""
    session.execute(
        update(WorkItem)
        .where(WorkItem.closed_on.is_(None), WorkItem.key.startswith(prefix, autoescape=True))
        .values(closed_on=on, closed_by=by)
        .execution_options(synchronize_session=False)
    )


def listed(
    session: Session,
    *,
    only_open: bool = False,
    claim_number: int | None = None,
    limit: int = 50,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """One page of levels, the oldest first."""
    where: list[ColumnElement[bool]] = []
    if only_open:
        where.append(Appeal.state != "closed")
    if claim_number is not None:
        where.append(Appeal.claim_number == claim_number)
    if after is not None:
        where.append(Appeal.number > after)
    rows = list(session.scalars(select(Appeal).where(*where).order_by(Appeal.number).limit(limit)))
    held = held_among(session, {row.claim_number for row in rows})
    return [document(row, held=row.claim_number in held) for row in rows]


def document(row: Appeal, *, held: bool = False) -> dict[str, Any]:
    """A level as people and programs see it; of a claim that is ``held`` for review without the payer's codes."""
    return {
        "appeal": row.number,
        "claim": row.claim_number,
        "attempt": row.attempt,
        "payer": row.payer_code,
        "level": row.level,
        "level_name": row.level_name,
        "state": row.state,
        "reasons": [] if held else row.reasons,
        "amount_cents": row.amount_cents,
        "notice_on": _day(row.notice_on),
        "file_by": _day(row.file_by),
        "file_rule": row.file_rule,
        "late_under": row.late_under or None,
        "opened_by": row.opened_by,
        "opened_on": _day(row.opened_on),
        "reference": row.reference or None,
        "filed_on": _day(row.filed_on),
        "filed_by": row.filed_by or None,
        "decision_due": _day(row.decision_due),
        "decision": row.decision or None,
        "decided_on": _day(row.decided_on),
        "next_file_by": _day(row.next_file_by),
        "owner": row.owner,
        "next_date": next_date(row),
        "next_what": row.next_what,
        "closed_on": _day(row.closed_on),
    }


def evidence_document(row: AppealEvidence) -> dict[str, Any]:
    """One thing of a checklist as people and programs see it."""
    return {
        "item": row.item,
        "what": row.what,
        "need": row.need,
        "provided_by": row.provided_by or None,
        "provided_on": _day(row.provided_on),
        "waived": row.waived,
        "note": row.note,
        "file": row.file_id,
        "source": row.source,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
