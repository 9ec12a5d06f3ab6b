"""What denials taught: evidence by adjustment, proposed rules with their count and money, a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.scrubbing.learning import Lesson, Proposal
from storage.held import of_no_held_claim
from storage.models import ClaimVersion, LearnedDenial, ProposedRule, RemittanceClaim, Submission

NO_DENIAL = "none"
_DENIED = ("denied", "partly_denied")


class UnknownProposal(LookupError):
    """No proposed rule has that number."""


class ProposalDecided(ValueError):
    """Somebody decided it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A posted denial with what was sent."""

    row: RemittanceClaim
    content: dict[str, Any]
    sequence: str


def unlearned(session: Session, limit: int) -> list[Decided]:
    """Posted denials that nobody has looked at yet, the oldest first; a claim held for review teaches afterwards."""
    looked_at = select(LearnedDenial.id).where(LearnedDenial.remittance_claim_id == RemittanceClaim.id).exists()
    rows = session.execute(
        select(RemittanceClaim, ClaimVersion.content, Submission.sequence)
        .join(
            Submission,
            (Submission.claim_number == RemittanceClaim.claim_number)
            & (Submission.attempt == RemittanceClaim.attempt),
        )
        .join(
            ClaimVersion,
            (ClaimVersion.claim_number == Submission.claim_number) & (ClaimVersion.version == Submission.version),
        )
        .where(
            RemittanceClaim.state == "posted",
            RemittanceClaim.verdict.in_(_DENIED),
            ~looked_at,
            of_no_held_claim(RemittanceClaim.claim_number),
        )
        .order_by(RemittanceClaim.id)
        .limit(limit)
    )
    return [Decided(row=row, content=content, sequence=sequence) for row, content, sequence in rows]


def keep_lesson(
    session: Session, decided: Decided, *, line: int, reason: str, cents: int, payer: str, lesson: Lesson
) -> None:
    """Keep what one adjustment taught, once, and its proposal."""
    row = decided.row
    proposal = lesson.proposal
    session.execute(
        insert(LearnedDenial)
        .values(
            organisation_id=row.organisation_id,
            remittance_claim_id=row.id,
            line=line,
            reason=reason,
            payer_code=payer,
            cents=cents,
            avoidable=lesson.avoidable,
            caught_by=lesson.caught_by,
            pattern=proposal.pattern if proposal else "",
            business_date=row.business_date,
        )
        .on_conflict_do_nothing()
    )
    if proposal is not None:
        _propose(session, row.organisation_id, proposal, reason)


def _propose(session: Session, organisation_id: int, proposal: Proposal, reason: str) -> None:
    session.execute(
        insert(ProposedRule)
        .values(
            organisation_id=organisation_id,
            pattern=proposal.pattern,
            payer_code=proposal.payer,
            severity=proposal.severity.value,
            condition=proposal.condition,
            message=proposal.message,
            remedy=proposal.remedy,
            place=proposal.place,
            reason=reason,
        )
        .on_conflict_do_nothing()
    )


def proposals(session: Session, state: str | None = "proposed") -> list[dict[str, Any]]:
    """Proposed rules with their denials' count, money, first and last day; the costliest first."""
    count, cents = func.count(LearnedDenial.id), func.sum(LearnedDenial.cents)
    query = (
        select(
            ProposedRule, count, cents, func.min(LearnedDenial.business_date), func.max(LearnedDenial.business_date)
        )
        .join(LearnedDenial, LearnedDenial.pattern == ProposedRule.pattern)
        .group_by(ProposedRule.number)
        .order_by(cents.desc(), ProposedRule.number)
    )
    if state is not None:
        query = query.where(ProposedRule.state == state)
    return [
        {
            "number": row.number,
            "payer": row.payer_code,
            "severity": row.severity,
            "when": row.condition,
            "message": row.message,
            "remedy": row.remedy,
            "reason": row.reason,
            "denials": found,
            "cents": int(money),
            "first_seen": first.isoformat(),
            "last_seen": last.isoformat(),
            "state": row.state,
            "decided_by": row.decided_by,
            "decided_reason": row.decided_reason,
        }
        for row, found, money, first, last in session.execute(query)
    ]


def decide(session: Session, number: int, *, state: str, by: str, reason: str, on: date) -> ProposedRule:
    """Accept or decline a proposal.

    Raises:
        UnknownProposal: there is none of that number.
        ProposalDecided: it was decided before; the text says by whom.
    """
    row = session.scalars(select(ProposedRule).where(ProposedRule.number == number).with_for_update()).one_or_none()
    if row is None:
        raise UnknownProposal(f"no proposed rule has the number {number}: look at `claimflow rules proposed`")
    if row.state != "proposed":
        raise ProposalDecided(f"proposed rule {number} was {row.state} by {row.decided_by} on {row.decided_on}")
    row.state, row.decided_by, row.decided_reason, row.decided_on = state, by, reason, on
    session.flush()
    return row


def avoidable_share(session: Session, since: date | None = None) -> dict[str, Any]:
    """How many denials, and how much money, the scrubber could have kept from happening."""
    real = [LearnedDenial.reason != NO_DENIAL]
    if since is not None:
        real.append(LearnedDenial.business_date >= since)
    totals = session.execute(
        select(LearnedDenial.avoidable, func.count(), func.coalesce(func.sum(LearnedDenial.cents), 0))
        .where(*real)
        .group_by(LearnedDenial.avoidable)
    ).all()
    counts = {bool(avoidable): (int(count), int(cents)) for avoidable, count, cents in totals}
    yes, yes_cents = counts.get(True, (0, 0))
    no, no_cents = counts.get(False, (0, 0))
    return {
        "denials": yes + no,
        "avoidable": yes,
        "avoidable_share": _share(yes, yes + no),
        "denied_cents": yes_cents + no_cents,
        "avoidable_cents": yes_cents,
        "avoidable_share_of_money": _share(yes_cents, yes_cents + no_cents),
        "by_reason": _by_reason(session, real),
    }


def _by_reason(session: Session, real: Sequence[Any]) -> list[dict[str, Any]]:
    cents = func.sum(LearnedDenial.cents)
    rows = session.execute(
        select(
            LearnedDenial.payer_code, LearnedDenial.reason, LearnedDenial.avoidable, LearnedDenial.caught_by,
            func.count(), cents,
        )
        .where(*real)
        .group_by(LearnedDenial.payer_code, LearnedDenial.reason, LearnedDenial.avoidable, LearnedDenial.caught_by)
        .order_by(cents.desc(), LearnedDenial.payer_code, LearnedDenial.reason)
    )  # fmt: skip
    return [
        {
            "payer": payer, "reason": reason, "avoidable": avoidable, "rule": rule, "denials": count,
            "cents": int(money),
        }
        for payer, reason, avoidable, rule, count, money in rows
    ]  # fmt: skip


def _share(part: int, whole: int) -> str | None:
    """Four places as text; None where nothing was denied."""
    return f"{part / whole:.4f}" if whole else None
