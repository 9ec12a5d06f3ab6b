"""What the rows say is stuck: dates long past, messages that do not leave, sends that nobody can judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from domain.cases.kinds import CaseState
from domain.claim.stages import Stage
from storage import ledger
from storage.models import Account, Appeal, CaseRow, Claim, File, Outbox, WorkflowMessage

LONG_PAST = timedelta(days=2)
"""A next date this far behind the business clock was not acted on."""
MESSAGE_LEAVES_WITHIN = timedelta(minutes=2)
"""Real time within which the dispatcher delivers a doorbell while it runs."""
FILE_IS_READ_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at. No protected data."""

    kind: str
    where: str
    what: str
    remedy: str


def findings(session: Session, now: datetime) -> list[Finding]:
    """Return what is stuck in any organisation at the business time ``now``; needs a transaction of the system."""
    return [
        *_without_date(session),
        *_long_past(session, now),
        *_undelivered(session),
        *_unjudged_sends(session),
        *_unread_files(session),
        *_unbalanced(session),
    ]


def _without_date(session: Session) -> list[Finding]:
    claims = session.scalars(
        select(Claim.number).where(Claim.stage != Stage.CLOSED.value, or_(Claim.next_at.is_(None), Claim.owner == ""))
    )
    accounts = session.scalars(
        select(Account.number).where(Account.stage != "settled", or_(Account.next_at.is_(None), Account.owner == ""))
    )
    places = [f"claim/{number}" for number in claims] + [f"account/{number}" for number in accounts]
    what, remedy = "open, without a next date or an owner", "hold and release it, or ask a developer"
    return [Finding(kind="forgotten", where=place, what=what, remedy=remedy) for place in places]


def _long_past(session: Session, now: datetime) -> list[Finding]:
    limit = now - LONG_PAST
    claims = session.execute(
        select(Claim.number, Claim.next_at, Claim.next_what).where(
            Claim.stage != Stage.CLOSED.value, Claim.next_at < limit
        )
    )
    accounts = session.execute(
        select(Account.number, Account.next_at, Account.next_what).where(
            Account.stage != "settled", Account.next_at < limit
        )
    )
    cases = session.execute(
        select(CaseRow.number, CaseRow.next_at, CaseRow.next_what).where(
            CaseRow.state != CaseState.CLOSED.value, CaseRow.next_at < limit
        )
    )
    appeals = session.execute(
        select(Appeal.number, Appeal.next_at, Appeal.next_what).where(Appeal.state != "closed", Appeal.next_at < limit)
    )
    found = [("claim", row) for row in claims] + [("account", row) for row in accounts]
    found += [("case", row) for row in cases] + [("appeal", row) for row in appeals]
    return [
        Finding(
            kind="overdue",
            where=f"{recipient}/{row.number}",
            what=f"waits since {row.next_at:%Y-%m-%d} for: {row.next_what}",
            remedy="see whether its workflow runs: `claimflow ops resurrect`, then the Temporal UI",
        )
        for recipient, row in found
    ]


def _undelivered(session: Session) -> list[Finding]:
    rows = session.scalars(
        select(WorkflowMessage)
        .where(
            WorkflowMessage.delivered_at.is_(None),
            or_(
                WorkflowMessage.attempts > 0,
                WorkflowMessage.recorded_at < func.clock_timestamp() - MESSAGE_LEAVES_WITHIN,
            ),
        )
        .order_by(WorkflowMessage.id)
        .limit(200)
    )
    return [
        Finding(
            kind="undelivered",
            where=f"{row.recipient}/{row.number}",
            what=f"message {row.id} ({row.kind}) not delivered after {row.attempts} tries {row.last_error}".rstrip(),
            remedy="see that workers run and Temporal answers: `claimflow status`",
        )
        for row in rows
    ]


def _unjudged_sends(session: Session) -> list[Finding]:
    rows = session.scalars(select(Outbox).where(Outbox.state.in_(("uncertain", "refused"))).order_by(Outbox.id))
    return [
        Finding(
            kind=f"send_{row.state}",
            where=f"outbox {row.id}",
            what=f"{row.channel} {row.name}: {row.state} after {row.attempts} tries",
            remedy="ask the receiver whether it arrived, then decide by hand"
            if row.state == "uncertain"
            else "read why in the timeline of its claims, correct, and send anew",
        )
        for row in rows
    ]


def _unread_files(session: Session) -> list[Finding]:
    rows = session.scalars(
        select(File.id).where(
            File.direction == "in",
            File.state == "received",
            File.recorded_at < func.clock_timestamp() - FILE_IS_READ_WITHIN,
        )
    )
    return [
        Finding(
            kind="unread_file",
            where=f"file {file_id}",
            what="taken from the mailbox and not processed",
            remedy="`claimflow ops resurrect`, then look at its workflow in the Temporal UI",
        )
        for file_id in rows
    ]


def _unbalanced(session: Session) -> list[Finding]:
    if ledger.is_balanced(session):
        return []
    return [
        Finding(
            kind="unbalanced",
            where="ledger",
            what="a posting has no entries or does not sum to zero",
            remedy="stop posting and ask a developer: the database should have refused it",
        )
    ]


def dispatcher_runs(session: Session, lease: int) -> bool:
    """Whether a process holds the dispatcher's lease."""
    free = session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": lease})
    return not free
