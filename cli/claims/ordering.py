"""An order about a claim: to the claim's workflow, which is started for it where the claim was closed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from cli.connection import Servers, connect_temporal, require_organisation
from cli.ordering import Order, OrderDesk, Told
from contracts import task_queues
from contracts.claim import CLAIM_WORKFLOW, COMMAND_SIGNAL, ClaimOpened, CommandAnswer, CommandBody
from domain.claim import commands
from domain.claim.commands import BillerCommand, parse_command
from domain.claim.stages import Stage
from domain.doorbell import Recipient
from storage import claims, read_models
from storage.clock import PostgresBusinessClock
from storage.models import Command
from storage.unit_of_work import Books


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
    desk = _ClaimDesk(books, organisation_id, claim_number, command)
    if (known := desk.answer_kept()) is not None:
        return desk.outcome(known, repeated=True)
    client = await connect_temporal(servers)
    return desk.outcome(await desk.send(client))


class _ClaimDesk(OrderDesk):
    """One order about one claim."""

    def __init__(self, books: Books, organisation_id: int, claim_number: int, command: BillerCommand) -> None:
        self._claim_number = claim_number
        self._command = command
        body = CommandBody(
            command=command.verb.value,
            id=command.business_id,
            by=command.by,
            expected_version=command.expected_version,
            reason=command.reason,
            changes=dict(command.changes),
        )
        super().__init__(
            books,
            organisation_id,
            Order(
                recipient=Recipient.CLAIM,
                number=claim_number,
                verb=command.verb.value,
                business_id=command.business_id,
                body=body,
                answer=CommandAnswer,
            ),
        )

    def is_same_order(self, kept: Command) -> bool:
        return (kept.claim_number, kept.verb) == (self._claim_number, self.order.verb)

    async def wake(self, client: Client, handle: WorkflowHandle[Any, Any]) -> Told | None:
        """A closed claim's workflow ends again at once, so that it takes the order with its start."""
        with self.books.transaction(self.organisation_id) as session:
            row = claims.get(session, self._claim_number)
            stage, held, version = Stage(row.stage), row.held, row.version
        if stage is not Stage.CLOSED:
            self.ring_open()
            await self.until(lambda: self.is_running(handle), "was not started by the dispatcher")
            return None
        refusal = commands.refusal(self._command, stage, held, version)
        if refusal is not None:
            return self.answer_kept() or Told(accepted=False, refusal=refusal)
        await self._start_with_order(client)
        return await self.until(lambda: asyncio.to_thread(self.answer_kept), "did not answer")

    async def _start_with_order(self, client: Client) -> None:
        await client.start_workflow(
            CLAIM_WORKFLOW,
            ClaimOpened(
                organisation_id=self.organisation_id,
                claim_number=self._claim_number,
                business_at=PostgresBusinessClock(self.books).now(),
            ),
            id=self.identifier,
            task_queue=task_queues.STORIES,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=COMMAND_SIGNAL,
            start_signal_args=[self.order.body],
            static_summary=f"Claim {self._claim_number}: from check-in to a zero balance",
        )

    def outcome(self, answer: Told, *, repeated: bool = False) -> Outcome:
        """The answer with the claim as it stands now."""
        with self.books.transaction(self.organisation_id) as session:
            shown = read_models.claim_show(session, self._claim_number)
        return Outcome(
            command=self._command, accepted=answer.accepted, refusal=answer.refusal, repeated=repeated, claim=shown
        )
