"""A payer pays twice: approved by one person, sent by another, and the claim closes with its books at zero."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from activities.cases import orders
from contracts.case import MisfitOrder
from domain.claim.stages import Stage
from domain.doorbell import MessageKind
from storage.models import PayerPolicyRow
from tests.integration.activities.conftest import Desk
from tests.integration.activities.refund_desk import (
    BOOKS,
    PAID,
    order,
    pay_twice,
    ref,
    rows,
    run,
    rung,
    sheet,
    sweep,
    take_back,
)


def test_a_payer_pays_twice_and_its_money_is_approved_sent_and_the_claim_closed(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    (case,) = rows(desk)
    assert (case.claim_number, case.amount_cents, case.state) == (desk.claim, PAID, "open")
    assert case.details["payer_code"] == "PPO01"
    assert case.due_on == date(2026, 4, 2), "a commercial payer's, by the house's rule"
    assert desk.work() == ["payer_overpaid"]
    assert rung(desk, "case") == [MessageKind.OPEN]

    assert order(desk, number, "approve").accepted
    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID, "refunds_payable": -PAID}
    assert set(desk.work()) == {"payer_overpaid", "refund_to_send"}
    assert order(desk, number, "sent", check="10442").accepted

    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID}
    assert sheet(desk)["bank"] == -PAID
    assert desk.act().stage is Stage.CLOSED
    assert desk.work() == []
    (case,) = rows(desk)
    assert (case.state, case.decision, case.decided_by, case.details["check"]) == ("closed", "refunded", "bea", "10442")
    assert sweep(desk) == 0
    assert len(rows(desk)) == 1


def test_an_order_given_twice_is_carried_out_once(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    for _ in range(2):
        assert order(desk, number, "approve", id="desk-1").accepted
    assert sheet(desk)["refunds_payable"] == -PAID
    assert "another order" in order(desk, number, "reject", id="desk-1").refusal
    assert "not possible while the case is approved" in order(desk, number, "approve", id="desk-2").refusal
    assert order(desk, number, "sent", check="10442", id="desk-3").accepted
    assert "the case is closed (refunded)" in order(desk, number, "reject", id="desk-4").refusal


def test_a_second_payment_taken_back_by_the_payer_closes_the_case(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    assert take_back(desk) is Stage.CLOSED
    (case,) = rows(desk)
    assert (case.state, case.decision) == ("closed", "taken_back")
    assert desk.work() == []
    assert rung(desk, "case")[-1] == MessageKind.BALANCE_CHANGED


def test_an_approved_refund_is_not_sent_once_the_payer_took_its_money_back(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    assert take_back(desk) is Stage.CLOSED
    assert desk.balances() == {**BOOKS, "unapplied_cash": PAID}
    assert "the case is closed (taken back)" in order(desk, number, "sent", check="10442").refusal


def test_a_rejected_case_is_not_opened_again_for_the_same_money(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    assert order(desk, number, "reject", reason="the contract lets us keep it").accepted
    assert desk.balances()["payer_receivable"] == -PAID
    assert sweep(desk) == 0
    assert [case.state for case in rows(desk)] == ["closed"]
    assert desk.act().stage is Stage.NEEDS_REVIEW


def test_a_third_payment_raises_the_open_case(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    desk.remit(desk.decision())
    (case,) = rows(desk)
    assert case.amount_cents == 2 * PAID


def test_an_order_that_did_not_fit_is_a_work_item_until_the_case_is_closed(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    misfit = MisfitOrder(case=ref(desk, number), key="misfit:1", problems=("an order is one JSON object",))
    run(desk, lambda s: orders.record_misfit(s, misfit))
    assert set(desk.work()) == {"payer_overpaid", "command_refused"}
    order(desk, number, "reject")
    assert desk.work() == ["payer_overpaid"]


def test_over_a_hundred_dollars_nobody_sends_what_they_approved_themselves(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    alone = order(desk, number, "sent", id="alone", by="ann", check="10442")
    assert not alone.accepted
    assert "from $100.00 on another person sends a refund" in alone.refusal
    assert rows(desk)[0].state == "approved"
    assert order(desk, number, "sent", id="together", by="bea", check="10442").accepted
    assert rows(desk)[0].state == "closed"


def test_a_house_may_let_one_person_do_both(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    row = PayerPolicyRow(
        payer_kind="commercial", payer_code="PPO01", name="refund_second_person_cents", value="0",
        effective_from=date(2026, 1, 1), effective_to=None, source="this house has one biller",
    )  # fmt: skip
    with desk.books.system() as session:
        session.add(row)
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    assert order(desk, number, "sent", by="ann", check="10442").accepted
