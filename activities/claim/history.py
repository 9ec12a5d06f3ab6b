"""What happened to a claim's last attempt, understood from its rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.denial_rules import denial_rules
from activities.remitted import remitted_claim
from domain.claim.correction import changed_fields
from domain.claim.resubmission import (
    EndedBy,
    NotAllowed,
    PreviousAttempt,
    ReopeningRequested,
    next_attempt,
)
from domain.claim.submission import OPEN_STATES, AttemptState, NextAttempt
from domain.coverage.coverage import PayerKind
from domain.denials.classification import Adjudication, Remedy, Verdict, classify
from storage import claims
from storage.models import Claim, RemittanceClaim, Submission


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One posted CLP loop and what it means."""

    row: RemittanceClaim
    meaning: Adjudication


def decisions(session: Session, claim: Claim) -> list[Decision]:
    """Every posted decision on a claim, in the order it came."""
    rows = session.scalars(
        select(RemittanceClaim)
        .where(RemittanceClaim.claim_number == claim.number, RemittanceClaim.state == "posted")
        .order_by(RemittanceClaim.id)
    )
    kind = PayerKind(claim.payer_kind)
    return [Decision(row=row, meaning=classify(remitted_claim(row), kind, denial_rules())) for row in rows]


def last_attempt(session: Session, claim: Claim) -> Submission | None:
    """The newest attempt of a claim."""
    attempts = claims.attempts(session, claim.number)
    return attempts[-1] if attempts else None


def what_may_follow(session: Session, claim: Claim) -> NextAttempt | ReopeningRequested | NotAllowed:
    """How the claim, with its present content, may go to its payer now."""
    last = last_attempt(session, claim)
    if last is None:
        return NextAttempt(frequency="1")
    ended, remedy = _ended_by(session, claim, last)
    if last.payer_code != claim.payer_code:
        return NextAttempt(frequency="1")  # another payer has never seen this claim
    return next_attempt(
        PreviousAttempt(
            frequency=last.frequency,
            ended_by=ended,
            original_reference=last.original_reference,
            payer_control_number=last.payer_control_number,
        ),
        PayerKind(claim.payer_kind),
        remedy,
        changed_fields(
            claims.content(session, claim.number, last.version), claims.content(session, claim.number)
        ),
    )


def _ended_by(session: Session, claim: Claim, last: Submission) -> tuple[EndedBy, Remedy | None]:
    if last.state == AttemptState.REJECTED:
        return EndedBy.REJECTED, None
    if last.state in OPEN_STATES or last.state == AttemptState.WITHDRAWN:
        return EndedBy.SILENT, None
    known = decisions(session, claim)
    if not known:
        return EndedBy.SILENT, None
    meaning = known[-1].meaning
    if meaning.verdict is Verdict.REVERSAL:
        return EndedBy.REVERSED, None
    if meaning.unprocessable:
        return EndedBy.UNPROCESSABLE, meaning.remedy
    return EndedBy.DENIED, meaning.remedy
