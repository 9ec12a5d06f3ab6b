"""An order about a request for records: to its case's workflow, as long as it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowHandle

from cli.appeals.records_showing import document
from cli.connection import Servers, connect_temporal, require_organisation
from cli.ordering import Order, OrderDesk, Told
from contracts.case import CaseAnswer, CaseOrderBody
from domain.cases.kinds import RECORDS, CaseState
from domain.cases.orders import CaseOrder, parse_order, refusal
from domain.doorbell import Recipient
from storage.models import Command
from storage.unit_of_work import Books


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order, and where the request stands now."""

    order: CaseOrder
    accepted: bool
    refusal: str
    repeated: bool
    """The same business id had been carried out before; nothing was done now."""
    request: dict[str, Any]

    def as_document(self) -> dict[str, Any]:
        """The JSON answer."""
        return {
            "command": self.order.verb.value,
            "id": self.order.business_id,
            "accepted": self.accepted,
            "refusal": self.refusal or None,
            "repeated": self.repeated,
            **self.request,
        }

    def in_words(self) -> str:
        """What became of an order that was carried out."""
        before = " before" if self.repeated else ""
        decided = str(self.request["decision"] or self.request["state"]).replace("_", " ")
        return f"request {self.request['request']}: carried out{before}; it is closed ({decided})"


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such request.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)
    desk = _RequestDesk(books, organisation_id, number, asked)
    shown = desk.read()
    if (known := desk.answer_kept()) is not None:
        return desk.outcome(known, repeated=True)
    state = CaseState(shown["state"])
    if why := refusal(asked.verb, RECORDS, state, shown["decision"] or ""):
        return desk.outcome(Told(accepted=False, refusal=why))
    client = await connect_temporal(servers)
    return desk.outcome(await desk.send(client))


class _RequestDesk(OrderDesk):
    """One order about one request."""

    def __init__(self, books: Books, organisation_id: int, number: int, asked: CaseOrder) -> None:
        self._asked = asked
        body = CaseOrderBody(
            verb=asked.verb.value, id=asked.business_id, by=asked.by, reason=asked.reason, check=asked.check
        )
        super().__init__(
            books,
            organisation_id,
            Order(
                recipient=Recipient.CASE,
                number=number,
                verb=asked.verb.value,
                business_id=asked.business_id,
                body=body,
                answer=CaseAnswer,
            ),
        )

    def is_same_order(self, kept: Command) -> bool:
        return (kept.changes.get("case"), kept.verb) == (self.order.number, f"records_{self.order.verb}")

    async def wake(self, client: Client, handle: WorkflowHandle[Any, Any]) -> Told | None:  # noqa: ARG002
        """A request that closed meanwhile needs no workflow: its update says so."""
        self.ring_open()

        async def runs_or_closed() -> bool:
            return await self.is_running(handle) or self.read()["state"] == CaseState.CLOSED.value

        await self.until(runs_or_closed, "was not started by the dispatcher")
        return None

    def read(self) -> dict[str, Any]:
        """The request as it stands."""
        with self.books.transaction(self.organisation_id) as session:
            require_organisation(session, self.organisation_id)
            return document(session, self.order.number)

    def outcome(self, answer: Told, *, repeated: bool = False) -> Outcome:
        """The answer with the request as it stands now."""
        return Outcome(
            order=self._asked, accepted=answer.accepted, refusal=answer.refusal, repeated=repeated, request=self.read()
        )
