"""The mail room of a random account: what leaves is looked at in that moment, and payments race it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from activities.statement_post import StatementPostByMail
from contracts.account import AccountRef, StatementToSend
from storage.organisations import LOCAL_PRACTICE
from storage.unit_of_work import Books

PATIENCE = 20.0
_WAITERS = text(
    "select count(*) from pg_locks where not granted and pid in "
    "(select pid from pg_stat_activity where datname = current_database())"
)


_PAID_OF_IT = text(
    "select count(*) from entries e join postings p on p.id = e.posting_id and p.id > :since "
    "join statements s on s.number = :statement "
    "where p.kind = 'patient_payment' and e.ledger_account = 'patient_receivable' "
    "and s.claims @> jsonb_build_array(jsonb_build_object('claim', e.claim_number))"
)


@dataclass(kw_only=True)
class HandedOver:
    """A word whose hand-over began."""

    statement: int
    channel: str
    at: datetime
    content: bytes
    manifest: Mapping[str, Any]
    begun: float
    """Of a monotonic clock, in seconds."""


@dataclass(kw_only=True)
class MailRoom:
    """Takes letters, texts and e-mails of one account."""

    books: Books
    now: Callable[[], datetime]
    look: Callable[[HandedOver], None]
    """Called in the moment in which the hand-over begins."""
    handed: list[HandedOver] = field(default_factory=list)
    at_the_door: Callable[[], None] | None = None
    sending: int = 0
    refused: list[BaseException] = field(default_factory=list)

    async def send(self, name: str, pdf: bytes, manifest: Mapping[str, Any]) -> None:
        self._begin("mail", pdf, manifest)

    async def send_text(self, name: str, manifest: Mapping[str, Any]) -> None:
        self._begin("text", str(manifest["text"]).encode(), manifest)

    def email(self, to: str, message: bytes) -> None:
        self._begin("email", message, {"to": to})

    def _begin(self, channel: str, content: bytes, manifest: Mapping[str, Any]) -> None:
        one = HandedOver(
            statement=self.sending, channel=channel, at=self.now(), content=content, manifest=manifest,
            begun=time.monotonic(),
        )  # fmt: skip
        self.handed.append(one)
        if self.at_the_door is not None:
            self.at_the_door()
        try:
            self.look(one)
        except AssertionError as broken:  # the sender would take it for an error of the gateway
            self.refused.append(broken)

    def post(self, statement: int, outbox_id: int, account: AccountRef) -> bool:
        """The product's own sender, with this mail room behind it."""
        self.sending = statement
        post = StatementPostByMail(self.books, self, MailServer(self))  # type: ignore[arg-type]
        order = StatementToSend(account=account, statement_number=statement, outbox_id=outbox_id)
        sent = asyncio.run(post.send(order)).sent
        if self.refused:
            raise self.refused.pop()
        return sent


class MailServer:
    """Takes e-mails."""

    def __init__(self, room: MailRoom) -> None:
        self._room = room

    def send(self, to: str, message: bytes) -> None:
        self._room.email(to, message)


class Race:
    """A payment that commits while the sender is in the moment of sending: two connections, no sleeps between them.

    Each way returns whether the word left. It raises AssertionError when a hand-over began after the commit.
    """

    def __init__(
        self, books: Books, room: MailRoom, send: Callable[[], bool], pay: Callable[[Session], object]
    ) -> None:
        self._books = books
        self._room = room
        self._send = send
        self._pay = pay
        with books.engine.connect() as connection:
            self._since = connection.scalar(text("select coalesce(max(id), 0) from postings"))

    def payment_commits_while_the_sender_waits(self) -> bool:
        """The payment has the account and has not committed; the sender comes, and must wait for it."""
        posted, may_commit = Event(), Event()

        def pay() -> float:
            with self._books.transaction(LOCAL_PRACTICE) as session:
                self._pay(session)
                posted.set()
                assert may_commit.wait(PATIENCE)
            return time.monotonic()

        before = len(self._room.handed)
        with ThreadPoolExecutor(2) as hands:
            paying = hands.submit(pay)
            assert posted.wait(PATIENCE), paying.exception(timeout=PATIENCE)
            sending = hands.submit(self._send)
            self._until(lambda: self._somebody_waits() or sending.done())
            begun = len(self._room.handed)
            may_commit.set()
            committed, sent = paying.result(PATIENCE), sending.result(PATIENCE)
        assert begun == before, "a hand-over began while a payment held the account"
        self._check(before, committed)
        return sent

    def payment_comes_when_the_hand_over_has_begun(self) -> bool:
        """The sender has the account and hands over; the payment comes, and its commit must wait for it."""
        with ThreadPoolExecutor(1) as hands:
            paying: list[Future[float]] = []

            def at_the_door() -> None:
                paying.append(hands.submit(self._pay_alone))
                self._until(lambda: self._somebody_waits() or paying[0].done())
                assert not paying[0].done(), "a payment committed within a hand-over"

            before = len(self._room.handed)
            self._room.at_the_door = at_the_door
            try:
                sent = self._send()
            finally:
                self._room.at_the_door = None
            if not paying:  # it stayed in the house for another reason
                paying.append(hands.submit(self._pay_alone))
            self._check(before, paying[0].result(PATIENCE))
        return sent

    def both_at_once(self) -> bool:
        """Nobody arranges anything: whoever is first."""
        before, go = len(self._room.handed), Event()

        def pay() -> float:
            go.wait(PATIENCE)
            return self._pay_alone()

        with ThreadPoolExecutor(1) as hands:
            paying = hands.submit(pay)
            go.set()
            sent = self._send()
            self._check(before, paying.result(PATIENCE))
        return sent

    def _pay_alone(self) -> float:
        self._books.run(LOCAL_PRACTICE, self._pay)
        return time.monotonic()

    def _check(self, before: int, committed: float) -> None:
        late = [one for one in self._room.handed[before:] if one.begun > committed]
        paid = [one for one in late if self._pays_what_it_asks(one)]
        assert not paid, f"the hand-over of statement {paid[0].statement} began after the payment's commit"

    def _pays_what_it_asks(self, one: HandedOver) -> bool:
        """A payment that went to a visit in dispute, or ahead, leaves the sum that is asked as it is."""
        with self._books.engine.connect() as connection:
            return bool(connection.scalar(_PAID_OF_IT, {"since": self._since, "statement": one.statement}))

    def _somebody_waits(self) -> bool:
        with self._books.engine.connect() as connection:
            return bool(connection.scalar(_WAITERS))

    def _until(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, "nobody waits for the account's lock, and nobody is done"
