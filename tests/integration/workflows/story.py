"""One workflow as a test drives it: what the dispatcher, people and the conductor do to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowExecutionDescription, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from contracts import task_queues
from contracts.account import ACCOUNT_WORKFLOW, AccountMessage, AccountOpened
from contracts.claim import CLAIM_WORKFLOW, ClaimMessage, ClaimOpened, CommandAnswer, CommandBody
from contracts.ids import account_workflow_id, claim_workflow_id
from domain.claim.stages import Stage
from tests.integration.workflows.front_office import AccountRow
from tests.integration.workflows.office import Office
from tests.integration.workflows.rows import ClaimRow
from tests.support.eventually import assert_eventually

ORGANISATION = 1
PATIENCE = 30.0
"""Seconds: a task that the SDK lost while a message overtook it comes again after the server's ten seconds."""
_messages = itertools.count(1)
_SKIPPING = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    }
)


@dataclass(frozen=True, kw_only=True)
class HistorySize:
    """How long a history is, without what moving its clock added."""

    events: int
    size_bytes: int


class Story:
    """A running workflow and its clock."""

    def __init__(self, office: Office, identifier: str) -> None:
        self._office = office
        self._skipper = TimeSkipper(office.client, config=TimeSkippingConfig(disable_propagation=True))
        self.identifier = identifier
        self.handle: WorkflowHandle[Any, Any] = office.client.get_workflow_handle(identifier)

    async def description(self) -> WorkflowExecutionDescription:
        return await self.handle.describe()

    async def is_idle(self) -> bool:
        raw = (await self.description()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    async def idle(self) -> None:
        """Wait until the workflow waits, or ended: a fast-forward before that would be spent on nothing."""
        await assert_eventually(self.is_idle, PATIENCE, why=f"{self.identifier} never comes to rest")

    async def now(self) -> datetime:
        return await self._skipper.get_current_time(self.handle)

    async def move_to(self, moment: datetime) -> None:
        """Let the workflow's own clock reach a moment, and what follows from it happen."""
        await self.idle()
        ahead = moment - await self.now()
        if ahead > timedelta(0):
            await self._skipper.fast_forward(self.handle, ahead)
        await self.idle()

    async def details(self) -> str:
        """What the Temporal UI shows as current details."""
        metadata: WorkflowMetadata = await self.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        return metadata.current_details

    async def events(self) -> list[HistoryEvent]:
        return [event async for event in self.handle.fetch_history_events()]

    async def count(self, kind: EventType.ValueType) -> int:
        return sum(event.event_type == kind for event in await self.events())

    async def size(self) -> HistorySize:
        kept = [event for event in await self.events() if event.event_type not in _SKIPPING]
        return HistorySize(events=len(kept), size_bytes=sum(event.ByteSize() for event in kept))

    async def failed_tasks(self) -> list[str]:
        """Messages of workflow tasks that failed on our code: a stuck workflow has many of them.

        A task that the server asks for again because a message came meanwhile is no failure of ours.
        """
        failed = [event.workflow_task_failed_event_attributes.failure.message for event in await self.events()]
        return [message for message in failed if message not in ("", "UnhandledCommand")]

    async def ring_as_the_dispatcher(self, workflow: str, opened: object, signal: str | None, message: object) -> None:
        self.handle = await self._office.client.start_workflow(
            workflow,
            opened,
            id=self.identifier,
            task_queue=task_queues.STORIES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=signal,
            start_signal_args=[] if signal is None else [message],
            static_summary=f"Story {self.identifier}",
        )


class ClaimStory(Story):
    """One claim."""

    def __init__(self, office: Office, row: ClaimRow) -> None:
        super().__init__(office, claim_workflow_id(row.number))
        self.row = row
        self.began = datetime.now(UTC)
        self.first_run = ""

    def opened(self, at: datetime | None = None) -> ClaimOpened:
        return ClaimOpened(organisation_id=ORGANISATION, claim_number=self.row.number, business_at=at or self.began)

    async def open(self, at: datetime | None = None) -> ClaimStory:
        await self.ring_as_the_dispatcher(CLAIM_WORKFLOW, self.opened(at), None, None)
        self.first_run = self.handle.first_execution_run_id or ""
        return self

    async def ring(self, signal: str, *, message_id: str = "", at: datetime | None = None) -> str:
        """A doorbell; it re-opens a closed claim."""
        message = ClaimMessage(
            message_id=message_id or f"m{next(_messages)}", reference="7", outcome="", business_at=at or self.began
        )
        await self.ring_as_the_dispatcher(CLAIM_WORKFLOW, self.opened(at), signal, message)
        return message.message_id

    def body(
        self,
        verb: str,
        *,
        id: str = "",  # noqa: A002 - the body's own word
        changes: Mapping[str, str] | None = None,
        version: int | None = None,
        by: str = "dana",
    ) -> CommandBody:
        return CommandBody(
            command=verb,
            id=id or f"order-{next(_messages)}",
            by=by,
            expected_version=self.row.version if version is None else version,
            reason="the payer's letter says so",
            changes=dict(changes or {}),
        )

    async def order(self, body: CommandBody, *, verb: str = "") -> CommandAnswer:
        answer: CommandAnswer = await self.handle.execute_update(
            verb or body.command, body, id=body.id, result_type=CommandAnswer
        )
        return answer

    async def refused(self, body: CommandBody, *, verb: str = "") -> str:
        """Why the order was refused; fails when it was not."""
        try:
            answer = await self.order(body, verb=verb)
        except WorkflowUpdateFailedError as failure:
            return str(failure.cause)
        raise AssertionError(f"it was carried out: {answer}")

    async def reaches(self, stage: Stage) -> None:
        await assert_eventually(lambda: self.row.stage is stage, PATIENCE, why=f"it never reached {stage}")
        await self.idle()

    async def holds(self, condition: Callable[[ClaimRow], object], why: str = "") -> None:
        await assert_eventually(lambda: bool(condition(self.row)), PATIENCE, why=why)


class AccountStory(Story):
    """One guarantor's account."""

    def __init__(self, office: Office, row: AccountRow) -> None:
        super().__init__(office, account_workflow_id(row.number))
        self.row = row

    async def ring(self, signal: str | None, at: datetime, *, message_id: str = "") -> AccountStory:
        opened = AccountOpened(organisation_id=ORGANISATION, account_number=self.row.number, business_at=at)
        message = AccountMessage(
            message_id=message_id or f"m{next(_messages)}", reference="7", outcome="", business_at=at
        )
        await self.ring_as_the_dispatcher(ACCOUNT_WORKFLOW, opened, signal, message)
        return self
