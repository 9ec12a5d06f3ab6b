"""A household's months through its real workflows, on a real Temporal server whose time skips."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, TypeVar, cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from activities.cards import CardPayment, pay_by_card
from activities.cases.finding import look_for_credits
from activities.frontdesk.estimates import look_at_estimates
from contracts.account import AccountPlan
from contracts.case import CaseAnswer, CaseOrderBody
from contracts.claim import CommandAnswer, CommandBody
from contracts.ids import case_workflow_id, claim_workflow_id, workflow_id
from domain.cash.payment import HandPayment, PaymentMethod
from domain.doorbell import Doorbell, MessageKind, Recipient
from gateways.cards import CardSettings, HttpCardGateway
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.mail import PaperMail
from simulator.cards import CardSandbox
from stack.in_flight import InFlight
from storage import claims, doorbells, files
from storage.engine import make_engine
from storage.models import WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from storage.unit_of_work import Books
from tests.integration.activities.conftest import Desk
from tests.support.household_life import Carrier, Life
from workers import registry
from workers.deployment import make_current
from workers.dispatcher import Dispatcher

T = TypeVar("T")
STEPS = "by steps"
BY_STEPS = pytest.mark.parametrize("life", [STEPS], indirect=True)
"""For a variation that the workflows themselves add nothing to."""
BUILD = "households"
PATIENCE = 60.0
_LOOK = timedelta(days=30)
_AFTER = timedelta(minutes=1)
"""A clock that is moved to the very moment of a timer may stand a millisecond before it."""


def next_march() -> datetime:
    """A Tuesday morning that lies ahead: a workflow's clock, which begins today, is then never past the story's."""
    now = datetime.now(UTC)
    year = now.year + (now.month >= 3)
    first = datetime(year, 3, 1, 15, tzinfo=UTC)
    return first + timedelta(days=(1 - first.weekday()) % 7)


class Background:
    """An event loop in a thread of its own, so that stories read as plain steps."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="household server", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=3 * PATIENCE)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


class Server:
    """The product's own workers and dispatcher over one household's books; deliveries are made when asked for."""

    def __init__(self, database_url: str, client: Client) -> None:
        self.books = Books(make_engine(database_url, pool_size=registry.BOOK_THREADS + 12))
        self.client = client
        self._in_flight = InFlight(self.books, client)
        self._dispatcher = Dispatcher(self.books, client)
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(disable_propagation=True))
        self._threads = ThreadPoolExecutor(registry.BOOK_THREADS)
        self._workers: list[tuple[Worker, asyncio.Task[None]]] = []

    async def open(self, mail: object) -> None:
        outside = registry.Outside(
            mailbox=cast(ClearinghouseMailbox, None), real_time=cast(RealTimeLine, None), mail=cast(PaperMail, mail)
        )
        workers = [
            registry.stories_worker(self.client, self.books, self._threads, build=BUILD),
            registry.outside_worker(self.client, self.books, outside, build=BUILD),
        ]
        self._workers = [(worker, asyncio.create_task(worker.run())) for worker in workers]
        await make_current(self.client, BUILD)

    async def close(self) -> None:
        """End what the story left open, so that the next household meets nothing of it."""
        await asyncio.gather(*(worker.shutdown() for worker, _ in self._workers))
        await asyncio.gather(*(running for _, running in self._workers))
        with self.books.system() as session:
            rung = {
                workflow_id(Recipient(row.recipient), row.number, row.organisation_id)
                for row in session.query(WorkflowMessage).all()
            }
        for identifier in rung:
            try:
                await self.client.get_workflow_handle(identifier).terminate("the story is over")
            except RPCError:
                continue  # it has ended
        self._threads.shutdown()
        self.books.engine.dispose()

    async def settle(self) -> None:
        """Deliver what was rung and let it happen, until nothing is left to happen at this moment."""
        end = time.monotonic() + PATIENCE
        while True:
            while await self._dispatcher.deliver_due():
                pass
            rows = await asyncio.to_thread(self._in_flight.read)
            busy = await self._in_flight.forget_idle()
            if not rows.messages and not busy and not self._in_flight.suspects:
                return
            assert time.monotonic() < end, f"in flight for {PATIENCE:.0f} s: {rows}, {busy}"
            await asyncio.sleep(0.02)

    def deadlines(self) -> list[tuple[datetime, str]]:
        return self._in_flight.deadlines()

    async def move_due(self, now: datetime) -> None:
        """The clocks of the workflows whose date has come move to this moment."""
        due = [identifier for at, identifier in self.deadlines() if at <= now]
        await asyncio.gather(*(self.move(identifier, now) for identifier in due))

    async def move(self, identifier: str, now: datetime) -> None:
        handle = self.client.get_workflow_handle(identifier)
        ahead = now - await self._skipper.get_current_time(handle)
        if ahead > timedelta(0):
            await asyncio.wait_for(self._skipper.fast_forward(handle, ahead), PATIENCE)
        self._in_flight.suspect([identifier])


@dataclass(kw_only=True)
class LifeOnTheServer(Life):
    """The same life, carried by workflows: nothing is planned, written or sent by the test."""

    server: Server
    background: Background
    cards: CardSandbox

    @classmethod
    def beginning(cls, desk: Desk, server: Server, background: Background, cards: CardSandbox) -> LifeOnTheServer:
        """The payer leaves 150 dollars of a visit to the patient next March."""
        desk.books, desk.today = server.books, next_march()
        desk.remit(desk.decision("PR-1"))
        with server.books.transaction(LOCAL_PRACTICE) as session:
            account = claims.get(session, desk.claim).account_number
        life = cls(
            desk=desk, account=account, now=desk.today, begin=desk.today, server=server, background=background,
            cards=cards,
        )  # fmt: skip
        background.do(server.open(Carrier(life)))
        return life

    def settle(self) -> None:
        self.background.do(self.server.settle())

    def do_what_is_due(self) -> AccountPlan:
        self.settle()
        self.at_desk(look_at_estimates)
        self.at_desk(look_for_credits)
        return self.plan()

    def at_desk(self, work: Any) -> Any:
        done = super().at_desk(work)
        self.settle()
        return done

    def until_day(self, day: int) -> None:
        end = self.begin + timedelta(days=day)
        self.do_what_is_due()
        while self.now < end:
            self._go_on(end)

    def until(self, kind: str, days: int = 400) -> AccountPlan:
        end = self.now + timedelta(days=days)
        self.do_what_is_due()
        while kind not in self.work():
            assert self.now < end, f"no {kind} within {days} days"
            self._go_on(end)
        return self.plan()

    def _go_on(self, end: datetime) -> None:
        """To the next moment at which any workflow has a date."""
        ahead = [at for at, _ in self.server.deadlines() if at > self.now]
        self.now = min([end, self.now + _LOOK, *(at + _AFTER for at in ahead)])
        self.background.do(self.server.move_due(self.now))
        self.do_what_is_due()

    def pay(self, cents: int, claims: tuple[int, ...] = ()) -> None:
        """By the bank's lockbox, by card, and in cash at the desk, in turn; for chosen visits at the desk."""
        self.payments += 1
        door = "cash" if claims else ("lockbox", "card", "cash")[(self.payments - 1) % 3]
        if door == "lockbox":
            self._by_lockbox(cents)
        elif door == "card":
            gateway = HttpCardGateway(CardSettings(url=self.cards.url, secret=self.cards.secret))
            click = CardPayment(
                organisation_id=LOCAL_PRACTICE, account_number=self.account, amount_cents=cents, token="tok_good",
                key=f"click-{self.payments}", by="patient", at=self.now,
            )  # fmt: skip
            assert pay_by_card(self.books, gateway, click)["state"] == "charged"
        else:
            self._in_cash(cents, claims)
        self.settle()

    def _by_lockbox(self, cents: int) -> None:
        lines = "deposit,check_number,account,statement,amount_cents,received_on\n"
        lines += f"D{self.payments},{1000 + self.payments},{self.account},,{cents},{self.today}\n"

        def mailed(session: Any) -> None:
            kept = files.receive(session, LOCAL_PRACTICE, f"lockbox-{self.payments}.csv", lines.encode(), self.now)
            bell = Doorbell(
                recipient=Recipient.FILE, number=kept.sha256, kind=MessageKind.OPEN, reference=str(kept.id),
                business_at=self.now,
            )  # fmt: skip
            doorbells.ring(session, LOCAL_PRACTICE, bell)

        self.run(mailed)

    def _in_cash(self, cents: int, chosen: tuple[int, ...]) -> None:
        payment = HandPayment(
            account_number=self.account, amount_cents=cents, method=PaymentMethod.CASH,
            reference=f"{self.payments}", received_on=self.today, claims=chosen,
        )  # fmt: skip
        self.enter(payment)

    def order(self, desk: Desk, verb: str, id: str) -> CommandAnswer:  # noqa: A002 - the body's own word
        """A biller orders something of a claim: an update of its workflow."""
        with self.books.transaction(LOCAL_PRACTICE) as session:
            version = claims.get(session, desk.claim).version
        body = CommandBody(
            command=verb, id=id, by="ann", expected_version=version, reason="the complaint was upheld", changes={}
        )
        identifier = claim_workflow_id(desk.claim)
        self.background.do(self.server.move(identifier, self.now))
        handle = self.server.client.get_workflow_handle(identifier)
        said: CommandAnswer = self.background.do(
            handle.execute_update(verb, body, id=body.id, result_type=CommandAnswer)
        )
        self.settle()
        return said

    def order_case(self, case: int, body: CaseOrderBody) -> CaseAnswer:
        identifier = case_workflow_id(case)
        self.background.do(self.server.move(identifier, self.now))
        handle = self.server.client.get_workflow_handle(identifier)
        said: CaseAnswer = self.background.do(
            handle.execute_update(body.verb, body, id=body.id, result_type=CaseAnswer)
        )
        self.settle()
        return said
