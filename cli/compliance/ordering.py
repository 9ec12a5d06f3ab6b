"""A decision about a referral on its way to its case's workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import output
from cli.case_orders import order_about_case
from cli.connection import Servers
from cli.story_orders import Document, Outcome
from domain.cases.kinds import COMPLIANCE
from domain.cases.orders import parse_order
from storage import compliance
from storage.unit_of_work import Books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


async def order(books: Books, servers: Servers, organisation_id: int, number: int, body: dict[str, str]) -> Outcome:
    """Carry a decision out, or say why not.

    Raises:
        OrderInvalid: the body is no order.
        NotCompliance: the person does not have the role.
        UnknownReferral: there is no such referral.
        CannotRun: Temporal or the workers do not answer.
    """
    asked = parse_order(body)

    def read(session: Session) -> Document:
        compliance.require_role(session, asked.by)
        return compliance.shown(session, number)

    return await order_about_case(
        books, servers, organisation_id, number, asked,
        kind=COMPLIANCE, kept_verb="review_decided", read=read, words=_in_words,
    )  # fmt: skip


def _in_words(shown: Document, before: str) -> str:
    claims = output.counted(len(shown["claims"]), "claim")
    return f"referral {shown['referral']}: {shown['decision']}{before}; {claims} will act on it now"
