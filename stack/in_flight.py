"""What is in flight: the conductor moves time only when nothing is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.ids import account_workflow_id, appeal_workflow_id, case_workflow_id, claim_workflow_id, workflow_id
from domain.cases.kinds import CaseState
from domain.claim.submission import AttemptState
from domain.doorbell import Recipient
from storage.estimate_sendings import outbox_ids
from storage.models import (
    Account,
    Appeal,
    Batch,
    CardCharge,
    CaseRow,
    Claim,
    ClaimVersion,
    ClinicalFact,
    File,
    Outbox,
    Statement,
    Submission,
    WorkflowMessage,
)
from storage.models.base import Base
from storage.unit_of_work import Books

DESCRIBED_AT_ONCE = 24
COMMIT_WINDOW = 1_000
"""Messages whose transactions may be under way at once: more than all workers have threads for."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What the tables say is not finished yet."""

    messages: int
    files: int
    batches: int
    ready: int
    papers: int
    last_message: int

    @property
    def moving(self) -> int:
        """Rows that some process is working on or must work on without any sweep."""
        return self.messages + self.files + self.batches


@dataclass(frozen=True, kw_only=True)
class Charts:
    """By what a change of any chart shows."""

    month: str
    """Some findings come with the date alone: each month is looked at once."""
    claims: int
    voided: int
    versions: int
    facts: int


class InFlight:
    """Looks at rows, and at the workflows that were rung or moved since they were last seen idle."""

    def __init__(self, books: Books, client: Client) -> None:
        """Begin by suspecting every open workflow: an earlier conductor may have crashed."""
        self._books = books
        self._client = client
        self._seen: set[int] = set()
        self.suspects: set[str] = set()

    def read(self) -> Rows:
        """Count what the tables hold."""
        statements = select(Statement.outbox_id).where(Statement.outbox_id.is_not(None))
        with self._books.system() as session:

            def count(*where: ColumnElement[bool]) -> int:
                return session.scalar(select(func.count()).where(*where)) or 0

            rows = Rows(
                messages=count(WorkflowMessage.delivered_at.is_(None)),
                files=count(File.direction == "in", File.state == "received"),
                batches=count(Batch.state.in_(("open", "built"))),
                ready=count(Submission.state == AttemptState.READY),
                papers=count(
                    or_(Outbox.channel == "mail", Outbox.id.in_(outbox_ids())),
                    Outbox.state.in_(("intended", "sending")),
                    Outbox.id.not_in(statements),
                ),
                last_message=session.scalar(select(func.max(WorkflowMessage.id))) or 0,
            )
            # A message may be committed after one with a higher id: each is looked for a while, and seen once.
            rung = session.execute(
                select(
                    WorkflowMessage.id,
                    WorkflowMessage.recipient,
                    WorkflowMessage.number,
                    WorkflowMessage.organisation_id,
                ).where(WorkflowMessage.id > rows.last_message - COMMIT_WINDOW)
            ).all()
            fresh = [row for row in rung if row.id not in self._seen]
            self.suspects.update(workflow_id(Recipient(r.recipient), r.number, r.organisation_id) for r in fresh)
            self._seen = {row.id for row in rung}
            return rows

    def open_cards(self) -> int:
        """Card charges whose end nobody knows."""
        with self._books.system() as session:
            return session.scalar(select(func.count()).where(CardCharge.state == "intended")) or 0

    def charts(self, month: str) -> Charts:
        """What the audit of a night would read: the same counts are the same charts."""
        with self._books.system() as session:

            def count(what: type[Base], *where: ColumnElement[bool]) -> int:
                return session.scalar(select(func.count()).select_from(what).where(*where)) or 0

            return Charts(
                month=month,
                claims=count(Claim),
                voided=count(Claim, Claim.outcome == "voided"),
                versions=count(ClaimVersion),
                facts=count(ClinicalFact),
            )

    async def forget_idle(self) -> list[str]:
        """Drop the suspects that are idle or closed; return those that still work."""
        limit = asyncio.Semaphore(DESCRIBED_AT_ONCE)

        async def look(identifier: str) -> str | None:
            async with limit:
                return identifier if await self._works(identifier) else None

        suspects = sorted(self.suspects)
        busy = [found for found in await asyncio.gather(*map(look, suspects)) if found is not None]
        # What was rung while these were looked at stays suspect.
        self.suspects -= set(suspects) - set(busy)
        return busy

    async def _works(self, identifier: str) -> bool:
        try:
            description = (await self._client.get_workflow_handle(identifier).describe()).raw_description
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return bool(description.pending_activities) or description.HasField("pending_workflow_task")

    def deadlines(self) -> list[tuple[datetime, str]]:
        """Every open claim's, account's and case's next date with its workflow's id, soonest first."""
        with self._books.system() as session:
            claims = session.execute(
                select(Claim.next_at, Claim.number).where(Claim.stage != "closed", Claim.next_at.is_not(None))
            ).all()
            accounts = session.execute(
                select(Account.next_at, Account.number).where(
                    or_(Account.stage != "settled"), Account.next_at.is_not(None)
                )
            ).all()
            cases = session.execute(
                select(CaseRow.next_at, CaseRow.number).where(
                    CaseRow.state != CaseState.CLOSED.value, CaseRow.next_at.is_not(None)
                )
            ).all()
            appeals = session.execute(
                select(Appeal.next_at, Appeal.number).where(Appeal.state != "closed", Appeal.next_at.is_not(None))
            ).all()
        found = [(row.next_at, claim_workflow_id(row.number)) for row in claims]
        found += [(row.next_at, account_workflow_id(row.number)) for row in accounts]
        found += [(row.next_at, case_workflow_id(row.number)) for row in cases if row.next_at is not None]
        found += [(row.next_at, appeal_workflow_id(row.number)) for row in appeals if row.next_at is not None]
        return sorted(found)

    def suspect(self, identifiers: Iterable[str]) -> None:
        """Look at these workflows before the next move."""
        self.suspects.update(identifiers)
