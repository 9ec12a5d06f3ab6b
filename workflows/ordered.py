"""A story that waits for its next date while people order about it: one level of an appeal, one case.

What Temporal calls by name (``run``, signals, updates, validators) stands in each workflow; here is what they share.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError

from contracts import search_attributes as shown
from contracts.claim import REMEMBERED_MESSAGES
from domain.bodies import BodyInvalid
from workflows.doorbells import DoorbellMemory, Remembered

CLOSED = "closed"
"""The last state of every such row."""


class Snapshot(Protocol):
    """Where the row stood when a step last read it."""

    @property
    def state(self) -> str: ...

    @property
    def next_at(self) -> datetime | None: ...


N = TypeVar("N", bound=Snapshot)
N_co = TypeVar("N_co", bound=Snapshot, covariant=True)


class Story(Remembered, Protocol[N]):
    """The serialisable state."""

    organisation_id: int
    snapshot: N | None
    order_ids: list[str]


class Body(Protocol):
    """A person's order, as the updates take it."""

    @property
    def verb(self) -> str: ...

    @property
    def id(self) -> str: ...


class Answer(Protocol[N_co]):
    """What became of an order."""

    @property
    def accepted(self) -> bool: ...

    @property
    def refusal(self) -> str: ...

    @property
    def snapshot(self) -> N_co | None: ...


S = TypeVar("S", bound="Story[Any]")
B = TypeVar("B", bound=Body)
A = TypeVar("A", bound="Answer[Any]")
M = TypeVar("M", bound="OrderedMemory[Any, Any]")


class OrderedMemory(DoorbellMemory[S], ABC, Generic[S, N]):
    """The row as it last said where it stands, and which orders were carried out."""

    def __init__(self, state: S, opened_at: datetime) -> None:
        """Go on from a state, at the business date of the start message."""
        super().__init__(state, opened_at)
        self.ordered = False
        """An order changed the row and the story has not gone on from it yet."""
        self._shown: datetime | None = None

    @abstractmethod
    def details(self) -> str:
        """What the story waits for and until when, in plain words (Markdown)."""

    def attributes(self) -> Sequence[SearchAttributeUpdate[Any]]:
        """Search attributes beside the next date and the organisation."""
        return ()

    @property
    def snapshot(self) -> N:
        """Where the story stands, as its row last said."""
        snapshot: N | None = self.state.snapshot
        assert snapshot is not None, "the row is read before anything else"
        return snapshot

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.snapshot.state == CLOSED

    def learn(self, snapshot: N) -> None:
        """Take what a step found."""
        self.state.snapshot = snapshot
        self.state.told_at = self.today.told_at

    def heard(self) -> bool:
        """Whether an order, a doorbell or the end came while the story waited."""
        return self.rung or self.ordered or self.closed

    def obeyed(self, business_id: str) -> bool:
        """Whether this order was carried out before: its repetition gets the same answer from the books."""
        return business_id in self.state.order_ids

    def remember_order(self, business_id: str) -> None:
        """Note that an order was carried out."""
        if not self.obeyed(business_id):
            self.state.order_ids = [*self.state.order_ids, business_id][-REMEMBERED_MESSAGES:]
            self.ordered = True

    def show(self) -> None:
        """Say in the Temporal UI where the story stands; search attributes only when they changed."""
        workflow.set_current_details(self.details())
        next_at = self.snapshot.next_at
        if next_at is not None and next_at != self._shown:
            self._shown = next_at
            workflow.upsert_search_attributes(
                [
                    shown.NEXT_DEADLINE.value_set(next_at),
                    shown.ORGANISATION.value_set(str(self.state.organisation_id)),
                    *self.attributes(),
                ]
            )


class OrderedStory(ABC, Generic[M, B, A]):
    """How such a story goes on, renews itself and obeys: one step at a time, under one lock."""

    _which: str
    """``the level``, as a person is told of it."""

    def __init__(self, memory: M) -> None:
        """Go on from what an earlier run remembered."""
        self._memory = memory
        self._lock = asyncio.Lock()
        self._renewing = False

    @abstractmethod
    async def _read(self) -> Snapshot:
        """Read the row."""

    @abstractmethod
    def _fitting(self, body: object) -> B:
        """Shape and state from memory; raises BodyInvalid with the reasons."""

    @abstractmethod
    async def _apply(self, body: B) -> A:
        """Carry the order out in the books, or have it refused there."""

    @abstractmethod
    async def _keep_misfit(self, key: str, problems: tuple[str, ...]) -> Snapshot:
        """Keep an order that did not fit as a work item."""

    async def _look(self) -> None:
        async with self._lock:
            self._memory.rung = False
            self._memory.learn(await self._read())
            self._memory.show()

    async def _still_open(self) -> bool:
        self._memory.ordered = False
        if self._memory.rung:
            await self._look()
        if not self._memory.closed:
            return True
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._memory.rung or not self._memory.closed

    async def _may_renew(self) -> bool:
        """Take no more orders and let the handlers end; False: something came meanwhile, and this run goes on."""
        self._renewing = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        self._renewing = not (self._memory.rung or self._memory.closed)
        return self._renewing

    async def _hear(self, name: str, bodies: Sequence[RawValue], signal: str, whose: str) -> None:
        """An order from the Temporal UI: what does not fit becomes a work item."""
        await workflow.wait_condition(lambda: self._memory.state.snapshot is not None)
        async with self._lock:
            problems: tuple[str, ...]
            try:
                answer = await self._carry_out(self._fitting(the_one_body(name, bodies, signal, whose)))
                problems = () if answer.accepted else (answer.refusal,)
            except BodyInvalid as misfit:
                problems = misfit.problems
            if problems:
                self._memory.learn(await self._keep_misfit(f"misfit:{workflow.uuid4()}", problems))

    def _check(self, body: B, verb: str) -> None:
        try:
            fitting = self._fitting(vars(body))
        except BodyInvalid as misfit:
            raise ApplicationError(str(misfit), type="Refused") from None
        if fitting.verb != verb:
            raise ApplicationError(f"the body says {fitting.verb}, the update {verb}", type="Refused")

    def _taken_up(self) -> Any:
        """The row as it stands; raises BodyInvalid while it is not known or the story renews itself."""
        snapshot = self._memory.state.snapshot
        if snapshot is None or self._renewing:
            raise BodyInvalid((f"{self._which} is being taken up: try again in a moment",))
        return snapshot

    def _refuse(self, why: str | None, business_id: str) -> None:
        """Raise BodyInvalid where there is a reason and the order was not carried out before."""
        if why is not None and not self._memory.obeyed(business_id):
            raise BodyInvalid((why,))

    async def _obey(self, body: B) -> A:
        async with self._lock:
            # The row may have moved on between the validator and the lock.
            self._check(body, body.verb)
            answer = await self._carry_out(body)
        if not answer.accepted:
            raise ApplicationError(answer.refusal, type="Refused")
        return answer

    async def _carry_out(self, body: B) -> A:
        answer = await self._apply(body)
        if answer.snapshot is not None:
            self._memory.learn(answer.snapshot)
            self._memory.show()
        if answer.accepted:
            self._memory.remember_order(body.id)
        return answer


def the_one_body(name: str, bodies: Sequence[RawValue], signal: str, whose: str) -> object:
    """The one body of an order, whatever tool sent it.

    Raises:
        BodyInvalid: it is another signal, or came without a body, with several, or with what is not JSON.
    """
    if name != signal:
        raise BodyInvalid((f"a signal came that {whose} do not know: people's orders are called {signal}",))
    if len(bodies) != 1:
        raise BodyInvalid((f"the signal came with {len(bodies)} bodies: send one JSON object",))
    try:
        return workflow.payload_converter().from_payload(bodies[0].payload)
    except Exception as unreadable:  # noqa: BLE001 - anything else would fail the workflow's task for ever
        kind = type(unreadable).__name__
        raise BodyInvalid((f"the signal's body is not JSON ({kind}): send one JSON object",)) from None
