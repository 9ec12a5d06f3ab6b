"""A card payment from click to ledger: clicked twice, timed out, told twice: charged once and posted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.cards import CardPayment, CardRefused, pay_by_card, settle_open, webhook_came
from domain.billing.card import CardNumberGiven
from gateways.cards import CardAnswer, CardOrder, CardSettings, HttpCardGateway, WebhookForged, read_webhook
from gateways.errors import CardGatewayUnreachable
from simulator.cards import CardSandbox
from storage import ledger
from storage.models import CardCharge, Receipt
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.activities.household import Household


@pytest.fixture
def sandbox() -> Iterator[CardSandbox]:
    with CardSandbox() as box:
        yield box


@pytest.fixture
def gateway(sandbox: CardSandbox) -> HttpCardGateway:
    return HttpCardGateway(CardSettings(url=sandbox.url, secret=sandbox.secret), seconds=0.5)


@pytest.fixture
def house(new_desk: Callable[..., Desk]) -> Household:
    return Household.owing(new_desk())


def click(house: Household, key: str = "click-1", token: str = "tok_good", cents: int = 4_000) -> CardPayment:
    return CardPayment(
        organisation_id=LOCAL_PRACTICE,
        account_number=house.account,
        amount_cents=cents,
        token=token,
        key=key,
        by="patient",
        at=house.now,
    )


def booked(house: Household) -> tuple[int, int]:
    """How many receipts there are, and what the bank account of the ledger holds."""
    with house.books.transaction(LOCAL_PRACTICE) as session:
        receipts = session.scalar(select(func.count()).select_from(Receipt)) or 0
        assert ledger.is_balanced(session)
        return receipts, ledger.trial_balance(session).get("bank", 0)


def test_a_double_click_charges_once_and_posts_once(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    owed = house.open_cents
    with ThreadPoolExecutor(4) as hands:
        done: list[dict[str, Any]] = list(
            hands.map(lambda _: pay_by_card(house.books, gateway, click(house)), range(4))
        )
    assert {one["state"] for one in done} == {"charged"}
    assert len({one["receipt"] for one in done}) == 1
    assert sandbox.taken_cents == 4_000
    assert booked(house) == (1, 4_000)
    assert house.open_cents == owed - 4_000


def test_a_timeout_after_the_charge_asks_by_the_key_and_never_charges_again(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    done = pay_by_card(house.books, gateway, click(house, token="tok_slow"))
    assert done["state"] == "charged"
    assert sandbox.requests == 1
    assert (sandbox.taken_cents, booked(house)) == (4_000, (1, 4_000))


def test_a_gateway_that_is_down_leaves_the_payment_open_and_the_same_click_ends_it(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    sandbox.down = True
    assert pay_by_card(house.books, gateway, click(house))["state"] == "intended"
    assert "card_uncertain" in house.desk.work()
    assert booked(house) == (0, 0)
    sandbox.down = False
    assert settle_open(house.books, gateway, LOCAL_PRACTICE, house.now) == [], "the gateway never had this key"
    assert pay_by_card(house.books, gateway, click(house))["state"] == "charged"
    assert (sandbox.taken_cents, booked(house)) == (4_000, (1, 4_000))
    assert "card_uncertain" not in house.desk.work()


def test_lost_after_the_charge_with_the_gateway_gone_is_settled_by_asking_later(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = gateway.ask
    monkeypatch.setattr(gateway, "ask", lambda _key: None)
    assert pay_by_card(house.books, gateway, click(house, token="tok_slow"))["state"] == "intended"
    monkeypatch.setattr(gateway, "ask", asked)
    (settled,) = settle_open(house.books, gateway, LOCAL_PRACTICE, house.now + timedelta(days=3))
    assert settled["state"] == "charged"
    with house.books.transaction(LOCAL_PRACTICE) as session:
        assert session.scalars(select(Receipt.received_on)).all() == [house.today], "the day of the click, not ours"
    assert settle_open(house.books, gateway, LOCAL_PRACTICE, house.now) == []
    assert (sandbox.taken_cents, booked(house)) == (4_000, (1, 4_000))


def test_a_webhook_that_comes_twice_and_beside_the_answer_posts_once(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    first = pay_by_card(house.books, gateway, click(house))
    body, signature = sandbox.webhook(f"{LOCAL_PRACTICE}-click-1")
    for _ in range(2):
        told = webhook_came(
            house.books, LOCAL_PRACTICE, read_webhook(body, signature, sandbox.secret), house.now
        )
        assert told == first
    assert booked(house) == (1, 4_000)


def test_a_forged_webhook_is_not_believed(house: Household, gateway: HttpCardGateway, sandbox: CardSandbox) -> None:
    pay_by_card(house.books, gateway, click(house))
    body, signature = sandbox.webhook(f"{LOCAL_PRACTICE}-click-1")
    with pytest.raises(WebhookForged):
        read_webhook(body.replace(b"4000", b"9000"), signature, sandbox.secret)
    with pytest.raises(WebhookForged):
        read_webhook(body, signature, "")


def test_a_charge_that_nobody_asked_for_is_shown_to_a_person_and_not_posted(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    pay_by_card(house.books, gateway, click(house))
    body, signature = sandbox.webhook(f"{LOCAL_PRACTICE}-click-1")
    answer = read_webhook(body, signature, sandbox.secret)
    stranger = type(answer)(
        key=f"{LOCAL_PRACTICE}-other", approved=True, amount_cents=100, gateway_reference="ch_9"
    )
    assert webhook_came(house.books, LOCAL_PRACTICE, stranger, house.now) is None
    assert "card_unknown_charge" in house.desk.work()
    assert booked(house) == (1, 4_000)


def test_a_key_that_only_looks_like_another_practices_is_nobodys(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    sandbox.down = True
    pay_by_card(house.books, gateway, click(house, key="77-click"))
    foreign = CardAnswer(key="77-click", approved=True, amount_cents=4_000, gateway_reference="ch_9")
    assert webhook_came(house.books, LOCAL_PRACTICE, foreign, house.now) is None
    assert booked(house) == (0, 0)


def test_a_charge_of_another_amount_waits_for_a_person_and_holds_up_no_other(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    for key in ("click-1", "click-2"):
        sandbox.down = True
        pay_by_card(house.books, gateway, click(house, key=key))
        sandbox.down = False
        cents = {"click-1": 9_000, "click-2": 4_000}[key]
        gateway.charge(CardOrder(key=f"{LOCAL_PRACTICE}-{key}", token="tok_good", amount_cents=cents, reference=""))
    (settled,) = settle_open(house.books, gateway, LOCAL_PRACTICE, house.now)
    assert (settled["key"], settled["state"]) == ("click-2", "charged")
    told = gateway.ask(f"{LOCAL_PRACTICE}-click-1")
    assert told is not None
    assert webhook_came(house.books, LOCAL_PRACTICE, told, house.now) is None, "its webhook need not come again"
    assert house.desk.work().count("card_other_amount") == 1
    assert booked(house) == (1, 4_000)


def test_a_click_that_never_reached_the_gateway_is_given_up_after_a_day(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    pay_by_card(house.books, gateway, click(house, token="tok_down"))
    hours_later = house.now + timedelta(hours=23)
    assert settle_open(house.books, gateway, LOCAL_PRACTICE, hours_later) == []
    (ended,) = settle_open(house.books, gateway, LOCAL_PRACTICE, house.now + timedelta(days=1))
    assert (ended["state"], ended["why"]) == ("declined", "never reached the gateway")
    assert "card_uncertain" not in house.desk.work()
    again = pay_by_card(house.books, gateway, click(house))
    assert (again["state"], sandbox.charges) == ("declined", {}), "gateways forget keys: this one is used no more"
    late = CardAnswer(
        key=f"{LOCAL_PRACTICE}-click-1", approved=True, amount_cents=4_000, gateway_reference="ch_1"
    )
    webhook_came(house.books, LOCAL_PRACTICE, late, house.now)
    assert booked(house) == (1, 4_000), "a charge that was made all the same is money, and is posted"


def test_a_look_says_that_the_gateway_is_silent_only_when_it_answered_nothing(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.down = True
    for key in ("click-1", "click-2"):
        pay_by_card(house.books, gateway, click(house, key=key))
    with pytest.raises(CardGatewayUnreachable):
        settle_open(house.books, gateway, LOCAL_PRACTICE, house.now)
    sandbox.down = False
    gateway.charge(CardOrder(key=f"{LOCAL_PRACTICE}-click-2", token="t", amount_cents=4_000, reference=""))
    asked = gateway.ask

    def half_silent(key: str) -> CardAnswer | None:
        if key.endswith("click-1"):
            raise CardGatewayUnreachable("no answer")
        return asked(key)

    monkeypatch.setattr(gateway, "ask", half_silent)
    (settled,) = settle_open(house.books, gateway, LOCAL_PRACTICE, house.now)
    assert settled["key"] == "click-2"


def test_a_webhook_faster_than_our_question_leaves_no_task_behind(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"{LOCAL_PRACTICE}-click-1"

    def told_meanwhile(_key: str) -> CardAnswer | None:
        answer = read_webhook(*sandbox.webhook(key), sandbox.secret)
        webhook_came(house.books, LOCAL_PRACTICE, answer, house.now)
        raise CardGatewayUnreachable("no answer")

    monkeypatch.setattr(gateway, "ask", told_meanwhile)
    assert pay_by_card(house.books, gateway, click(house, token="tok_lost"))["state"] == "charged"
    assert "card_uncertain" not in house.desk.work()
    assert booked(house) == (1, 4_000)


def test_a_declined_card_books_nothing_and_a_new_click_may_pay(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    done = pay_by_card(house.books, gateway, click(house, token="tok_declined"))
    assert (done["state"], done["why"]) == ("declined", "insufficient_funds")
    assert booked(house) == (0, 0)
    assert pay_by_card(house.books, gateway, click(house, key="click-2"))["state"] == "charged"


def test_the_same_click_for_another_sum_is_refused(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    pay_by_card(house.books, gateway, click(house))
    with pytest.raises(CardRefused, match="another payment"):
        pay_by_card(house.books, gateway, click(house, cents=5_000))
    assert sandbox.taken_cents == 4_000


@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111 1111 1111", "378282246310005"])
def test_a_cards_number_is_refused_at_the_door_and_repeated_nowhere(
    house: Household, gateway: HttpCardGateway, sandbox: CardSandbox, number: str
) -> None:
    payment = click(house, token=number)
    with pytest.raises(CardNumberGiven) as refused:
        pay_by_card(house.books, gateway, payment)
    assert number not in str(refused.value)
    assert number not in repr(payment)
    assert sandbox.requests == 0


def test_no_column_holds_a_token(house: Household, gateway: HttpCardGateway) -> None:
    pay_by_card(house.books, gateway, click(house, token="tok_secret_77"))
    with house.books.transaction(LOCAL_PRACTICE) as session:
        rows = [
            *(vars(row).copy() for row in session.scalars(select(CardCharge))),
            *(vars(row).copy() for row in session.scalars(select(Receipt))),
        ]
    assert rows
    assert "tok_secret_77" not in repr(rows)
