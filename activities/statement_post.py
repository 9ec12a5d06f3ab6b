"""Handing words about money over: nobody is asked for what was paid a moment before, or against their wish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.account import instalments, reaching
from activities.account.balance import OpenAccount
from activities.account.planning import PATIENT_ACCOUNTS, PLACEMENT
from activities.account.words_out import EMAIL, TEXT
from contracts.account import StatementPost, StatementSent, StatementToSend
from domain.billing.contact_policy import Channel
from gateways.errors import GatewayError, MailRefused, MailUncertain, SettingsMissing
from gateways.mail import PaperMail
from gateways.papers.statement import PLAN_MISSED
from gateways.smtp import SmtpLine
from storage import contacts, outbox, timeline, work_items
from storage.models import Statement
from storage.outbox import Outgoing
from storage.statements import WITHDRAWN
from storage.unit_of_work import Books

HAND_OVER_SECONDS = 20.0
"""The account's lock is held no longer: the paper is then released unsent and tried again."""


class StatementPostByMail(StatementPost):
    """Looks once more at the balance, and keeps the account locked until the hand-over has begun."""

    def __init__(self, books: Books, mail: PaperMail, smtp: SmtpLine | None = None) -> None:
        """Send letters and texts through this mail room, e-mails through this server."""
        self._books = books
        self._mail = mail
        self._smtp = smtp

    @activity.defn(name="send_statement")
    async def send(self, statement: StatementToSend) -> StatementSent:
        """Begin in one transaction; look, hand over and mark in the next."""
        outgoing = await self._run(statement, lambda session: outbox.begin(session, statement.outbox_id))
        if outgoing is None:
            await self._run(statement, lambda session: _ask_about_uncertain(session, statement))
            return StatementSent(sent=False)
        loop = asyncio.get_running_loop()
        try:
            sent = await asyncio.to_thread(self._look_and_hand_over, statement, outgoing, loop)
        except (MailUncertain, MailRefused, SettingsMissing) as error:
            await self._run(statement, partial(_given_up, statement=statement, error=error))
            return StatementSent(sent=False)
        except GatewayError as error:
            # Nothing was handed over: a blind send may be tried again too.
            await self._run(statement, partial(_not_sent, outgoing=outgoing, error=str(error)))
            raise ApplicationError(
                str(error), type="Unreachable" if error.retryable else "Refused", non_retryable=not error.retryable
            ) from error
        except TimeoutError as error:
            raise ApplicationError("the mail room took too long; the paper is released unsent", type="Slow") from error
        return StatementSent(sent=sent)

    async def _run(
        self, statement: StatementToSend, work: Callable[[Session], Outgoing | None]
    ) -> Outgoing | None:
        return await asyncio.to_thread(self._books.run, statement.account.organisation_id, work)

    def _look_and_hand_over(
        self, statement: StatementToSend, outgoing: Outgoing, loop: asyncio.AbstractEventLoop
    ) -> bool:
        with self._books.transaction(statement.account.organisation_id) as session:
            account = OpenAccount.lock(session, statement.account)
            row = session.get_one(Statement, statement.statement_number)
            why = "" if row.kind == PLACEMENT else _why_not(account, row, outgoing.channel)
            if why:
                _withdraw(session, account, row, why)
                return False
            self._hand_over(outgoing, loop)
            outbox.mark_sent(session, statement.outbox_id, account.now)
            return True

    def _hand_over(self, outgoing: Outgoing, loop: asyncio.AbstractEventLoop) -> None:
        manifest = outgoing.manifest or {}
        if outgoing.channel == EMAIL:
            if self._smtp is None:
                raise SettingsMissing("no mail server is configured: set CLAIMFLOW_SMTP_HOST and its companions")
            self._smtp.send(str(manifest["to"]), outgoing.content)
            return
        sending = (
            self._mail.send_text(outgoing.name, manifest)
            if outgoing.channel == TEXT
            else self._mail.send(outgoing.name, outgoing.content, manifest)
        )
        asyncio.run_coroutine_threadsafe(sending, loop).result(timeout=HAND_OVER_SECONDS)


def _why_not(account: OpenAccount, row: Statement, channel: str) -> str:
    """Why the word stays in the house, read in the moment of sending."""
    if row.kind == PLAN_MISSED:
        missing = instalments.standing_of(account).missing_cents if account.plan is not None else 0
        if missing != row.balance_cents:
            return "the instalment came before it was handed over"
    elif account.balance_cents != row.balance_cents:
        return "the balance changed before it was handed over"
    by = Channel(channel) if channel in set(Channel) else Channel.MAIL
    return reaching.may_leave(account, by, row.kind)


def _withdraw(session: Session, account: OpenAccount, row: Statement, why: str) -> None:
    """The word stays in the house, and its step is free again."""
    assert row.outbox_id is not None
    outbox.mark_refused(session, row.outbox_id, why)
    if row.kind == PLAN_MISSED:
        if account.plan is not None:
            account.plan.follow_ups = max(0, account.plan.follow_ups - 1)
    else:
        account.row.cycle_step = max(0, account.row.cycle_step - 1)
    timeline.note(
        session,
        account.ref.organisation_id,
        key=f"statement:{row.number}:kept_back",
        at=account.now,
        by="system",
        what=f"{row.kind.replace('_', ' ').capitalize()} {row.number} stayed in the house",
        why=why,
        account_number=account.row.number,
    )
    contacts.kept_back(session, f"statement:{row.number}", why)
    row.kind, row.step = WITHDRAWN, -row.number


def _not_sent(session: Session, outgoing: Outgoing, error: str) -> None:
    if outgoing.channel == EMAIL:
        outbox.mark_not_sent(session, outgoing.id, error)


def _given_up(session: Session, statement: StatementToSend, error: GatewayError) -> None:
    """An e-mail that was refused, or may have arrived, or has no server: a machine does not send it again."""
    if isinstance(error, MailUncertain):
        outbox.mark_uncertain(session, statement.outbox_id, str(error))
        _ask_about_uncertain(session, statement)
        return
    outbox.mark_refused(session, statement.outbox_id, str(error))
    _ask(
        session,
        statement,
        "email_refused",
        f"The e-mail with statement {statement.statement_number} was refused: {error}",
        "Ask the guarantor for another address, or send letters (`claimflow account prefer --channel mail`)",
    )


def _ask_about_uncertain(session: Session, statement: StatementToSend) -> None:
    if outbox.state_of(session, statement.outbox_id) == "uncertain":
        _ask(
            session,
            statement,
            "email_uncertain",
            f"Nobody knows whether the e-mail with statement {statement.statement_number} arrived",
            "Look at the mail server's log, or ask the guarantor; the next step comes at its own time either way",
        )


def _ask(session: Session, statement: StatementToSend, kind: str, reason: str, remedy: str) -> None:
    today = statement.account.today.date()
    work_items.open_item(
        session,
        statement.account.organisation_id,
        key=f"outbox:{statement.outbox_id}:{kind}",
        kind=kind,
        reason=reason,
        remedy=remedy,
        owner=PATIENT_ACCOUNTS,
        due_on=today,
        opened_on=today,
        account_number=statement.account.account_number,
    )
