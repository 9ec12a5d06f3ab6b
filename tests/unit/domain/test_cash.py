"""Deposits against remittances: the evidence matches what it proves and leaves the rest to a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cash.amount import cents_of
from domain.cash.deposit import DepositLine, deposit_keys, plain_trace, same_payer
from domain.cash.matching import (
    BY_AMOUNT,
    BY_DAY,
    BY_RETURN,
    BY_TRACE,
    Announced,
    FoundMatch,
    OpenDeposit,
    find_matches,
)
from domain.cash.slip import SlipDoesNotSum, check_slip

DAY = date(2026, 10, 14)
WINDOW = timedelta(days=7)


def deposit(number: int, cents: int, trace: str = "", payer: str = "", days: int = 0) -> OpenDeposit:
    return OpenDeposit(
        id=number,
        deposited_on=DAY + timedelta(days=days),
        open_cents=cents,
        trace_number=trace,
        payer_name=payer,
    )


def remittance(
    number: int, cents: int, trace: str = "", payer: str = "EVERGREEN PPO", days: int = 0, in_bank: int = 0
) -> Announced:
    return Announced(
        id=number,
        payment_date=DAY + timedelta(days=days),
        open_cents=cents,
        matched_cents=in_bank,
        trace_number=trace or f"T{number}",
        payer_name=payer,
        payer_identifier="1234567890",
    )


def pairs(found: tuple[FoundMatch, ...]) -> set[tuple[int, int, int, str]]:
    return {(match.deposit_id, match.remittance_id, match.amount_cents, match.rule) for match in found}


def test_the_trace_number_and_the_amount_match_whatever_the_payer_is_called() -> None:
    found = find_matches([deposit(1, 500, "000ab-12", "?", days=40)], [remittance(9, 500, "AB12")], WINDOW)
    assert pairs(found) == {(1, 9, 500, BY_TRACE)}


def test_a_trace_number_with_another_amount_is_left_to_a_person() -> None:
    assert find_matches([deposit(1, 499, "AB12", "EVERGREEN PPO")], [remittance(9, 500, "AB12")], WINDOW) == ()


def test_a_known_trace_number_is_never_taken_for_another_remittance_of_that_amount() -> None:
    announced = [remittance(8, 700, "AB12"), remittance(9, 500, "OTHER")]
    assert find_matches([deposit(1, 500, "AB12", "EVERGREEN PPO")], announced, WINDOW) == ()


def test_a_remittance_without_a_usable_trace_number_keeps_no_nameless_deposit_from_its_own() -> None:
    announced = [remittance(8, 700, "000"), remittance(9, 500)]
    assert pairs(find_matches([deposit(1, 500, payer="EVERGREEN PPO")], announced, WINDOW)) == {(1, 9, 500, BY_AMOUNT)}


def test_parts_of_one_trace_cover_a_remittance_together() -> None:
    found = find_matches([deposit(1, 300, "AB12"), deposit(2, 200, "AB12")], [remittance(9, 500, "AB12")], WINDOW)
    assert pairs(found) == {(1, 9, 300, BY_TRACE), (2, 9, 200, BY_TRACE)}


def test_one_deposit_covers_the_remittances_of_its_trace() -> None:
    announced = [remittance(8, 300, "AB12"), remittance(9, 200, "AB12")]
    found = find_matches([deposit(1, 500, "AB12")], announced, WINDOW)
    assert pairs(found) == {(1, 8, 300, BY_TRACE), (1, 9, 200, BY_TRACE)}


def test_one_check_number_of_two_payers_is_told_apart_by_the_payer() -> None:
    announced = [remittance(8, 500, "1001", "EVERGREEN PPO"), remittance(9, 500, "1001", "CEDAR HEALTH PLAN")]
    assert pairs(find_matches([deposit(1, 500, "1001", "Cedar Health")], announced, WINDOW)) == {(1, 9, 500, BY_TRACE)}
    assert find_matches([deposit(1, 500, "1001")], announced, WINDOW) == ()


def test_of_two_equal_deposits_the_older_one_is_the_remittance() -> None:
    found = find_matches(
        [deposit(2, 500, "AB12", days=1), deposit(1, 500, "AB12")], [remittance(9, 500, "AB12")], WINDOW
    )
    assert pairs(found) == {(1, 9, 500, BY_TRACE)}


def test_amount_payer_and_a_few_days_match_when_only_one_fits() -> None:
    found = find_matches([deposit(1, 500, "bank ref", "Evergreen P", days=2)], [remittance(9, 500)], WINDOW)
    assert pairs(found) == {(1, 9, 500, BY_AMOUNT)}


@pytest.mark.parametrize(
    ("deposits", "announced"),
    [
        ([deposit(1, 500, payer="EVERGREEN PPO")], [remittance(8, 500), remittance(9, 500)]),
        ([deposit(1, 500, payer="EVERGREEN PPO"), deposit(2, 500, payer="EVERGREEN PPO")], [remittance(9, 500)]),
        ([deposit(1, 500, payer="EVERGREEN PPO", days=8)], [remittance(9, 500)]),
        ([deposit(1, 500, payer="CEDAR HEALTH PLAN")], [remittance(9, 500)]),
        ([deposit(1, 500)], [remittance(9, 500)]),
    ],
    ids=["two remittances", "two deposits", "too late", "another payer", "nobody named"],
)
def test_weak_evidence_that_is_not_unique_matches_nothing(
    deposits: list[OpenDeposit], announced: list[Announced]
) -> None:
    assert find_matches(deposits, announced, WINDOW) == ()


def test_one_deposit_holds_everything_a_payer_announced_for_a_day() -> None:
    announced = [remittance(7, 100), remittance(8, 250), remittance(9, 400, days=1)]
    found = find_matches([deposit(1, 350, payer="EVERGREEN PPO")], announced, WINDOW)
    assert pairs(found) == {(1, 7, 100, BY_DAY), (1, 8, 250, BY_DAY)}


def test_what_the_bank_took_back_is_taken_from_the_remittance_of_its_trace() -> None:
    paid = remittance(9, 0, "AB12", in_bank=500)
    assert pairs(find_matches([deposit(1, -500, "AB12")], [paid], WINDOW)) == {(1, 9, -500, BY_RETURN)}
    assert find_matches([deposit(1, -501, "AB12")], [paid], WINDOW) == ()


@given(
    deposits=st.lists(
        st.tuples(st.integers(-3, 3).filter(bool), st.sampled_from(["", "A", "B"]), st.sampled_from(["", "EVERGREEN"])),
        max_size=6,
    ),
    announced=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["A", "B", "C"])), max_size=6),
)
def test_no_matching_spends_more_than_a_deposit_holds_or_a_remittance_announces(
    deposits: list[tuple[int, str, str]], announced: list[tuple[int, int, str]]
) -> None:
    money = [deposit(n, cents, trace, payer) for n, (cents, trace, payer) in enumerate(deposits, 1)]
    wanted = [remittance(n, cents, trace, in_bank=held) for n, (cents, held, trace) in enumerate(announced, 1)]
    found = find_matches(money, wanted, WINDOW)
    for one in money:
        spent = sum(match.amount_cents for match in found if match.deposit_id == one.id)
        assert min(0, one.open_cents) <= spent <= max(0, one.open_cents)
    for remitted in wanted:
        moved = sum(match.amount_cents for match in found if match.remittance_id == remitted.id)
        assert -remitted.matched_cents <= moved <= remitted.open_cents


def test_the_same_line_has_one_key_however_the_payer_is_spelled_and_equal_lines_have_two() -> None:
    line = DepositLine(deposited_on=DAY, amount_cents=500, trace_number="0012", payer_name="EVERGREEN")
    other = DepositLine(deposited_on=DAY, amount_cents=500, trace_number="12", payer_name="Evergreen PPO")
    assert deposit_keys([line]) == deposit_keys([other])
    assert len(set(deposit_keys([line, line]))) == 2
    nameless = [DepositLine(deposited_on=DAY, amount_cents=500, payer_name=name) for name in ("Ann Test", "Bob Test")]
    assert len(set(deposit_keys(nameless))) == 2
    assert not any("ANN" in key.upper() for key in deposit_keys(nameless))


def test_traces_and_payers_are_compared_as_banks_write_them() -> None:
    assert plain_trace(" 000-12 ab") == "12AB"
    assert same_payer("EVERGREEN P.P.O.", "Evergreen PPO", "")
    assert same_payer("EFT 1234567890 HCCLAIMPMT", "Evergreen PPO", "1234567890")
    assert not same_payer("EVER", "Evergreen PPO", "")
    assert not same_payer("", "", "")


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1,234.5", 123450), ("$12", 1200), ("-0.07", -7), ("(1,000.00)", -100000), ("-$3.10", -310), ("+5", 500)],
)
def test_amounts_are_read_exactly(text: str, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize("text", ["", "12.345", "1e3", "12,34", "--5", "(-5)", "five", "1 000", "٣"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="dollars and cents"):
        cents_of(text)


def test_a_slip_that_does_not_sum_is_refused_with_its_arithmetic() -> None:
    check_slip("D1", 350, [100, 250])
    with pytest.raises(SlipDoesNotSum, match=r"says 4\.00, but its 2 entries sum to 3\.50 .*: 0\.50 is missing"):
        check_slip("D1", 400, [100, 250])
