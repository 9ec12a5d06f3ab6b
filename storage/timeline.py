"""What happened to a claim or an account, in words a biller uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.bulk import insert_rows
from storage.models import Claim, TimelineEntry

_PAYERS_WORDS = "remittance_claim:"
"""Keys of entries whose reason is a payer's codes."""


def note(
    session: Session,
    organisation_id: int,
    *,
    key: str,
    at: datetime,
    by: str,
    what: str,
    why: str = "",
    claim_number: int | None = None,
    account_number: int | None = None,
) -> None:
    """Write one entry, once for each key."""
    session.execute(
        insert(TimelineEntry)
        .values(
            organisation_id=organisation_id,
            key=key,
            claim_number=claim_number,
            account_number=account_number,
            at=at,
            by=by,
            what=what,
            why=why,
        )
        .on_conflict_do_nothing()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """One entry about a claim."""

    key: str
    claim_number: int
    by: str
    what: str
    why: str = ""


def note_all(session: Session, organisation_id: int, at: datetime, notes: Sequence[NewNote]) -> None:
    """Write many entries in one statement for each chunk, once for each key."""
    rows = [
        {
            "organisation_id": organisation_id,
            "key": entry.key,
            "claim_number": entry.claim_number,
            "at": at,
            "by": entry.by,
            "what": entry.what,
            "why": entry.why,
        }
        for entry in notes
    ]
    insert_rows(session, TimelineEntry, rows, skip_known=True)


def of_claim(session: Session, claim_number: int) -> list[dict[str, Any]]:
    """Return ``{"at", "by", "what", "why"}`` in order of business time; ``at`` as ISO text."""
    held = session.scalar(select(Claim.held_for_review).where(Claim.number == claim_number))
    return _entries(session, TimelineEntry.claim_number == claim_number, without_codes=bool(held))


def of_account(session: Session, account_number: int) -> list[dict[str, Any]]:
    """Return the entries of a guarantor's account, as ``of_claim`` does."""
    return _entries(session, TimelineEntry.account_number == account_number)


def _entries(session: Session, where: Any, *, without_codes: bool = False) -> list[dict[str, Any]]:
    """``without_codes`` leaves out a payer's own: of a claim held for review nobody reads why."""
    rows = session.scalars(select(TimelineEntry).where(where).order_by(TimelineEntry.at, TimelineEntry.id))
    return [
        {
            "at": row.at.isoformat(),
            "by": row.by,
            "what": row.what,
            "why": "" if without_codes and row.key.startswith(_PAYERS_WORDS) else row.why,
        }
        for row in rows
    ]
