"""Payments, reversals, recoupments, approvals, checks in any order: nothing returned twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from storage import ledger
from storage.models import CaseRow
from tests.integration.activities.conftest import Desk
from tests.integration.activities.refund_desk import PAID, hold_back, order, rows, run, sheet, sweep, take_back

STEPS = 18


class Payer:
    """What the payer did, counted apart from our books."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self.desk, self.random = desk, random
        self.standing = 1
        """Payments of the same decision that it did not reverse."""
        self.held_cents = 0
        self.reversals = 0

    def step(self, number: int) -> str:
        desk, cases = self.desk, rows(self.desk)
        waiting = [case for case in cases if case.state != "closed"]
        may = ["sweep"]
        # A payment on a claim whose payer has taken back too much settles that first: posting's rule, not a refund's.
        if desk.balances().get("payer_receivable", 0) <= 0:
            may += ["pay"]
        if self.standing > 1:
            may += ["reverse", "hold back"]
        if waiting:
            may += ["order"] * 3
        what = self.random.choice(may)
        match what:
            case "pay":
                desk.remit(desk.decision())
                self.standing += 1
            case "reverse":
                self.reversals += 1
                take_back(desk, trace=f"BACK{number}")
                self.standing -= 1
            case "hold back":
                cents = self.random.choice([PAID, PAID // 4])
                hold_back(desk, ("WO", f"{desk.claim}-1", cents), trace=f"PLB{number}")
                self.held_cents += cents
                desk.act()
            case "order":
                case = self.random.choice(waiting)
                verb = "approve" if case.state == "open" else "sent"
                assert order(
                    desk, case.number, verb, id=f"o{number}", check=f"{number}" if verb == "sent" else ""
                ).accepted
                desk.act()
            case _:
                sweep(desk)
        desk.pass_days(1)
        return what


def wrong(payer: Payer, cases: list[CaseRow]) -> list[str]:
    """Every rule that does not hold now."""
    desk = payer.desk
    books, receivable = sheet(desk), desk.balances().get("payer_receivable", 0)
    approved = sum(case.amount_cents for case in cases if case.state == "approved")
    refunded = sum(case.amount_cents for case in cases if case.decision == "refunded")
    returned = sum(int(case.details.get("returned_cents", 0)) for case in cases)
    opened = [case for case in cases if case.state == "open"]
    found = []
    if not run(desk, ledger.is_balanced):
        found.append("a posting does not balance")
    if books.get("refunds_payable", 0) != -approved:
        found.append(f"refunds_payable is {books.get('refunds_payable', 0)}, approved is {approved}")
    if books.get("bank", 0) != -refunded:
        found.append(f"bank is {books.get('bank', 0)}, sent is {refunded}")
    # The first payment is earned; what came on top is with us, promised, or returned one way or the other.
    if receivable != -((payer.standing - 1) * PAID - returned - approved):
        found.append(f"receivable is {receivable}: {payer.standing} payments, {returned} returned, {approved} approved")
    if sum(case.amount_cents for case in opened) != max(0, -receivable):
        found.append(f"open cases over {[case.amount_cents for case in opened]}, receivable {receivable}")
    # provider_level: what was held back, less what settled cases, less what reversals carried forward (FB).
    recouped = returned - refunded
    if books.get("provider_level", 0) != payer.held_cents - recouped - payer.reversals * PAID:
        found.append(f"provider_level is {books.get('provider_level', 0)}, held back {payer.held_cents}")
    return found


@pytest.mark.parametrize("seed", [5, 8, 13, 21])
def test_whatever_comes_in_whatever_order_the_books_and_the_cases_agree(
    new_desk: Callable[..., Desk], seed: int
) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    payer = Payer(desk, Random(seed))
    told = []
    for number in range(STEPS):
        told.append(payer.step(number))
        assert wrong(payer, rows(desk)) == [], told
