"""Notices, flags, placements and hard conversations as rows; and what complaints add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cases.kinds import ASSISTANCE, COMPLAINT, CaseState
from storage.models import (
    AgencyPlacement,
    CareNotice,
    CaseRow,
    Entry,
    HardConversation,
    PatientFlagRow,
    Posting,
    StaffRole,
)
from storage.models.base import Json

PLACED, RECALLED, PAID = "placed", "recalled", "paid"
"""States of a placement."""


class UnknownPlacement(LookupError):
    """No placement has this number in this organisation."""


def keep_notice(session: Session, organisation_id: int, values: Json) -> bool:
    """Keep that a notice was given, once for each key; False where it was kept before."""
    row = insert(CareNotice).values(organisation_id=organisation_id, **values).on_conflict_do_nothing()
    return session.scalar(row.returning(CareNotice.id)) is not None


def last_notice(session: Session, account_number: int, kinds: Collection[str]) -> date | None:
    """The last day on which one of these was provided."""
    return session.scalar(
        select(func.max(CareNotice.provided_on)).where(
            CareNotice.account_number == account_number, CareNotice.kind.in_(kinds)
        )
    )


def notices_of(session: Session, account_number: int) -> list[dict[str, Any]]:
    """Every notice of an account, the oldest first."""
    rows = session.scalars(
        select(CareNotice).where(CareNotice.account_number == account_number).order_by(CareNotice.id)
    )
    return [
        {
            "kind": row.kind,
            "provided_on": row.provided_on.isoformat(),
            "language": row.language,
            "by": row.by,
            "case": row.case_number,
            "mailed": row.outbox_id is not None,
        }
        for row in rows
    ]


def flags_of(session: Session, account_number: int) -> list[PatientFlagRow]:
    """Every flag of an account, in order."""
    statement = select(PatientFlagRow).where(PatientFlagRow.account_number == account_number)
    return list(session.scalars(statement.order_by(PatientFlagRow.id)))


def open_cases(session: Session, account_number: int, kind: str) -> list[CaseRow]:
    """Cases of a kind about an account, with those about its claims, that are not closed, in order."""
    statement = select(CaseRow).where(
        CaseRow.account_number == account_number, CaseRow.kind == kind, CaseRow.state != CaseState.CLOSED.value
    )
    return list(session.scalars(statement.order_by(CaseRow.number)))


def awards_of(session: Session, account_number: int) -> list[CaseRow]:
    """Approved applications of an account, in order."""
    statement = select(CaseRow).where(
        CaseRow.account_number == account_number, CaseRow.kind == ASSISTANCE, CaseRow.decision == "approved"
    )
    return list(session.scalars(statement.order_by(CaseRow.number)))


def placements_of(session: Session, account_number: int, state: str | None = None) -> list[AgencyPlacement]:
    """Placements of an account, locked, in order."""
    statement = select(AgencyPlacement).where(AgencyPlacement.account_number == account_number)
    if state is not None:
        statement = statement.where(AgencyPlacement.state == state)
    locked = statement.order_by(AgencyPlacement.number).with_for_update()
    return list(session.scalars(locked.execution_options(populate_existing=True)))


def placement(session: Session, number: int) -> AgencyPlacement:
    """A placement.

    Raises:
        UnknownPlacement: no such one in this organisation.
    """
    row = session.get(AgencyPlacement, number)
    if row is None:
        raise UnknownPlacement(f"no placement has the number {number}: see `claimflow collections list`")
    return row


def placement_document(row: AgencyPlacement) -> dict[str, Any]:
    """A placement as people and programs see it."""
    return {
        "placement": row.number,
        "account": row.account_number,
        "state": row.state,
        "placed_on": row.placed_on.isoformat(),
        "placed_by": row.placed_by,
        "placed_cents": row.placed_cents,
        "recovered_cents": sum(int(entry["cents"]) for entry in row.recovered),
        "claims": row.claims,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "ended_by": row.ended_by or None,
        "ended_reason": row.ended_reason or None,
    }


def paid_by_patient(session: Session, account_number: int) -> dict[int, int]:
    """What the patient's payments on each claim add up to, in cents."""
    total = func.sum(Entry.amount_cents)
    rows = session.execute(
        select(Entry.claim_number, total)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(
            Entry.account_number == account_number,
            Entry.claim_number.is_not(None),
            Entry.ledger_account == "patient_receivable",
            Posting.kind == "patient_payment",
        )
        .group_by(Entry.claim_number)
        .having(total < 0)
    )
    return {claim: -int(cents) for claim, cents in rows if claim is not None}


def hard_conversations_on(session: Session, day: date) -> dict[str, int]:
    """How many hard conversations each person carried on a day."""
    rows = session.execute(
        select(HardConversation.person, func.count())
        .where(HardConversation.on_day == day)
        .group_by(HardConversation.person)
    )
    return {person: int(count) for person, count in rows}


def people_of(session: Session, role: str) -> list[str]:
    """Who has a role."""
    return list(session.scalars(select(StaffRole.person).where(StaffRole.role == role).order_by(StaffRole.person)))


def complaint_report(session: Session, since: date, until: date) -> dict[str, Any]:
    """What the complaints of a time add up to: by category, by who raised them, by root cause, and how long."""
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.kind == COMPLAINT, CaseRow.opened_on >= since, CaseRow.opened_on <= until)
        .order_by(CaseRow.number)
    ).all()
    answered = [row for row in rows if row.closed_on is not None]
    days = [(row.closed_on - row.opened_on).days for row in answered if row.closed_on is not None]
    causes = Counter(str(row.details.get("cause", "other")) for row in answered)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "received": len(rows),
        "answered": len(answered),
        "open": len(rows) - len(answered),
        "answered_late": sum(1 for row in answered if row.closed_on is not None and row.closed_on > row.due_on),
        "upheld": sum(1 for row in answered if row.details.get("upheld")),
        "median_days": median(days) if days else None,
        "hard_conversations": session.scalar(
            select(func.count())
            .select_from(HardConversation)
            .where(HardConversation.on_day >= since, HardConversation.on_day <= until)
        ),
        "by_category": dict(sorted(Counter(str(row.details.get("category")) for row in rows).items())),
        "by_origin": dict(sorted(Counter(str(row.details.get("origin")) for row in rows).items())),
        "by_root_cause": [{"cause": cause, "count": count} for cause, count in causes.most_common()],
    }


def listed(session: Session, kind: str, *, only_open: bool, limit: int) -> list[CaseRow]:
    """Cases of a kind, the oldest first."""
    statement = select(CaseRow).where(CaseRow.kind == kind)
    if only_open:
        statement = statement.where(CaseRow.state != CaseState.CLOSED.value)
    return list(session.scalars(statement.order_by(CaseRow.number).limit(limit)))
