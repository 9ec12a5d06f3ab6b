"""Where a claim's cents came from: its postings with every leg and what it cites."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.ledger.explaining import line_of, rule_of
from storage.held import HELD_FOR_REVIEW, held_among
from storage.models import Entry, Posting
from storage.remittance_views import places


def postings_of_claim(session: Session, claim_number: int) -> list[dict[str, Any]]:
    """Return the postings that touch a claim, oldest first.

    Each is ``{"posting", "kind", "date", "by", "cites", "legs"}`` with the legs of this claim only, a leg being
    ``{"ledger_account", "amount_cents", "account", "cites", "rule", "segment"}``: debit positive, credit negative. A
    posting that came by remittance has ``"source": {"file", "file_name", "trace", "transaction",
    "payer_control_number", "position", "lines"}``, and its legs name the segment of that transaction set; the source
    of others is null. Of a claim that is held for review the legs of remittances do not cite the payer's codes. Legs of
    other claims are left out, so that those shown need not sum to zero.
    """
    rows = session.execute(
        select(Posting, Entry)
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Entry.claim_number == claim_number)
        .order_by(Posting.id, Entry.id)
    ).all()
    sources = places(session, [posting.key for posting, _ in rows])
    held = claim_number in held_among(session, [claim_number])
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
                "source": sources.get(posting.key),
                "legs": [],
            },
        )
        hidden = held and posting.key in sources
        cites = entry.cites or posting.cites
        shown["legs"].append(
            {
                "ledger_account": entry.ledger_account,
                "amount_cents": entry.amount_cents,
                "account": entry.account_number,
                "cites": HELD_FOR_REVIEW if hidden else cites,
                "rule": "" if hidden else rule_of(entry.ledger_account, cites),
                "segment": _segment(sources.get(posting.key), entry.cites),
            }
        )
    return list(found.values())


def _segment(source: dict[str, Any] | None, cites: str) -> str:
    """``SVC 17`` or ``CLP 12``: the place in its transaction set, ST being 1; empty where no file tells it."""
    if source is None:
        return ""
    line = line_of(cites)
    if 0 < line <= len(source["lines"]) and (position := source["lines"][line - 1]):
        return f"SVC {position}"
    return f"CLP {source['position']}" if source["position"] else ""
