"""An order about a case, of whatever kind, on its way to the case's workflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cli.connection import Servers
from cli.ordering import Order
from cli.story_orders import CLOSED, Document, Outcome, Story, StoryDesk
from contracts.case import CaseAnswer, CaseOrderBody
from domain.cases.kinds import CaseState
from domain.cases.orders import CaseOrder, refusal
from domain.doorbell import Recipient
from storage.unit_of_work import Books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


async def order_about_case(
    books: Books,
    servers: Servers,
    organisation_id: int,
    number: int,
    asked: CaseOrder,
    *,
    kind: str,
    kept_verb: str,
    read: Callable[[Session], Document],
    words: Callable[[Document, str], str],
) -> Outcome:
    """Carry an order out, or say why not; the same business id again says what became of it then.

    Raises:
        Negative: no such case.
        CannotRun: Temporal or the workers do not answer.
    """
    order = Order(
        recipient=Recipient.CASE,
        number=number,
        verb=asked.verb.value,
        business_id=asked.business_id,
        body=CaseOrderBody(
            verb=asked.verb.value, id=asked.business_id, by=asked.by, reason=asked.reason, check=asked.check
        ),
        answer=CaseAnswer,
    )

    def refused(shown: Document) -> str | None:
        if shown["state"] != CLOSED:
            return None  # the workflow knows the state best
        return refusal(asked.verb, kind, CaseState.CLOSED, shown["decision"] or "")

    story = Story(kept_as=("case", kept_verb), read=read, refusal=refused, words=words)
    return await StoryDesk(books, organisation_id, order, story).carry_out(servers)
