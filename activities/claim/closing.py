"""How a claim's story ended, from its rows."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from activities.claim.history import decisions
from domain.claim.outcome import ClosedClaim, outcome, share_in_words
from domain.claim.submission import AttemptState
from domain.denials.classification import Verdict
from domain.ledger.chart import LedgerAccount
from storage.handed_over import EARLIER_SHARE, SELF_PAY
from storage.models import Claim, Entry, Posting, Submission

PATIENT_PAYMENT, WRITE_OFF = "patient_payment", "write_off"
"""Kinds of the postings that settle a patient's share."""


def outcome_of(session: Session, claim: Claim, *, placed: bool = False, voided: bool = False) -> str:
    """The outcome that the claim's attempts, decisions and ledger add up to."""
    verdicts = {decision.meaning.verdict for decision in decisions(session, claim)}
    states = session.scalars(select(Submission.state).where(Submission.claim_number == claim.number)).all()
    moved = _moved(session, claim.number)
    paid = moved.get((LedgerAccount.UNAPPLIED_CASH, ""), 0)
    made_self_pay = moved.get((LedgerAccount.PATIENT_RECEIVABLE, SELF_PAY), 0)
    facts = ClosedClaim(
        voided=voided,
        self_pay=not states or (made_self_pay > 0 and not paid),
        placed_with_agency=placed,
        rejected=AttemptState.REJECTED in states,
        denied=bool(verdicts & {Verdict.DENIED, Verdict.PARTLY_DENIED}),
        payer_paid_cents=paid,
        patient_share_cents=sum(
            moved.get((LedgerAccount.PATIENT_RECEIVABLE, kind), 0)
            for kind in ("remittance", "reversal", EARLIER_SHARE, SELF_PAY)
        ),
        patient_paid_cents=-moved.get((LedgerAccount.PATIENT_RECEIVABLE, "patient_payment"), 0),
        written_off_cents=moved.get((LedgerAccount.WRITE_OFF, ""), 0),
    )
    return outcome(facts).value


def how_share_ended(session: Session, claim: Claim) -> str:
    """What became of the patient's share, in words: paid, written off, or placed with the agency."""
    placed = or_(
        Posting.key.startswith("placement:"), Posting.key.startswith("recall:"), Posting.key.contains(":back:")
    )
    rows = session.execute(
        select(Posting.kind, placed, -func.sum(Entry.amount_cents))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Entry.claim_number == claim.number, Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value)
        .where(Posting.kind.in_((PATIENT_PAYMENT, WRITE_OFF)))
        .group_by(Posting.kind, placed)
    )
    ended = {(kind, bool(with_agency)): int(cents) for kind, with_agency, cents in rows}
    return share_in_words(
        paid_cents=ended.get((PATIENT_PAYMENT, False), 0),
        written_off_cents=ended.get((WRITE_OFF, False), 0),
        placed_cents=ended.get((WRITE_OFF, True), 0),
    )


def _moved(session: Session, claim_number: int) -> dict[tuple[str, str], int]:
    """Cents by ledger account and kind of posting; kind empty: all kinds together."""
    rows = session.execute(
        select(Entry.ledger_account, Posting.kind, func.sum(Entry.amount_cents))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Entry.claim_number == claim_number)
        .group_by(Entry.ledger_account, Posting.kind)
    )
    moved: dict[tuple[str, str], int] = {}
    for account, kind, cents in rows:
        moved[(account, kind)] = int(cents)
        moved[(account, "")] = moved.get((account, ""), 0) + int(cents)
    return moved
