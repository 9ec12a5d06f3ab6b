"""Card and bank doubles over the real wires: gateway, door and PostgreSQL in processes of their own; posted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.card_ends import CardSweepsAtTheGateway
from activities.cards import CardPayment, pay_by_card
from activities.cash.by_hand import enter_batch
from activities.cash.returned import take_back_payment
from activities.inbound_books import InboundBooksInPostgres
from contracts.wire import FileReceived, Sweep, TransactionRef
from domain.cash.payment import HandPayment, PaymentMethod
from edi.money_by_hand import HandBatch
from gateways.cards import CardSettings, HttpCardGateway
from stack.card_pieces import CardDoor, CardGatewayInABox
from stack.guardian import Guardian, stop_all
from stack.paths import StackPaths
from storage import files, ledger
from storage.clock import PostgresBusinessClock
from storage.models import Receipt
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.activities.household import Household
from tests.integration.storage.together import together
from tests.support.eventually import assert_eventually
from tests.support.servers import ephemeral_ports, paths_for

CENTS = 1_000
LOCKBOX = "deposit,check_number,account,statement,amount_cents,received_on\n"


@dataclass(kw_only=True)
class Till:
    """A household's account, a gateway in a box, and the door at which it tells of charges."""

    house: Household
    paths: StackPaths
    box: CardGatewayInABox
    door: CardDoor
    database_url: str

    @property
    def gateway(self) -> HttpCardGateway:
        return HttpCardGateway(CardSettings.from_environment(self.box.provides()), seconds=8)

    def open_door(self) -> None:
        self.door.start({"DATABASE_URL": self.database_url})

    def pay(self, key: str, token: str) -> dict[str, Any]:
        click = CardPayment(
            organisation_id=LOCAL_PRACTICE,
            account_number=self.house.account,
            amount_cents=CENTS,
            token=token,
            key=key,
            by="patient",
            at=self.house.now,
        )
        return pay_by_card(self.house.books, self.gateway, click)

    def gateways_books(self) -> dict[str, Any]:
        """What the gateway says it did, asked as any customer of its would."""
        settings = CardSettings.from_environment(self.box.provides())
        log_in = {"Authorization": f"Bearer {settings.secret}"}
        found: dict[str, Any] = httpx.get(f"{settings.url}/charges", headers=log_in, trust_env=False).json()
        return found

    def told(self, key: str) -> tuple[int, int]:
        """How often the gateway tried to tell of a click, and how often our door took it."""
        (one,) = [one for one in self.gateways_books()["charges"] if one["key"] == f"{LOCAL_PRACTICE}-{key}"]
        return one["webhook_tries"], one["webhooks_taken"]

    def look(self) -> CardSweepsAtTheGateway:
        return CardSweepsAtTheGateway(self.house.books, PostgresBusinessClock(self.house.books), self.gateway)


@pytest.fixture
def till(new_desk: Callable[..., Desk], database_url: str, tmp_path: Path) -> Iterator[Till]:
    paths = paths_for(tmp_path / "state")
    ports = ephemeral_ports(paths.state)
    till = Till(
        house=Household.owing(new_desk()),
        paths=paths,
        box=CardGatewayInABox(paths, ports),
        door=CardDoor(paths, ports),
        database_url=database_url,
    )
    with Guardian(paths):
        till.open_door()
        till.box.start({})
        yield till
        stop_all(paths)


def posted(house: Household) -> tuple[dict[str, int], int]:
    """Cents of every receipt by its key, and what the ledger has in the bank."""
    with house.books.transaction(LOCAL_PRACTICE) as session:
        assert ledger.is_balanced(session)
        receipts = {row.key: row.amount_cents for row in session.scalars(select(Receipt))}
        return receipts, ledger.trial_balance(session).get("bank", 0)


async def test_however_a_click_is_doubled_or_lost_it_is_charged_once_and_posted_once(till: Till) -> None:
    owed = till.house.open_cents

    both = together([lambda: till.pay("double-click", "tok_good") for _ in range(2)])
    assert both[0] == both[1]
    assert both[0]["state"] == "charged"

    early = till.pay("told-early", "tok_early")
    assert till.told("told-early") == (1, 1), "the gateway answers this click after its webhook was taken"
    assert early["state"] == "charged"

    assert till.pay("told-twice", "tok_twice")["state"] == "charged"
    await assert_eventually(lambda: till.told("told-twice") == (2, 2))

    assert till.pay("lost", "tok_lost")["state"] == "intended"
    assert "card_uncertain" in till.house.desk.work()
    assert (await till.look().cards(Sweep(kind="cards"))).found == 1
    assert (await till.look().cards(Sweep(kind="cards"))).found == 0
    assert till.pay("lost", "tok_lost")["state"] == "charged", "the same click again is told, not charged"
    assert "card_uncertain" not in till.house.desk.work()

    till.door.stop()
    assert till.pay("door-away", "tok_good")["state"] == "charged"
    await assert_eventually(lambda: till.told("door-away")[0] >= 2, why="the gateway tries again")
    till.box.kill()
    till.box.start({})
    till.open_door()
    await assert_eventually(lambda: till.told("door-away")[1] == 1, why="what was untold outlives the gateway")

    clicks = ["double-click", "told-early", "told-twice", "lost", "door-away"]
    await assert_eventually(lambda: till.told("double-click") == (1, 1))
    charged = till.gateways_books()
    assert {one["key"]: one["amount_cents"] for one in charged["charges"]} == {
        f"{LOCAL_PRACTICE}-{click}": CENTS for click in clicks
    }
    receipts, in_bank = posted(till.house)
    assert receipts == {f"hand/card/{click}": CENTS for click in clicks}
    assert charged["taken_cents"] == in_bank == owed - till.house.open_cents == len(clicks) * CENTS
    logs = "".join(file.read_text() for file in till.paths.logs.glob("*.log"))
    assert "card_webhook_booked" in logs
    secret = CardSettings.from_environment(till.box.provides()).secret
    assert not [word for word in ("tok_", "ch_0", "double-click", secret) if word in logs]


@dataclass(kw_only=True)
class Mailbag:
    """What the bank reports and what a person types of one household's checks."""

    house: Household

    def line(self, check: int, deposit: str = "LB-9") -> str:
        return f"{deposit},{check},{self.house.account},,{CENTS},2026-03-04\n"

    def lockbox(self, *lines: str) -> None:
        house = self.house
        with house.books.transaction(LOCAL_PRACTICE) as session:
            kept = files.receive(session, LOCAL_PRACTICE, "lockbox.csv", (LOCKBOX + "".join(lines)).encode(), house.now)
        inbox = InboundBooksInPostgres(house.books)
        file = FileReceived(organisation_id=LOCAL_PRACTICE, file_id=kept.id, business_at=house.now)
        for ordinal in inbox.classify(file).ordinals:
            inbox.process(
                TransactionRef(organisation_id=LOCAL_PRACTICE, file_id=kept.id, ordinal=ordinal, business_at=house.now)
            )

    def slip(self, content: bytes, check: int) -> None:
        house = self.house
        by_hand = HandPayment(
            account_number=house.account,
            amount_cents=CENTS,
            method=PaymentMethod.CHECK,
            reference=str(check),
            received_on=house.today,
            slip="S-7",
        )
        batch = HandBatch(remittances=(), payments=(by_hand,), slip="S-7", slip_total_cents=None)
        house.run(lambda session: enter_batch(house.entering(session), batch, content, "slip.json", as_printed=False))


def test_however_the_bank_repeats_a_check_it_is_posted_once(new_desk: Callable[..., Desk]) -> None:
    bag = Mailbag(house=Household.owing(new_desk()))
    repeats: list[Callable[[], None]] = [
        lambda: bag.lockbox(bag.line(101)),
        lambda: bag.lockbox(bag.line(101)),
        lambda: bag.lockbox(bag.line(102), bag.line(101)),
        lambda: bag.slip(b"{}", 2001),
        lambda: bag.slip(b"{ }", 2001),
    ]
    together(repeats)
    for again in repeats:
        again()
    receipts, in_bank = posted(bag.house)
    assert sorted(receipts) == [
        f"hand/check/2001/{bag.house.account}",
        f"lockbox/LB-9/101/{bag.house.account}/",
        f"lockbox/LB-9/102/{bag.house.account}/",
    ]
    assert in_bank == 3 * CENTS


def test_a_check_that_a_person_entered_is_not_posted_again_when_the_lockbox_tells_of_it(
    new_desk: Callable[..., Desk],
) -> None:
    bag = Mailbag(house=Household.owing(new_desk()))
    bag.slip(b"{}", 101)
    bag.lockbox(bag.line(101), bag.line(102))
    receipts, in_bank = posted(bag.house)
    assert sorted(receipts) == [f"hand/check/101/{bag.house.account}", f"lockbox/LB-9/102/{bag.house.account}/"]
    assert in_bank == 2 * CENTS
    assert "lockbox_entered_before" in bag.house.desk.work(), "it may be another check: a person says so"


def test_a_check_that_came_back_and_is_presented_again_is_new_money(new_desk: Callable[..., Desk]) -> None:
    bag = Mailbag(house=Household.owing(new_desk()))
    bag.slip(b"{}", 101)
    bag.house.run(lambda session: take_back(bag.house, session))
    bag.lockbox(bag.line(101))
    receipts, in_bank = posted(bag.house)
    assert f"lockbox/LB-9/101/{bag.house.account}/" in receipts
    assert in_bank == CENTS


def take_back(house: Household, session: Session) -> None:
    """The bank took the only check back."""
    receipt = session.scalars(select(Receipt.id)).one()
    take_back_payment(house.entering(session), receipt, what="returned check", reason="not paid by its bank")
