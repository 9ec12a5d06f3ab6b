"""Handing statements to the print vendor: nobody is asked for what was paid a moment before."""

from __future__ import annotations

import asyncio

from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.account.balance import OpenAccount
from activities.account.planning import PLACEMENT
from contracts.account import StatementPost, StatementSent, StatementToSend
from gateways.errors import GatewayError
from gateways.mail import PaperMail
from storage import outbox
from storage.models import Statement
from storage.outbox import Outgoing
from storage.unit_of_work import Books

HAND_OVER_SECONDS = 20.0
"""The account's lock is held no longer: the paper is then released unsent and tried again."""


class StatementPostByMail(StatementPost):
    """Looks once more at the balance, and keeps the account locked until the hand-over has begun."""

    def __init__(self, books: Books, mail: PaperMail) -> None:
        """Send through this mail room."""
        self._books = books
        self._mail = mail

    @activity.defn(name="send_statement")
    async def send(self, statement: StatementToSend) -> StatementSent:
        """Begin in one transaction; look, hand over and mark in the next."""
        organisation = statement.account.organisation_id
        outgoing = await asyncio.to_thread(
            self._books.run, organisation, lambda session: outbox.begin(session, statement.outbox_id)
        )
        if outgoing is None:
            return StatementSent(sent=False)
        loop = asyncio.get_running_loop()
        try:
            sent = await asyncio.to_thread(self._look_and_hand_over, statement, outgoing, loop)
        except GatewayError as error:
            raise ApplicationError(
                str(error), type="Unreachable" if error.retryable else "Refused", non_retryable=not error.retryable
            ) from error
        except TimeoutError as error:
            raise ApplicationError("the mail room took too long; the paper is released unsent", type="Slow") from error
        return StatementSent(sent=sent)

    def _look_and_hand_over(
        self, statement: StatementToSend, outgoing: Outgoing, loop: asyncio.AbstractEventLoop
    ) -> bool:
        with self._books.transaction(statement.account.organisation_id) as session:
            account = OpenAccount.lock(session, statement.account)
            row = session.get_one(Statement, statement.statement_number)
            if row.kind != PLACEMENT and account.balance_cents != row.balance_cents:
                _withdraw(session, account, row)
                return False
            asyncio.run_coroutine_threadsafe(
                self._mail.send(outgoing.name, outgoing.content, outgoing.manifest or {}), loop
            ).result(timeout=HAND_OVER_SECONDS)
            outbox.mark_sent(session, statement.outbox_id, account.now)
            return True


def _withdraw(session: Session, account: OpenAccount, row: Statement) -> None:
    """The balance moved after the paper was written: it stays in the house, and its step is free again."""
    assert row.outbox_id is not None
    outbox.mark_refused(session, row.outbox_id, "the balance changed before it was handed over")
    row.kind, row.step = "withdrawn", -row.number
    account.row.cycle_step = max(0, account.row.cycle_step - 1)
