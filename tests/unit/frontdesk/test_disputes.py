"""A bill far above its estimate: how far it is brought down, what the fee takes off, when the days are over."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.estimates.disputes import (
    after_decision,
    after_settlement,
    most_cents,
    parse_rules,
    spread,
    window_is_over,
)

_FILE = Path(__file__).parents[3] / "storage" / "reference_data" / "estimate_disputes.csv"
_ROWS = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
_RULES = parse_rules(_ROWS, date(2026, 3, 2))
_CENTS = st.integers(0, 10**7)


def test_every_figure_of_a_dispute_names_its_source_and_a_missing_one_is_named() -> None:
    assert all(row["source"].strip() for row in _ROWS)
    assert _RULES.dispute_fee_cents == 2_500
    with pytest.raises(LookupError, match="dispute_fee_cents"):
        parse_rules(_ROWS[1:], date(2026, 3, 2))
    with pytest.raises(LookupError):
        parse_rules(_ROWS, date(2021, 12, 31))


def test_a_bill_may_stand_a_cent_below_400_dollars_above_its_estimate() -> None:
    assert most_cents(15_000) == 54_999


@pytest.mark.parametrize(
    ("decided", "left"),
    [(30_000, 27_500), (2_000, 0), (69_999, 67_499), (70_000, 70_000), (90_000, 70_000)],
)
def test_a_decision_below_the_bill_takes_the_patients_fee_off_too_and_one_at_the_bill_takes_nothing(
    decided: int, left: int
) -> None:
    assert after_decision(decided, 70_000, _RULES) == left


def test_a_settlement_takes_half_of_the_fee_off() -> None:
    assert after_settlement(40_000, 70_000, _RULES) == 38_750
    assert after_settlement(1_000, 70_000, _RULES) == 0
    assert after_settlement(99_000, 70_000, _RULES) == 68_750, "nobody agrees to more than the bill"


@given(decided=_CENTS, billed=_CENTS)
def test_no_end_of_a_dispute_leaves_a_patient_more_to_pay_than_the_bill(decided: int, billed: int) -> None:
    for left in (after_decision(decided, billed, _RULES), after_settlement(decided, billed, _RULES)):
        assert 0 <= left <= billed


def test_the_120_days_count_from_the_newest_first_bill_and_not_before_every_claim_was_billed() -> None:
    first, second = date(2026, 3, 14), date(2026, 3, 20)
    last = second + timedelta(days=120)
    assert window_is_over((first, second), last) is None
    assert window_is_over((first, second), last + timedelta(days=1)) == last
    assert window_is_over((first, None), date(2030, 1, 1)) is None
    assert window_is_over((), date(2030, 1, 1)) is None


@given(billed=st.dictionaries(st.integers(1, 9), st.integers(1, 90_000), max_size=4), part=st.integers(0, 100))
def test_a_write_down_is_spread_over_the_claims_to_the_cent_and_none_goes_below_zero(
    billed: dict[int, int], part: int
) -> None:
    take = sum(billed.values()) * part // 100
    taken = spread(take, billed)
    assert sum(taken.values()) == take
    assert all(0 < cents <= billed[number] for number, cents in taken.items())
    with pytest.raises(ValueError, match="between nothing"):
        spread(sum(billed.values()) + 1, billed)
