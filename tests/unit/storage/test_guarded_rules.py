"""Rules that storage rests on: balanced legs, and what a machine may send twice."""

from __future__ import annotations

import pytest

from domain.ledger.chart import LedgerAccount, Leg, Unbalanced, check_balanced
from domain.sending import SendKind, machine_may_repeat


def _legs(*cents: int) -> list[Leg]:
    return [Leg(ledger_account=LedgerAccount.BANK, amount_cents=amount) for amount in cents]


@pytest.mark.parametrize("cents", [(5, -5), (5, 5, -10), (0, 3, -3)])
def test_legs_that_sum_to_zero_are_accepted(cents: tuple[int, ...]) -> None:
    check_balanced(_legs(*cents))


@pytest.mark.parametrize(
    ("cents", "why"), [((5,), "by 5 cents"), ((5, -6), "by -1 cents"), ((), "at least"), ((0, 0), "at least")]
)
def test_other_legs_are_refused_with_the_difference(cents: tuple[int, ...], why: str) -> None:
    with pytest.raises(Unbalanced, match=why):
        check_balanced(_legs(*cents))


def test_only_a_blind_send_is_never_repeated_by_a_machine() -> None:
    assert [kind for kind in SendKind if not machine_may_repeat(kind)] == [SendKind.BLIND]
