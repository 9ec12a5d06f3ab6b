"""How a claim's story ended, from its rows."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.claim.history import decisions
from domain.claim.outcome import ClosingFacts, outcome
from domain.claim.submission import AttemptState
from domain.denials.classification import Verdict
from domain.ledger.chart import LedgerAccount
from storage import ledger
from storage.models import Claim, Entry, Posting, Submission


def outcome_of(session: Session, claim: Claim, *, placed: bool = False, voided: bool = False) -> str:
    """The outcome that the claim's attempts, decisions and ledger add up to."""
    balances = ledger.claim_balances(session, claim.number)
    verdicts = [decision.meaning.verdict for decision in decisions(session, claim)]
    states = session.scalars(select(Submission.state).where(Submission.claim_number == claim.number)).all()
    paid_by_patient = session.scalar(
        select(func.coalesce(func.sum(-Entry.amount_cents), 0))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(
            Entry.claim_number == claim.number,
            Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            Posting.kind == "patient_payment",
        )
    )
    facts = ClosingFacts(
        rejected=AttemptState.REJECTED in states,
        denied=Verdict.DENIED in verdicts,
        partly_denied=Verdict.PARTLY_DENIED in verdicts,
        written_off_cents=balances.get(LedgerAccount.WRITE_OFF.value, 0),
        patient_paid_cents=int(paid_by_patient or 0),
        placed=placed,
        voided=voided,
        sent=bool(states),
    )
    return outcome(facts).value
