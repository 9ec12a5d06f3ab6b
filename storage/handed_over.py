"""What became the patient's without a payer's decision: by a named person, or as an earlier payer's share."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from domain.ledger.decision import HANDED_BACK
from storage.bulk import chunks
from storage.models import Entry, Posting

SELF_PAY, EARLIER_SHARE = "self_pay", "earlier_share"
"""Kinds of the postings that make something the patient's."""
_DECISIONS = ("remittance", "reversal")


def handed_cents(session: Session, claim_numbers: Collection[int]) -> dict[int, int]:
    """Net cents by claim: what was handed over, less what a later decision gave back; zero is left out."""
    found: dict[int, int] = {}
    for chunk in chunks(sorted(claim_numbers)):
        rows = session.execute(
            select(Entry.claim_number, func.sum(Entry.amount_cents))
            .join(Posting, Posting.id == Entry.posting_id)
            .where(
                Entry.claim_number == func.any(list(chunk)),
                Entry.ledger_account == "patient_receivable",
                or_(
                    Posting.kind.in_((SELF_PAY, EARLIER_SHARE)),
                    and_(Posting.kind.in_(_DECISIONS), Entry.cites.startswith(HANDED_BACK)),
                ),
            )
            .group_by(Entry.claim_number)
        )
        found |= {number: int(cents) for number, cents in rows if number is not None and cents}
    return found


def moved_to_patient_cents(session: Session, claim_number: int) -> int:
    """What decisions and people have made the patient's of one claim, net; what the patient paid of it apart."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Entry.amount_cents), 0))
            .join(Posting, Posting.id == Entry.posting_id)
            .where(
                Entry.claim_number == claim_number,
                Entry.ledger_account == "patient_receivable",
                Posting.kind.in_((*_DECISIONS, SELF_PAY, EARLIER_SHARE)),
            )
        )
        or 0
    )
