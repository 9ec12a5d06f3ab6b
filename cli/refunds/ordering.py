"""An order about a refund case: to the case's workflow, as long as the case is open."""

from __future__ import annotations

from cli.case_orders import order_about_case
from cli.connection import Servers
from cli.refunds.showing import document
from cli.story_orders import CLOSED, Document, Outcome
from domain.cases.kinds import REFUND
from domain.cases.orders import parse_order
from storage.unit_of_work import Books


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such refund case.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)

    def in_words(shown: Document, before: str) -> str:
        done = f"refund {shown['refund']}: {asked.verb.value} was carried out{before}; "
        if shown["state"] == CLOSED:
            return f"{done}it is closed ({str(shown['decision']).replace('_', ' ')})"
        return f"{done}due {shown['due_on']}, waits for {shown['next_what']} (owner {shown['owner'].replace('_', ' ')})"

    return await order_about_case(
        books, servers, organisation_id, number, asked,
        kind=REFUND, kept_verb=f"refund_{asked.verb.value}", read=lambda session: document(session, number),
        words=in_words,
    )  # fmt: skip
