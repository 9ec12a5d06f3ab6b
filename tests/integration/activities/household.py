"""A household that owes money: its account asked step by step, and everything that reached it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from activities.account import agreeing
from activities.account.asking import issue
from activities.account.balance import OpenAccount
from activities.account.planning import plan
from activities.cash.by_hand import Entering, enter_payments
from activities.statement_post import StatementPostByMail
from contracts.account import AccountPlan, AccountRef, StatementToSend
from domain.billing.contact_policy import Channel
from domain.cash.payment import HandPayment, PaymentMethod
from gateways.errors import GatewayError
from storage import account_holds, ledger
from storage.models import Claim
from storage.organisations import LOCAL_PRACTICE
from storage.unit_of_work import Books
from tests.integration.activities.conftest import Desk

T = TypeVar("T")


@dataclass(kw_only=True)
class Handed:
    """A word that left the house."""

    channel: str
    at: datetime
    balance_cents: int
    content: bytes


@dataclass(kw_only=True)
class Household:
    """One account with one visit; ``desk`` brought it to the patient's share."""

    desk: Desk
    account: int
    now: datetime
    handed: list[Handed] = field(default_factory=list)
    lost_on_the_way: GatewayError | None = None
    before_hand_over: Callable[[], None] | None = None
    payments: int = 0

    @classmethod
    def owing(cls, desk: Desk) -> Household:
        """The payer left everything to the patient: 175 dollars less the contract's part of the second line."""
        desk.remit(desk.decision("PR-1"))
        with desk.books.transaction(LOCAL_PRACTICE) as session:
            account = session.get_one(Claim, desk.claim).account_number
        return cls(desk=desk, account=account, now=desk.today)

    @property
    def books(self) -> Books:
        return self.desk.books

    @property
    def ref(self) -> AccountRef:
        return AccountRef(organisation_id=LOCAL_PRACTICE, account_number=self.account, today=self.now)

    @property
    def today(self) -> date:
        """The practice's day."""
        return self.now.astimezone(ZoneInfo("America/New_York")).date()

    @property
    def open_cents(self) -> int:
        with self.books.transaction(LOCAL_PRACTICE) as session:
            return ledger.account_open_cents(session, self.account)

    def run(self, work: Callable[[Session], T]) -> T:
        return self.books.run(LOCAL_PRACTICE, work)

    def entering(self, session: Session) -> Entering:
        return Entering(
            session=session, organisation_id=LOCAL_PRACTICE, by="dana", at=self.now, today=self.today
        )

    def plan(self) -> AccountPlan:
        return self.run(lambda session: plan(OpenAccount.lock(session, self.ref)))

    def step(self) -> AccountPlan:
        """What the account's story does once: look, and do what is due."""
        due = self.plan()
        if not due.settled and due.due_at is not None and due.due_at <= self.now:
            issued = self.run(lambda session: issue(OpenAccount.lock(session, self.ref)))
            if issued.outbox_id is not None and issued.statement_number is not None:
                self.send(issued.statement_number, issued.outbox_id)
        return due

    def send(self, statement: int, outbox_id: int) -> bool:
        if self.before_hand_over is not None:
            self.before_hand_over()
            self.before_hand_over = None
        post = StatementPostByMail(self.books, MailRoom(self), MailServer(self))  # type: ignore[arg-type]
        order = StatementToSend(account=self.ref, statement_number=statement, outbox_id=outbox_id)
        return asyncio.run(post.send(order)).sent

    def until(self, kind: str, days: int = 400) -> AccountPlan:
        """Do what is due, each at its moment, until a step of this kind was due."""
        end = self.now + timedelta(days=days)
        while self.now < end:
            due = self.step()
            if due.kind == kind and due.due_at is not None and due.due_at <= self.now:
                return due
            following = self.plan()
            if following.settled or following.due_at is None:
                break
            self.now = max(self.now, following.due_at)
        raise AssertionError(f"no {kind} within {days} days; the account waits for {self.plan().what}")

    def pay(self, cents: int, claims: tuple[int, ...] = ()) -> None:
        self.payments += 1
        payment = HandPayment(
            account_number=self.account,
            amount_cents=cents,
            method=PaymentMethod.CHECK,
            reference=f"{self.payments}",
            received_on=self.today,
            claims=claims,
        )
        self.enter(payment)

    def enter(self, payment: HandPayment) -> None:
        self.run(lambda session: enter_payments(self.entering(session), [payment]))

    def prefer(self, *channels: Channel, **more: Any) -> None:
        self.run(
            lambda session: agreeing.prefer(
                self.entering(session), self.account, channels=channels, consents=channels, how="asked", **more
            )
        )

    def heard(self, what: str, channel: Channel, text: str = "", key: str = "") -> str:
        return self.run(
            lambda session: agreeing.heard(
                self.entering(session),
                self.account,
                what=what,
                channel=channel,
                text=text,
                key=key or f"{what}:{self.now}",
            )
        )

    def hold(self, key: str, *stops: str, claim: int | None = None) -> None:
        self.run(
            lambda session: account_holds.hold(
                session,
                LOCAL_PRACTICE,
                key=key,
                account_number=self.account,
                kind="dispute",
                since=self.today,
                stops=stops or ("statement", "contact", "collection"),
                reason="the figures look wrong",
                by="dana",
                claim_number=claim,
            )
        )

    def lift(self, key: str) -> None:
        self.run(
            lambda session: account_holds.lift(
                session, LOCAL_PRACTICE, key=key, by="dana", on=self.today, reason="answered"
            )
        )

    def agree_plan(self, **terms: Any) -> dict[str, Any]:
        self.run(lambda session: agreeing.offer_plan(self.entering(session), self.account, **terms))
        return self.run(lambda session: agreeing.agree_plan(self.entering(session), self.account, "called"))

    def take(self, channel: str, content: bytes, cents: int) -> None:
        if self.lost_on_the_way is not None:
            raise self.lost_on_the_way
        self.handed.append(Handed(channel=channel, at=self.now, balance_cents=cents, content=content))


class MailRoom:
    """Takes letters and texts."""

    def __init__(self, household: Household) -> None:
        self._household = household

    async def send(self, name: str, pdf: bytes, manifest: Mapping[str, Any]) -> None:
        self._household.take("mail", pdf, int(manifest["balance_cents"]))

    async def send_text(self, name: str, manifest: Mapping[str, Any]) -> None:
        self._household.take("text", str(manifest["text"]).encode(), int(manifest["balance_cents"]))


class MailServer:
    """Takes e-mails."""

    def __init__(self, household: Household) -> None:
        self._household = household

    def send(self, to: str, message: bytes) -> None:
        self._household.take("email", message, 0)
