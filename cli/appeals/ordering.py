"""An order about a level of an appeal: to its workflow, as long as it is open."""

from __future__ import annotations

from cli.appeals.showing import document
from cli.connection import Servers
from cli.ordering import Order
from cli.story_orders import CLOSED, Document, Outcome, Story, StoryDesk
from contracts.appeal import AppealAnswer, AppealOrderBody
from domain.appeals.orders import AppealOrder, parse_order
from domain.appeals.states import AppealState, refusal
from domain.doorbell import Recipient
from storage.unit_of_work import Books


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such appeal.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)

    def refused(shown: Document) -> str | None:
        if shown["state"] != CLOSED:
            return None  # the workflow knows the state best
        return refusal(asked.verb, AppealState.CLOSED, shown["decision"] or "")

    def in_words(shown: Document, before: str) -> str:
        done = f"appeal {shown['appeal']}: {asked.verb.value} was carried out{before}; "
        if shown["state"] == CLOSED:
            return f"{done}it is closed ({str(shown['decision']).replace('_', ' ')})"
        owner = shown["owner"].replace("_", " ")
        return f"{done}it is {shown['state']}, waits for {shown['next_what']} (owner {owner})"

    story = Story(
        kept_as=("appeal", f"appeal_{asked.verb.value}"),
        read=lambda session: document(session, number),
        refusal=refused,
        words=in_words,
    )
    return await StoryDesk(books, organisation_id, _order(number, asked), story).carry_out(servers)


def _order(number: int, asked: AppealOrder) -> Order:
    return Order(
        recipient=Recipient.APPEAL,
        number=number,
        verb=asked.verb.value,
        business_id=asked.business_id,
        body=AppealOrderBody(
            verb=asked.verb.value,
            id=asked.business_id,
            by=asked.by,
            reason=asked.reason,
            item=asked.item,
            waive=asked.waive,
            decision=asked.decision,
            dated=asked.dated.isoformat() if asked.dated is not None else "",
            good_cause=asked.good_cause,
        ),
        answer=AppealAnswer,
    )
