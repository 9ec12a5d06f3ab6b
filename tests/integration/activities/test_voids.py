"""Claims that should not have been: voided at their payer, or here where no payer took them up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from tests.integration.activities.attempts import (
    NewDesk,
    acknowledge,
    appealed,
    denied,
    leave,
    order,
    rejected,
    resend,
    take_back,
    unprocessable,
)
from tests.integration.activities.conftest import Desk


def test_a_denied_claim_is_voided_at_its_payer_and_closed_by_its_reversal(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    said = order(desk, "void", "the visit never took place")
    assert said.accepted, said.refusal
    newest = desk.attempts()[-1]
    assert (newest.frequency, newest.original_reference, newest.state) == ("8", "ICN1", "ready")
    assert desk.snapshot().stage is Stage.WITH_PAYER

    after = desk.remit(desk.decision("CO-16", "CO-16", status="22", sign=-1))

    assert (after.stage, after.outcome) == (Stage.CLOSED, "voided")
    assert desk.balances() == {}


def test_a_paid_claim_is_voided_and_what_was_paid_is_taken_back(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    assert order(desk, "void", "the visit never took place").accepted, desk.told
    take_back(desk)
    after = desk.snapshot()
    assert (after.stage, after.outcome) == (Stage.CLOSED, "voided")
    assert "revenue" not in desk.balances()


def test_a_rejected_void_goes_again_as_a_void_of_the_same_claim(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    assert order(desk, "void").accepted, desk.told
    leave(desk)
    rejected(desk)
    assert resend(desk).accepted, desk.told
    newest = desk.attempts()[-1]
    assert (newest.attempt, newest.frequency, newest.original_reference) == (3, "8", "ICN1")


def test_a_void_that_the_payer_accepted_closes_the_claim_when_it_is_ordered_again(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    assert order(desk, "void").accepted, desk.told
    leave(desk)
    acknowledge(desk, "A2", "20", action="WQ")
    assert order(desk, "void").accepted, desk.told
    assert (desk.snapshot().stage, desk.balances()) == (Stage.CLOSED, {})


@pytest.mark.parametrize(
    ("payer", "after", "why"),
    [
        (PayerKind.MEDICARE, denied, "takes no void"),
        (PayerKind.COMMERCIAL, appealed, "an appeal of this decision is open"),
    ],
)
def test_a_void_is_refused_where_the_payer_takes_none_or_an_appeal_waits(
    new_desk: NewDesk, payer: PayerKind, after: Callable[[Desk], None], why: str
) -> None:
    desk = new_desk(payer)
    after(desk)
    assert why in order(desk, "void").refusal
    assert len(desk.attempts()) == 1


@pytest.mark.parametrize("after", [rejected, unprocessable])
def test_what_no_payer_took_up_is_voided_here(new_desk: NewDesk, after: Callable[[Desk], None]) -> None:
    desk = new_desk()
    after(desk)
    assert order(desk, "void").accepted, desk.told
    assert (desk.snapshot().stage, desk.balances()) == (Stage.CLOSED, {})
