"""What the books and Temporal say after a step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from contracts.ids import account_workflow_id, claim_workflow_id
from storage.models import (
    Account,
    Claim,
    ClaimVersion,
    Command,
    Entry,
    Outbox,
    Posting,
    Receipt,
    RemittanceClaim,
    RemittanceRow,
    Statement,
    Submission,
    WorkItem,
)
from storage.unit_of_work import Books

LISTED_TASK_ATTEMPTS = 3
"""A workflow task tried more often than this is failing."""


@dataclass(frozen=True, kw_only=True)
class ClaimSeen:
    number: int
    account: int
    stage: str
    owes: str
    version: int
    held: bool
    next_at: datetime | None
    owner: str
    attempts: tuple[tuple[int, str], ...]
    balances: dict[str, int]
    running: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountSeen:
    number: int
    stage: str
    next_at: datetime | None
    owner: str
    balances: dict[str, int]
    running: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One look."""

    claims: dict[int, ClaimSeen]
    accounts: dict[int, AccountSeen]
    trial_balance: dict[str, int]
    counts: dict[str, int]
    """How many rows each book has."""
    repeated: tuple[str, ...]
    """What stands twice in a book where it may stand once, compared by content."""
    commands: dict[str, bool]
    """Business id and whether it was carried out."""
    unbalanced_postings: int
    misfits: int
    """Work items about commands that were refused."""
    faults: tuple[str, ...] = field(default=())
    """Workflows that failed, or whose tasks fail."""


def look(books: Books) -> Seen:
    """Read every book in one transaction."""
    with books.system() as session:
        return _read(session)


def _read(session: Session) -> Seen:
    balances: dict[tuple[str, int | None], dict[str, int]] = {}
    trial: dict[str, int] = {}
    for ledger_account, claim, account, cents in session.execute(
        select(Entry.ledger_account, Entry.claim_number, Entry.account_number, func.sum(Entry.amount_cents)).group_by(
            Entry.ledger_account, Entry.claim_number, Entry.account_number
        )
    ):
        trial[ledger_account] = trial.get(ledger_account, 0) + int(cents)
        for place in (("claim", claim), ("account", account)):
            own = balances.setdefault(place, {})
            own[ledger_account] = own.get(ledger_account, 0) + int(cents)
    attempts: dict[int, list[tuple[int, str]]] = {}
    for row in session.execute(
        select(Submission.claim_number, Submission.attempt, Submission.state).order_by(Submission.attempt)
    ):
        attempts.setdefault(row.claim_number, []).append((row.attempt, row.state))
    claims = {
        row.number: ClaimSeen(
            number=row.number,
            account=row.account_number,
            stage=row.stage,
            owes=row.owes,
            version=row.version,
            held=row.held,
            next_at=row.next_at,
            owner=row.owner,
            attempts=tuple(attempts.get(row.number, ())),
            balances=balances.get(("claim", row.number), {}),
        )
        for row in session.scalars(select(Claim))
    }
    accounts = {
        row.number: AccountSeen(
            number=row.number,
            stage=row.stage,
            next_at=row.next_at,
            owner=row.owner,
            balances=balances.get(("account", row.number), {}),
        )
        for row in session.scalars(select(Account))
    }
    unbalanced = select(Entry.posting_id).group_by(Entry.posting_id).having(func.sum(Entry.amount_cents) != 0)
    books = {
        "postings": Posting, "entries": Entry, "remittances": RemittanceRow, "decisions": RemittanceClaim,
        "receipts": Receipt, "statements": Statement, "attempts": Submission, "versions": ClaimVersion,
        "work_items": WorkItem, "sends": Outbox,
    }  # fmt: skip
    return Seen(
        claims=claims,
        accounts=accounts,
        trial_balance=trial,
        counts={name: session.scalar(select(func.count()).select_from(book)) or 0 for name, book in books.items()},
        repeated=tuple(_repeated(session)),
        commands={row.business_id: row.accepted for row in session.scalars(select(Command))},
        unbalanced_postings=len(session.execute(unbalanced).all()),
        misfits=session.scalar(select(func.count()).where(WorkItem.kind == "command_refused")) or 0,
    )


def _repeated(session: Session) -> Iterable[str]:
    once: dict[str, tuple[Any, ...]] = {
        "a decision": (
            RemittanceClaim.remittance_id, RemittanceClaim.claim_number, RemittanceClaim.status,
            RemittanceClaim.paid_cents, RemittanceClaim.patient_cents, RemittanceClaim.attempt,
        ),
        "a receipt": (Receipt.account_number, Receipt.reference, Receipt.amount_cents),
        "a step of asking": (Statement.account_number, Statement.cycle_started_on, Statement.step),
        "an attempt": (Submission.claim_number, Submission.attempt),
    }  # fmt: skip
    for name, columns in once.items():
        for row in session.execute(select(*columns).group_by(*columns).having(func.count() > 1)):
            yield f"{name} twice: {tuple(row)}"
    paid_twice = (
        select(Posting.cites, Posting.business_date)
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Posting.kind == "patient_payment", Entry.ledger_account == "bank")
        .group_by(Posting.cites, Posting.business_date)
        .having(func.count(Posting.id.distinct()) > 1)
    )
    for row in session.execute(paid_twice):
        yield f"a payment posted twice: {row.cites}"


async def with_workflows(seen: Seen, client: Client) -> Seen:
    """Add what Temporal says of each claim's and account's workflow."""
    faults: list[str] = []

    async def running(identifier: str) -> bool:
        try:
            description = await client.get_workflow_handle(identifier).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        if description.status in (WorkflowExecutionStatus.FAILED, WorkflowExecutionStatus.TIMED_OUT):
            faults.append(f"{identifier} {description.status.name.lower()}")
        task = description.raw_description
        if task.HasField("pending_workflow_task") and task.pending_workflow_task.attempt > LISTED_TASK_ATTEMPTS:
            faults.append(f"{identifier}: workflow task attempt {task.pending_workflow_task.attempt}")
        return description.status is WorkflowExecutionStatus.RUNNING

    claims = await asyncio.gather(*(running(claim_workflow_id(number)) for number in seen.claims))
    accounts = await asyncio.gather(*(running(account_workflow_id(number)) for number in seen.accounts))
    return replace(
        seen,
        claims={n: replace(c, running=r) for (n, c), r in zip(seen.claims.items(), claims, strict=True)},
        accounts={n: replace(a, running=r) for (n, a), r in zip(seen.accounts.items(), accounts, strict=True)},
        faults=tuple(faults),
    )
