"""A payer that takes its money back itself, by reversal or at provider level (PLB WO): no check of ours beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from domain.claim.stages import Stage
from storage.models import ProviderAdjustmentRow
from tests.integration.activities.conftest import Desk
from tests.integration.activities.refund_desk import (
    BOOKS,
    PAID,
    hold_back,
    order,
    pay_twice,
    rows,
    run,
    sheet,
    sweep,
)


@pytest.mark.parametrize("approved", [False, True], ids=["open", "approved"])
def test_a_recoupment_that_names_the_claim_settles_the_case_in_place_of_a_check(
    new_desk: Callable[..., Desk], approved: bool
) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    if approved:
        order(desk, number, "approve")
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))

    (case,) = rows(desk)
    assert (case.state, case.decision, case.decided_by) == ("closed", "recouped", "payer")
    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID}
    books = sheet(desk)
    assert {"provider_level", "refunds_payable", "bank"}.isdisjoint(books)
    assert books["remittance_clearing"] == 2 * PAID
    linked = run(desk, lambda s: s.scalars(select(ProviderAdjustmentRow.case_number).filter_by(reason="WO")).all())
    assert linked == [number]
    assert desk.act().stage is Stage.CLOSED
    assert not order(desk, number, "sent", check="10442").accepted


def test_a_recoupment_of_a_part_leaves_the_rest_to_be_returned(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    hold_back(desk, ("WO", f"{desk.claim}", 4000))
    (case,) = rows(desk)
    assert (case.state, case.amount_cents) == ("open", PAID - 4000)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    assert sheet(desk)["bank"] == -(PAID - 4000)
    assert desk.act().stage is Stage.CLOSED
    assert sweep(desk) == 0


def test_a_recoupment_after_the_check_was_sent_goes_to_a_person(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    desk.act()
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))
    assert desk.work() == ["refunded_and_recouped"]
    assert sheet(desk)["provider_level"] == PAID, "it stays at provider level: nothing is settled twice"


def test_a_returned_check_that_the_payer_acknowledges_is_no_recoupment(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    desk.act()
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID), ("72", f"{desk.claim}-1", -PAID))
    assert desk.work() == []
    assert any("shows the refund" in what for what in desk.timeline())


def test_another_payers_recoupment_settles_nothing(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID), payer="1888888888")
    (case,) = rows(desk)
    assert case.state == "open"
    assert sheet(desk)["provider_level"] == PAID


def test_a_recoupment_without_a_claim_but_over_the_very_amount_is_shown_to_a_person(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    pay_twice(desk)
    hold_back(desk, ("WO", "SEE LETTER", PAID))
    assert set(desk.work()) == {"payer_overpaid", "recoupment_unmatched"}
    (case,) = rows(desk)
    assert case.state == "open"


def test_a_recoupment_that_came_before_the_case_settles_it_at_once(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))
    desk.remit(desk.decision())
    (case,) = rows(desk)
    assert (case.state, case.decision) == ("closed", "recouped")
    assert desk.act().stage is Stage.CLOSED
