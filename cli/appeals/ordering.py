"""An order about a level of an appeal: to its workflow, as long as it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowHandle

from cli.appeals.showing import document
from cli.connection import Servers, connect_temporal, require_organisation
from cli.ordering import Order, OrderDesk, Told
from contracts.appeal import AppealAnswer, AppealOrderBody
from domain.appeals.orders import AppealOrder, parse_order
from domain.appeals.states import AppealState, refusal
from domain.doorbell import Recipient
from storage.models import Command
from storage.unit_of_work import Books


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order, and where the level stands now."""

    order: AppealOrder
    accepted: bool
    refusal: str
    repeated: bool
    """The same business id had been carried out before; nothing was done now."""
    appeal: dict[str, Any]

    def as_document(self) -> dict[str, Any]:
        """The JSON answer."""
        return {
            "command": self.order.verb.value,
            "id": self.order.business_id,
            "accepted": self.accepted,
            "refusal": self.refusal or None,
            "repeated": self.repeated,
            **self.appeal,
        }

    def in_words(self) -> str:
        """What became of an order that was carried out."""
        shown = self.appeal
        before = " before" if self.repeated else ""
        done = f"appeal {shown['appeal']}: {self.order.verb.value} was carried out{before}; "
        if shown["state"] == AppealState.CLOSED.value:
            return f"{done}it is closed ({str(shown['decision']).replace('_', ' ')})"
        owner = shown["owner"].replace("_", " ")
        return f"{done}it is {shown['state']}, waits for {shown['next_what']} (owner {owner})"


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such appeal.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)
    desk = _AppealDesk(books, organisation_id, number, asked)
    shown = desk.read()
    if (known := desk.answer_kept()) is not None:
        return desk.outcome(known, repeated=True)
    state = AppealState(shown["state"])
    if state is AppealState.CLOSED:
        why = refusal(asked.verb, state, shown["decision"] or "") or ""
        return desk.outcome(Told(accepted=False, refusal=why))
    client = await connect_temporal(servers)
    return desk.outcome(await desk.send(client))


class _AppealDesk(OrderDesk):
    """One order about one level."""

    def __init__(self, books: Books, organisation_id: int, number: int, asked: AppealOrder) -> None:
        self._asked = asked
        body = AppealOrderBody(
            verb=asked.verb.value,
            id=asked.business_id,
            by=asked.by,
            reason=asked.reason,
            item=asked.item,
            waive=asked.waive,
            decision=asked.decision,
            dated=asked.dated.isoformat() if asked.dated is not None else "",
            good_cause=asked.good_cause,
        )
        super().__init__(
            books,
            organisation_id,
            Order(
                recipient=Recipient.APPEAL,
                number=number,
                verb=asked.verb.value,
                business_id=asked.business_id,
                body=body,
                answer=AppealAnswer,
            ),
        )

    def is_same_order(self, kept: Command) -> bool:
        return (kept.changes.get("appeal"), kept.verb) == (self.order.number, f"appeal_{self.order.verb}")

    async def wake(self, client: Client, handle: WorkflowHandle[Any, Any]) -> Told | None:  # noqa: ARG002
        """A level that closed meanwhile needs no workflow: its update says so."""
        self.ring_open()

        async def runs_or_closed() -> bool:
            return await self.is_running(handle) or self.read()["state"] == AppealState.CLOSED.value

        await self.until(runs_or_closed, "was not started by the dispatcher")
        return None

    def read(self) -> dict[str, Any]:
        """The level as it stands."""
        with self.books.transaction(self.organisation_id) as session:
            require_organisation(session, self.organisation_id)
            return document(session, self.order.number)

    def outcome(self, answer: Told, *, repeated: bool = False) -> Outcome:
        """The answer with the level as it stands now."""
        return Outcome(
            order=self._asked, accepted=answer.accepted, refusal=answer.refusal, repeated=repeated, appeal=self.read()
        )
