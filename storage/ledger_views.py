"""Where a claim's cents came from: its postings with every leg and what it cites."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Entry, Posting


def postings_of_claim(session: Session, claim_number: int) -> list[dict[str, Any]]:
    """Return the postings that touch a claim, oldest first.

    Each is ``{"posting", "kind", "date", "by", "cites", "legs"}`` with the legs of this claim only, a leg being
    ``{"ledger_account", "amount_cents", "account", "cites"}``: debit positive, credit negative. A remittance is
    posted for many claims at once, so that the legs shown need not sum to zero.
    """
    rows = session.execute(
        select(Posting, Entry)
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Entry.claim_number == claim_number)
        .order_by(Posting.id, Entry.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for posting, entry in rows:
        shown = found.setdefault(
            posting.id,
            {
                "posting": posting.id,
                "kind": posting.kind,
                "date": posting.business_date.isoformat(),
                "by": posting.by,
                "cites": posting.cites,
                "legs": [],
            },
        )
        shown["legs"].append(
            {
                "ledger_account": entry.ledger_account,
                "amount_cents": entry.amount_cents,
                "account": entry.account_number,
                "cites": entry.cites or posting.cites,
            }
        )
    return list(found.values())
