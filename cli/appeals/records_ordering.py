"""An order about a request for records: to its case's workflow, as long as it is open."""

from __future__ import annotations

from cli.appeals.records_showing import document
from cli.case_orders import order_about_case
from cli.connection import Servers
from cli.story_orders import Document, Outcome
from domain.cases.kinds import RECORDS
from domain.cases.orders import parse_order
from storage.unit_of_work import Books


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry an order out, or say why not.

    Raises:
        OrderInvalid: the body is no order.
        Negative: no such request.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)
    return await order_about_case(
        books, servers, organisation_id, number, asked,
        kind=RECORDS, kept_verb=f"records_{asked.verb.value}", read=lambda session: document(session, number),
        words=_in_words,
    )  # fmt: skip


def _in_words(shown: Document, before: str) -> str:
    decided = str(shown["decision"] or shown["state"]).replace("_", " ")
    return f"request {shown['request']}: carried out{before}; it is closed ({decided})"
