"""An order on its way to a refund case's workflow, with one business id however often it is tried."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.connection import Servers, connect_temporal, require_organisation
from cli.failures import CannotRun
from cli.refunds.showing import document
from contracts.case import CaseAnswer, CaseOrderBody
from contracts.ids import case_workflow_id
from domain.cases.kinds import REFUND, CaseState
from domain.cases.orders import CaseOrder, parse_order, refusal
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells
from storage.clock import PostgresBusinessClock
from storage.models import Command
from storage.unit_of_work import Books

TRIES = 6
PAUSE_SECONDS = 0.5
WAKING_SECONDS = 30.0
"""How long a case's workflow may take to be started by the dispatcher."""
ANSWER_WITHIN = timedelta(seconds=30)
_TRY_AGAIN = "try again"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order, and where the case stands now."""

    order: CaseOrder
    accepted: bool
    refusal: str
    repeated: bool
    """The same business id had been carried out before; nothing was done now."""
    refund: dict[str, Any]

    def as_document(self) -> dict[str, Any]:
        """The JSON answer."""
        return {
            "command": self.order.verb.value,
            "id": self.order.business_id,
            "accepted": self.accepted,
            "refusal": self.refusal or None,
            "repeated": self.repeated,
            **self.refund,
        }

    def in_words(self) -> str:
        """What became of an order that was carried out."""
        shown = self.refund
        before = " before" if self.repeated else ""
        done = f"refund {shown['refund']}: {self.order.verb.value} was carried out{before}; "
        if shown["state"] == CaseState.CLOSED.value:
            return f"{done}it is closed ({str(shown['decision']).replace('_', ' ')})"
        return f"{done}due {shown['due_on']}, waits for {shown['next_what']} (owner {shown['owner'].replace('_', ' ')})"


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such refund case.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)
    desk = _Desk(books, organisation_id, number, asked)
    shown = desk.read()
    if (known := desk.answer_kept()) is not None:
        return desk.outcome(known, repeated=True)
    state = CaseState(shown["state"])
    if state is CaseState.CLOSED:
        return desk.outcome((False, refusal(asked.verb, REFUND, state, shown["decision"] or "") or ""))
    client = await connect_temporal(servers)
    return desk.outcome(await desk.send(client))


class _Desk:
    """One order about one refund case."""

    def __init__(self, books: Books, organisation_id: int, number: int, asked: CaseOrder) -> None:
        self._books = books
        self._organisation_id = organisation_id
        self._number = number
        self._order = asked
        self._body = CaseOrderBody(
            verb=asked.verb.value, id=asked.business_id, by=asked.by, reason=asked.reason, check=asked.check
        )

    def read(self) -> dict[str, Any]:
        """The case as it stands."""
        with self._books.transaction(self._organisation_id) as session:
            require_organisation(session, self._organisation_id)
            return document(session, self._number)

    async def send(self, client: Client) -> tuple[bool, str]:
        """Accepted or not, and why not."""
        handle = client.get_workflow_handle(case_workflow_id(self._number))
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS * attempt)
            if not await _is_running(handle):
                await self._rouse(handle)
            answer = await self._update(handle)
            if answer is None or _TRY_AGAIN in answer[1]:
                continue
            # The run may have carried it out and ended before it could say so.
            return answer if answer[0] else self.answer_kept() or answer
        kept = self.answer_kept()
        if kept is None:
            raise CannotRun("the case's workflow does not take the order: look at `claimflow ops doctor`")
        return kept

    async def _update(self, handle: WorkflowHandle[Any, Any]) -> tuple[bool, str] | None:
        """The workflow's answer; None when the run ended meanwhile and the order must be tried again."""
        try:
            answer: CaseAnswer = await handle.execute_update(
                self._order.verb.value,
                self._body,
                id=self._order.business_id,
                result_type=CaseAnswer,
                rpc_timeout=ANSWER_WITHIN,
            )
        except WorkflowUpdateFailedError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError) and cause.type == "Refused":
                return False, cause.message
            return None
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                return None
            if failure.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise CannotRun("no worker answered in time: look at `claimflow status`") from failure
            if failure.status is RPCStatusCode.FAILED_PRECONDITION:
                raise CannotRun("the case's workflow fails at its work: look at `claimflow ops doctor`") from failure
            raise
        return answer.accepted, answer.refusal

    async def _rouse(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Bring the workflow of an open case back, by the dispatcher; a closed one needs none."""
        bell = Doorbell(
            recipient=Recipient.CASE,
            number=str(self._number),
            kind=MessageKind.OPEN,
            business_at=PostgresBusinessClock(self._books).now(),
        )
        with self._books.transaction(self._organisation_id) as session:
            doorbells.ring(session, self._organisation_id, bell)
        deadline = time.monotonic() + WAKING_SECONDS
        while not await _is_running(handle):
            if self.read()["state"] == CaseState.CLOSED.value:
                return
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"the dispatcher did not start the case's workflow within {WAKING_SECONDS:.0f} s: "
                    "are workers running? See `claimflow status`"
                )
            await asyncio.sleep(0.1)

    def answer_kept(self) -> tuple[bool, str] | None:
        """What the books say became of this business id; None when it was never ordered."""
        with self._books.transaction(self._organisation_id) as session:
            row = session.scalars(
                select(Command).where(
                    Command.organisation_id == self._organisation_id, Command.business_id == self._order.business_id
                )
            ).one_or_none()
            if row is None:
                return None
            if (row.changes.get("case"), row.verb) != (self._number, f"refund_{self._order.verb.value}"):
                return False, "the id belongs to another order: give another --id"
            return row.accepted, row.answer

    def outcome(self, answer: tuple[bool, str], *, repeated: bool = False) -> Outcome:
        """The answer with the case as it stands now."""
        accepted, why = answer
        return Outcome(order=self._order, accepted=accepted, refusal=why, repeated=repeated, refund=self.read())


async def _is_running(handle: WorkflowHandle[Any, Any]) -> bool:
    try:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
