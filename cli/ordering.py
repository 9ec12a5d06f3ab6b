"""A person's order on its way to a story's workflow, with one business id however often it is tried."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.failures import CannotRun
from contracts.ids import workflow_id
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells
from storage.clock import PostgresBusinessClock
from storage.models import Command
from storage.unit_of_work import Books

TRIES = 6
PAUSE_SECONDS = 0.5
WAKING_SECONDS = 30.0
"""How long a workflow may take to be started by the dispatcher."""
ANSWER_WITHIN = timedelta(seconds=30)

T = TypeVar("T")

_TRY_AGAIN = "try again"
"""What a workflow says while it is taken up or continues as new."""


class Answer(Protocol):
    """What a workflow's update answers."""

    @property
    def accepted(self) -> bool: ...

    @property
    def refusal(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of an order."""

    accepted: bool
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is ordered, and of which workflow."""

    recipient: Recipient
    number: int
    verb: str
    """Name of the workflow's update."""
    business_id: str
    body: Any
    answer: type[Answer]


class OrderDesk(ABC):
    """Carries one order to its workflow; a kind of story says which kept order is its own, and how it is woken."""

    def __init__(self, books: Books, organisation_id: int, order: Order) -> None:
        self.books = books
        self.organisation_id = organisation_id
        self.order = order
        self.identifier = workflow_id(order.recipient, str(order.number), organisation_id)

    @abstractmethod
    def is_same_order(self, kept: Command) -> bool:
        """Whether the command kept under this business id orders the same of the same story."""

    @abstractmethod
    async def wake(self, client: Client, handle: WorkflowHandle[Any, Any]) -> Told | None:
        """Bring back a workflow that does not run; an answer when none is needed for it."""

    async def send(self, client: Client) -> Told:
        """Order it, and again when the run ended meanwhile.

        Raises:
            CannotRun: Temporal or the workers do not answer.
        """
        handle = client.get_workflow_handle(self.identifier)
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS * attempt)
            if not await self.is_running(handle) and (answer := await self.wake(client, handle)) is not None:
                return answer
            answer = await self._update(handle)
            if answer is None or _TRY_AGAIN in answer.refusal:
                continue
            # The run may have carried it out and ended before it could say so.
            return answer if answer.accepted else self.answer_kept() or answer
        kept = self.answer_kept()
        if kept is None:
            raise CannotRun(f"the {self._story} does not take the order: look at `claimflow ops doctor`")
        return kept

    def answer_kept(self) -> Told | None:
        """What the books say became of this business id; None when it was never ordered."""
        with self.books.transaction(self.organisation_id) as session:
            kept = session.scalars(
                select(Command).where(
                    Command.organisation_id == self.organisation_id, Command.business_id == self.order.business_id
                )
            ).one_or_none()
            if kept is None:
                return None
            if not self.is_same_order(kept):
                return Told(accepted=False, refusal="the id belongs to another order: give another --id")
            return Told(accepted=kept.accepted, refusal=kept.answer)

    async def is_running(self, handle: WorkflowHandle[Any, Any]) -> bool:
        """Whether a run of the story is open."""
        try:
            return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                return False
            raise

    def ring_open(self) -> None:
        """Let the dispatcher start the workflow of an open story."""
        bell = Doorbell(
            recipient=self.order.recipient,
            number=str(self.order.number),
            kind=MessageKind.OPEN,
            business_at=PostgresBusinessClock(self.books).now(),
        )
        with self.books.transaction(self.organisation_id) as session:
            doorbells.ring(session, self.organisation_id, bell)

    async def until(self, look: Callable[[], Awaitable[T]], complaint: str) -> T:
        """Look until something is found.

        Raises:
            CannotRun: nothing is, in the time that a worker may take; ``complaint`` follows the story's name.
        """
        deadline = time.monotonic() + WAKING_SECONDS
        while not (found := await look()):
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"the {self._story} {complaint} within {WAKING_SECONDS:.0f} s: are workers running? "
                    "See `claimflow status`"
                )
            await asyncio.sleep(0.1)
        return found

    async def _update(self, handle: WorkflowHandle[Any, Any]) -> Told | None:
        """The workflow's answer; None when the run ended meanwhile and the order must be tried again."""
        order = self.order
        try:
            answer: Answer = await handle.execute_update(
                order.verb, order.body, id=order.business_id, result_type=order.answer, rpc_timeout=ANSWER_WITHIN
            )
        except WorkflowUpdateFailedError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError) and cause.type == "Refused":
                return Told(accepted=False, refusal=cause.message)
            if isinstance(cause, ApplicationError) and "expected but not found" in cause.message:
                return Told(accepted=False, refusal=f"the {self._story} carries no {order.verb} yet: do it by hand")
            return None
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                return None
            if failure.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise CannotRun("no worker answered in time: look at `claimflow status`") from failure
            if failure.status is RPCStatusCode.FAILED_PRECONDITION:
                raise CannotRun(f"the {self._story} fails at its work: look at `claimflow ops doctor`") from failure
            raise
        return Told(accepted=answer.accepted, refusal=answer.refusal)

    @property
    def _story(self) -> str:
        return f"{self.order.recipient.value}'s workflow"
