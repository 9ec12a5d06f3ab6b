"""A claim's row as the story sees it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.claim import ClaimSnapshot
from domain.claim.stages import Owes, Stage
from domain.claim.submission import AttemptState
from storage.models import Claim, RemittanceClaim, Submission


def snapshot_of(session: Session, claim: Claim) -> ClaimSnapshot:
    """Read what the row, its attempts and its posted remittances say now."""
    last = session.scalars(
        select(Submission).where(Submission.claim_number == claim.number).order_by(Submission.attempt.desc()).limit(1)
    ).one_or_none()
    return ClaimSnapshot(
        stage=Stage(claim.stage),
        owes=Owes(claim.owes),
        version=claim.version,
        held=claim.held,
        payer_code=claim.payer_code,
        payer_kind=claim.payer_kind,
        next_at=claim.next_at,
        next_what=claim.next_what,
        owner=claim.owner,
        denial_group="" if claim.held_for_review else claim.denial_group,
        attempt=last.attempt if last else 0,
        outcome=claim.outcome,
        to_prepare=Stage(claim.stage) is Stage.CODING,
        unread_answers=unread_answers(session, claim, last),
    )


def unread_answers(session: Session, claim: Claim, last: Submission | None) -> int:
    """Posted remittances and a rejection that no step has acted on yet."""
    posted = posted_remittances(session, claim.number)
    rejected = last is not None and last.state == AttemptState.REJECTED and claim.stage == Stage.WITH_PAYER
    return max(posted - claim.remittances_seen, 0) + int(rejected)


def posted_remittances(session: Session, claim_number: int) -> int:
    """How many CLP loops were posted on a claim."""
    return session.scalar(
        select(func.count()).where(
            RemittanceClaim.claim_number == claim_number, RemittanceClaim.state == "posted"
        )
    ) or 0
