"""Whether an attempt would come too late for its payer, and which exception a named person gave for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.scrubbing import last_day_to_file
from domain.claim import reopening_limits
from domain.claim.commands import Verb
from domain.claim.resubmission import late_reason
from domain.coverage.coverage import PayerKind
from domain.deadlines import filing_watch
from storage import claims
from storage.appeal_rules import filing_exceptions
from storage.appeal_rules import reopening_limits as known_limits
from storage.models import Claim, Command, RemittanceClaim, RemittanceRow
from storage.reference import policy

_SENDS = (Verb.CORRECT.value, Verb.RESUBMIT.value)


def filing_limit_passed(session: Session, claim: Claim, today: date) -> bool:
    """Whether the payer whose turn it is would refuse a first claim received today."""
    return today > last_day_to_file(session, claim, claims.content(session, claim.number), today)


def why_first_is_late(session: Session, claim: Claim, today: date) -> str:
    """Why the payer whose turn it is would refuse a first claim, with the exceptions it takes; empty: in time."""
    content = claims.content(session, claim.number)
    last_day = last_day_to_file(session, claim, content, today)
    if today <= last_day:
        return ""
    return filing_watch.why_first_is_late(
        last_day, content.filing_service or content.first_service, PayerKind(claim.payer_kind), filing_exceptions()
    )


def why_not_reopened(
    session: Session, claim: Claim, decided: Sequence[RemittanceClaim], today: date, late: str
) -> str:
    """Why the payer reopens nothing any more on the ground that was named; empty while it does.

    Its time counts from the first decision on the newest attempt that it decided: the initial determination.
    """
    if not decided:
        return ""
    about = [row for row in decided if row.attempt == decided[-1].attempt]
    told = [session.get_one(RemittanceRow, row.remittance_id).payment_date for row in about]
    return reopening_limits.why_not_reopened(
        known_limits(), PayerKind(claim.payer_kind), min(told), today, late
    )


def correction_window_passed(session: Session, claim: Claim, decision: RemittanceClaim, today: date) -> bool:
    """Whether the payer takes no replacement and no reopening of this decision any more."""
    told_on = session.get_one(RemittanceRow, decision.remittance_id).payment_date
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    return today > told_on + timedelta(days=rules.correction_window_days)


def exception_named(session: Session, claim: Claim) -> str:
    """What the newest order to send the claim again says of why it is late; empty: nothing."""
    newest = (
        select(Command.reason)
        .where(Command.claim_number == claim.number, Command.accepted, Command.verb.in_(_SENDS))
        .order_by(Command.id.desc())
        .limit(1)
    )
    return late_reason(session.scalar(newest) or "")
