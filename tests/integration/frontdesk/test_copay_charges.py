"""A copay whose charge ended after the click: by webhook or by asking, it is paid, on the claim, and not researched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from activities.card_ends import settle_charges, take_webhook
from activities.cards import CardPayment, pay_by_card
from activities.frontdesk import copays
from gateways.cards import CardSettings, HttpCardGateway, read_webhook
from simulator.cards import CardSandbox
from storage import frontdesk_copays
from tests.integration.frontdesk.conftest import NOW, FrontOffice, PayersLine
from tests.integration.frontdesk.test_copays import (
    DAY_AFTER,
    at_desk,
    claim_of_the_visit,
    copay,
    paid_on_claim,
    visited,
)

AT_DESK = NOW + timedelta(days=7)


@pytest.fixture
def sandbox() -> Iterator[CardSandbox]:
    with CardSandbox() as box:
        yield box


@pytest.fixture
def gateway(sandbox: CardSandbox) -> HttpCardGateway:
    return HttpCardGateway(CardSettings(url=sandbox.url, secret=sandbox.secret), seconds=2)


def charge(office: FrontOffice, gateway: HttpCardGateway, number: int, token: str = "tok_lost") -> str:
    done = copays.collect_by_card(
        office.books, gateway, office.organisation_id, number, amount_cents=2_500, token=token, click="c-1",
        by="Kim", at=AT_DESK,
    )  # fmt: skip
    return str(done["state"])


@pytest.mark.parametrize("how", ["webhook", "asking"])
async def test_a_copays_charge_that_ends_after_the_click_pays_the_copay(
    office: FrontOffice, line: PayersLine, gateway: HttpCardGateway, sandbox: CardSandbox, how: str
) -> None:
    due = await visited(office, line)
    claim = claim_of_the_visit(office)
    assert charge(office, gateway, due.number) == "intended"
    assert copay(office, due.number).state == "due"
    for _ in range(2):
        if how == "webhook":
            (key,) = sandbox.charges
            answer = read_webhook(*sandbox.webhook(key), sandbox.secret)
            take_webhook(office.books, answer, AT_DESK, otherwise=office.organisation_id)
        else:
            settle_charges(office.books, gateway, office.organisation_id, AT_DESK)
    row = copay(office, due.number)
    assert (row.state, row.paid_cents, paid_on_claim(office, claim)) == ("paid", 2_500, 2_500)
    assert at_desk(office, copays.look_at_copays, DAY_AFTER) == 0, "nobody is asked why it was not paid"


async def test_a_step_cut_between_posting_and_copay_is_made_up_by_the_next_look(
    office: FrontOffice, line: PayersLine, gateway: HttpCardGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = await visited(office, line)

    def cut(*_: object) -> None:
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patched:
        patched.setattr(copays, "note_received", cut)
        with pytest.raises(ConnectionError):
            charge(office, gateway, due.number, "tok_good")
    assert copay(office, due.number).paid_cents == 0
    settle_charges(office.books, gateway, office.organisation_id, AT_DESK + timedelta(hours=1))
    assert copay(office, due.number).paid_cents == 2_500


async def test_an_own_id_that_only_looks_like_a_copays_is_posted_and_no_copay_is_missed(
    office: FrontOffice, line: PayersLine, gateway: HttpCardGateway, sandbox: CardSandbox
) -> None:
    due = await visited(office, line)
    key = frontdesk_copays.payment_id(999_999, "mine")
    pay_by_card(
        office.books,
        gateway,
        CardPayment(
            organisation_id=office.organisation_id, account_number=due.account_number, amount_cents=100,
            token="tok_lost", key=key, by="Kim", at=AT_DESK,
        ),
    )  # fmt: skip
    (settled,) = settle_charges(office.books, gateway, office.organisation_id, AT_DESK)
    assert settled["state"] == "charged"
