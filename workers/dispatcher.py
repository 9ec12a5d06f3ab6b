"""The one dispatcher: it starts and signals workflows from message rows, in order for each workflow.

A message is delivered by signal-with-start, so that a doorbell for a closed claim re-opens it. The
row is marked after Temporal took it: a crash in between repeats the signal, and the workflow knows
the message id. One process holds the lease; others stand by.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Sequence
from contextlib import suppress

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from contracts import task_queues
from contracts.account import ACCOUNT_WORKFLOW, AccountMessage, AccountOpened
from contracts.appeal import APPEAL_WORKFLOW, AppealMessage, AppealOpened
from contracts.case import CASE_WORKFLOW, CaseMessage, CaseOpened
from contracts.claim import CLAIM_WORKFLOW, ClaimMessage, ClaimOpened
from contracts.ids import workflow_id
from contracts.wire import BATCH_WORKFLOW, FILE_WORKFLOW, BatchOpened, FileReceived
from domain.doorbell import MessageKind, Recipient
from storage import doorbells
from storage.models import WorkflowMessage
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

LEASE = 7_311_001
"""Advisory lock of the dispatching process."""
AT_ONCE = 16
"""Deliveries under way at once: more only queues inside Temporal's frontend."""
LOOK = 200
"""Rows read in one look."""
IDLE_SECONDS = 1.0
"""Longest wait for a NOTIFY before the table is looked at anyway."""

_SUMMARIES = {
    Recipient.CLAIM: "Claim {0}: from check-in to a zero balance",
    Recipient.ACCOUNT: "Guarantor's account {0}",
    Recipient.CASE: "Case {0}: until somebody has decided it",
    Recipient.APPEAL: "Appeal {0}: one level, until it was decided",
    Recipient.BATCH: "Batch {0} of claims to one payer",
    Recipient.FILE: "One inbound file, by content",
}


class Dispatcher:
    """Delivers doorbells until it is told to stop."""

    def __init__(self, books: Books, client: Client) -> None:
        """Work on one database and one namespace."""
        self._books = books
        self._client = client

    async def run(self, stop: asyncio.Event) -> None:
        """Hold the lease and deliver; after a lost connection, take the lease again."""
        while not stop.is_set():
            try:
                await self._hold_lease(stop)
            except Exception as error:  # noqa: BLE001 - the dispatcher outlives any outage
                log.warning("dispatcher_interrupted", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1.0)

    async def _hold_lease(self, stop: asyncio.Event) -> None:
        connection = await asyncio.to_thread(self._books.engine.connect)
        try:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.autocommit = True
            cursor = raw.cursor()
            while not stop.is_set():
                await asyncio.to_thread(cursor.execute, "select pg_try_advisory_lock(%s)", (LEASE,))
                if cursor.fetchone()[0]:
                    break
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.5)
            await asyncio.to_thread(cursor.execute, f"listen {doorbells.CHANNEL}")
            while not stop.is_set():
                if await self.deliver_due():
                    continue
                await asyncio.to_thread(select.select, [raw], [], [], IDLE_SECONDS)
                raw.poll()
                raw.notifies.clear()
        finally:
            connection.invalidate()
            connection.close()

    async def deliver_due(self) -> int:
        """Deliver what is due now; return how many messages left."""
        messages = await asyncio.to_thread(self._read)
        if not messages:
            return 0
        lanes: dict[tuple[str, str], list[WorkflowMessage]] = {}
        for message in messages:
            lanes.setdefault((message.recipient, message.number), []).append(message)
        limit = asyncio.Semaphore(AT_ONCE)
        delivered: list[int] = []

        async def lane(waiting: Sequence[WorkflowMessage]) -> None:
            async with limit:
                for message in waiting:
                    try:
                        await self._deliver(message)
                    except RPCError as error:
                        await asyncio.to_thread(self._note_failure, message.id, error.status.name)
                        return
                    delivered.append(message.id)

        await asyncio.gather(*(lane(waiting) for waiting in lanes.values()))
        await asyncio.to_thread(self._note_delivered, delivered)
        return len(delivered)

    async def _deliver(self, message: WorkflowMessage) -> None:
        recipient = Recipient(message.recipient)
        signal = None if message.kind == MessageKind.OPEN else message.kind
        workflow, argument = _start(recipient, message)
        await self._client.start_workflow(
            workflow,
            argument,
            id=workflow_id(recipient, message.number, message.organisation_id),
            task_queue=task_queues.STORIES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=signal,
            start_signal_args=[] if signal is None else [_signal(recipient, message)],
            static_summary=_SUMMARIES[recipient].format(message.number),
        )

    def _read(self) -> list[WorkflowMessage]:
        with self._books.system() as session:
            return doorbells.due(session, LOOK)

    def _note_delivered(self, ids: Sequence[int]) -> None:
        with self._books.system() as session:
            doorbells.mark_delivered(session, ids)

    def _note_failure(self, message_id: int, error: str) -> None:
        with self._books.system() as session:
            doorbells.mark_failed(session, message_id, error)


def _start(recipient: Recipient, message: WorkflowMessage) -> tuple[str, object]:
    organisation, at = message.organisation_id, message.business_at
    match recipient:
        case Recipient.CLAIM:
            return CLAIM_WORKFLOW, ClaimOpened(
                organisation_id=organisation, claim_number=int(message.number), business_at=at
            )
        case Recipient.ACCOUNT:
            return ACCOUNT_WORKFLOW, AccountOpened(
                organisation_id=organisation, account_number=int(message.number), business_at=at
            )
        case Recipient.CASE:
            return CASE_WORKFLOW, CaseOpened(
                organisation_id=organisation, case_number=int(message.number), business_at=at
            )
        case Recipient.APPEAL:
            return APPEAL_WORKFLOW, AppealOpened(
                organisation_id=organisation, appeal_number=int(message.number), business_at=at
            )
        case Recipient.BATCH:
            return BATCH_WORKFLOW, BatchOpened(
                organisation_id=organisation, batch_number=int(message.number), business_at=at
            )
        case Recipient.FILE:
            return FILE_WORKFLOW, FileReceived(
                organisation_id=organisation, file_id=int(message.reference), business_at=at
            )


_Signal = ClaimMessage | AccountMessage | CaseMessage | AppealMessage
_MESSAGES: dict[Recipient, type[_Signal]] = {
    Recipient.CLAIM: ClaimMessage,
    Recipient.CASE: CaseMessage,
    Recipient.APPEAL: AppealMessage,
}


def _signal(recipient: Recipient, message: WorkflowMessage) -> _Signal:
    return _MESSAGES.get(recipient, AccountMessage)(
        message_id=str(message.id),
        reference=message.reference,
        outcome=message.outcome,
        business_at=message.business_at,
    )
