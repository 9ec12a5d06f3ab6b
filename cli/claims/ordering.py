"""An order on its way: to the claim's workflow, with one business id however often it is tried."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.connection import Servers, connect_temporal, require_organisation
from cli.failures import CannotRun
from contracts import task_queues
from contracts.claim import CLAIM_WORKFLOW, ClaimOpened, CommandAnswer, CommandBody
from contracts.ids import claim_workflow_id
from domain.claim import commands
from domain.claim.commands import BillerCommand, parse_command
from domain.claim.stages import Stage
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import claims, doorbells, read_models
from storage.clock import PostgresBusinessClock
from storage.models import Command
from storage.unit_of_work import Books

TRIES = 6
PAUSE_SECONDS = 0.5
WAKING_SECONDS = 30.0
"""How long a claim's workflow may take to be started by the dispatcher."""
ANSWER_WITHIN = timedelta(seconds=30)

T = TypeVar("T")

_TRY_AGAIN = "try again"
"""What a workflow says while it is taken up or continues as new."""

_NOT_CARRIED = "the claim's workflow carries no {0} yet: do it by hand, and put the claim on hold meanwhile"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order, and where the claim stands now."""

    command: BillerCommand
    accepted: bool
    refusal: str
    repeated: bool
    """The same business id had been carried out before; nothing was done now."""
    claim: dict[str, Any]

    def as_document(self) -> dict[str, Any]:
        """The JSON answer."""
        shown = self.claim
        return {
            "claim": shown["claim"],
            "command": self.command.verb.value,
            "id": self.command.business_id,
            "accepted": self.accepted,
            "refusal": self.refusal or None,
            "repeated": self.repeated,
            "stage": shown["stage"],
            "owes": shown["owes"],
            "version": shown["version"],
            "next_date": shown["next_date"],
            "next_what": shown["next_what"],
            "owner": shown["owner"],
        }

    def in_words(self) -> str:
        """What became of an order that was carried out."""
        shown = self.claim
        verb = self.command.verb.value.replace("_", " ")
        done = f"claim {shown['claim']}: {verb} was carried out{' before' if self.repeated else ''}; "
        if shown["stage"] == Stage.CLOSED.value:
            return f"{done}it is closed ({shown['outcome'].replace('_', ' ') or 'nothing is owed'})"
        held = ", on hold" if shown["held"] else ""
        return (
            f"{done}stage {shown['stage'].replace('_', ' ')}{held}; next, on {shown['next_date']}: "
            f"{shown['next_what']} (owner {shown['owner'].replace('_', ' ')})"
        )


async def order(
    books: Books, servers: Servers, organisation_id: int, claim_number: int, body: dict[str, Any]
) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    ``expected_version`` of None stands for the version that the claim has now.

    Raises:
        CommandInvalid: the body is no command.
        UnknownClaim: no such claim.
        CannotRun: Temporal or the workers do not answer.
    """
    with books.transaction(organisation_id) as session:
        require_organisation(session, organisation_id)
        row = claims.get(session, claim_number)
        command = parse_command(body | {"expected_version": body["expected_version"] or row.version})
    desk = _Desk(books, organisation_id, claim_number, command)
    if (known := desk.answer_kept()) is not None:
        return desk.outcome(known, repeated=True)
    client = await connect_temporal(servers)
    return desk.outcome(await desk.send(client))


@dataclass(frozen=True, kw_only=True)
class _Answer:
    accepted: bool
    refusal: str = ""


class _Desk:
    """One order about one claim."""

    def __init__(self, books: Books, organisation_id: int, claim_number: int, command: BillerCommand) -> None:
        self._books = books
        self._organisation_id = organisation_id
        self._claim_number = claim_number
        self._command = command
        self._body = CommandBody(
            command=command.verb.value,
            id=command.business_id,
            by=command.by,
            expected_version=command.expected_version,
            reason=command.reason,
            changes=dict(command.changes),
        )

    async def send(self, client: Client) -> _Answer:
        handle = client.get_workflow_handle(claim_workflow_id(self._claim_number))
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS * attempt)
            if not await self._is_running(handle):
                if (answer := await self._rouse(client, handle)) is not None:
                    return answer
                continue
            answer = await self._update(handle)
            if answer is None or _TRY_AGAIN in answer.refusal:
                continue
            # The run may have carried it out and ended before it could say so.
            return answer if answer.accepted else self.answer_kept() or answer
        kept = self.answer_kept()
        if kept is None:
            raise CannotRun("the claim's workflow does not take the order: look at `claimflow ops doctor`")
        return kept

    async def _update(self, handle: WorkflowHandle[Any, Any]) -> _Answer | None:
        """The workflow's answer; None when the run ended meanwhile and the order must be tried again."""
        try:
            answer: CommandAnswer = await handle.execute_update(
                self._command.verb.value,
                self._body,
                id=self._command.business_id,
                result_type=CommandAnswer,
                rpc_timeout=ANSWER_WITHIN,
            )
        except WorkflowUpdateFailedError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError) and cause.type == "Refused":
                return _Answer(accepted=False, refusal=cause.message)
            if isinstance(cause, ApplicationError) and "expected but not found" in cause.message:
                return _Answer(accepted=False, refusal=_NOT_CARRIED.format(self._command.verb.value))
            return None
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                return None
            if failure.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise CannotRun("no worker answered in time: look at `claimflow status`") from failure
            if failure.status is RPCStatusCode.FAILED_PRECONDITION:
                raise CannotRun("the claim's workflow fails at its work: look at `claimflow ops doctor`") from failure
            raise
        return _Answer(accepted=answer.accepted, refusal=answer.refusal)

    async def _is_running(self, handle: WorkflowHandle[Any, Any]) -> bool:
        try:
            return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                return False
            raise

    async def _rouse(self, client: Client, handle: WorkflowHandle[Any, Any]) -> _Answer | None:
        """Bring the workflow back; a closed claim's ends again at once, so that it takes the order with its start."""
        with self._books.transaction(self._organisation_id) as session:
            row = claims.get(session, self._claim_number)
            stage, held, version = Stage(row.stage), row.held, row.version
        if stage is not Stage.CLOSED:
            self._ring_open()
            await _until(lambda: self._is_running(handle), "the dispatcher did not start the claim's workflow")
            return None
        refusal = commands.refusal(self._command, stage, held, version)
        if refusal is not None:
            return self.answer_kept() or _Answer(accepted=False, refusal=refusal)
        await self._start_with_order(client)
        return await _until(self._kept, "the claim's workflow did not answer")

    async def _start_with_order(self, client: Client) -> None:
        await client.start_workflow(
            CLAIM_WORKFLOW,
            ClaimOpened(
                organisation_id=self._organisation_id,
                claim_number=self._claim_number,
                business_at=PostgresBusinessClock(self._books).now(),
            ),
            id=claim_workflow_id(self._claim_number),
            task_queue=task_queues.STORIES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal="biller_command",
            start_signal_args=[self._body],
            static_summary=f"Claim {self._claim_number}: from check-in to a zero balance",
        )

    def _ring_open(self) -> None:
        bell = Doorbell(
            recipient=Recipient.CLAIM,
            number=str(self._claim_number),
            kind=MessageKind.OPEN,
            business_at=PostgresBusinessClock(self._books).now(),
        )
        with self._books.transaction(self._organisation_id) as session:
            doorbells.ring(session, self._organisation_id, bell)

    async def _kept(self) -> _Answer | None:
        return await asyncio.to_thread(self.answer_kept)

    def answer_kept(self) -> _Answer | None:
        """What the books say became of this business id; None when it was never ordered."""
        with self._books.transaction(self._organisation_id) as session:
            row = session.scalars(
                select(Command).where(
                    Command.organisation_id == self._organisation_id, Command.business_id == self._command.business_id
                )
            ).one_or_none()
            if row is None:
                return None
            if (row.claim_number, row.verb) != (self._claim_number, self._command.verb.value):
                return _Answer(accepted=False, refusal="the id belongs to another order: give another --id")
            return _Answer(accepted=row.accepted, refusal=row.answer)

    def outcome(self, answer: _Answer, *, repeated: bool = False) -> Outcome:
        """The answer with the claim as it stands now."""
        with self._books.transaction(self._organisation_id) as session:
            shown = read_models.claim_show(session, self._claim_number)
        return Outcome(
            command=self._command,
            accepted=answer.accepted,
            refusal=answer.refusal,
            repeated=repeated,
            claim=shown,
        )


async def _until(look: Callable[[], Awaitable[T]], complaint: str) -> T:
    deadline = time.monotonic() + WAKING_SECONDS
    while not (found := await look()):
        if time.monotonic() > deadline:
            raise CannotRun(f"{complaint} within {WAKING_SECONDS:.0f} s: are workers running? See `claimflow status`")
        await asyncio.sleep(0.1)
    return found
