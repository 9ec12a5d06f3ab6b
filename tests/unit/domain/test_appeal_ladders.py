"""Every payer's ladder, level by level: on the last day, a day late, for too little, and when the decision is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from domain.appeals.clock import (
    Notice,
    decision_due,
    filing_on,
    last_day_to_file,
    may_escalate,
    next_warning,
    right_when_overdue,
    years_without_amount,
)
from domain.appeals.ladder import Level, parse_ladders, under_contract
from domain.coverage.coverage import PayerKind
from storage.appeal_rules import ladders
from tests.unit.domain.test_review import POLICY

NOTICE = Notice(dated=date(2026, 3, 2))
PLENTY = 1_000_000
EVERY_LEVEL = [level for kind in PayerKind for level in ladders().of(kind, "", NOTICE.dated)]
MEDICARE = {level.level: level for level in EVERY_LEVEL if level.payer_kind is PayerKind.MEDICARE}


def named(level: Level) -> str:
    return f"{level.payer_kind.value}-{level.level}"


def test_medicare_has_five_levels_and_every_other_payer_its_own_ladder() -> None:
    counts = {kind.value: len(ladders().of(kind, "", NOTICE.dated)) for kind in PayerKind}

    assert counts == {"medicare": 5, "medicare_advantage": 2, "medicaid": 2, "commercial": 3}


@pytest.mark.parametrize(
    ("level", "file_days", "decision_days"), [(1, 120, 60), (2, 180, 60), (3, 60, 90), (4, 60, 90), (5, 60, 0)]
)
def test_medicare_counts_from_presumed_receipt(level: int, file_days: int, decision_days: int) -> None:
    row = MEDICARE[level]

    assert last_day_to_file(row, NOTICE) == NOTICE.dated + timedelta(days=5 + file_days)
    assert decision_due(row, NOTICE.dated) == (NOTICE.dated + timedelta(days=decision_days) if decision_days else None)


def test_a_receipt_that_is_shown_goes_before_the_presumed_one() -> None:
    shown = Notice(dated=NOTICE.dated, received=NOTICE.dated + timedelta(days=9))

    assert last_day_to_file(MEDICARE[1], shown) == NOTICE.dated + timedelta(days=129)


@pytest.mark.parametrize("level", EVERY_LEVEL, ids=named)
def test_a_request_is_in_time_on_the_last_day_and_late_the_day_after(level: Level) -> None:
    last = last_day_to_file(level, NOTICE)

    assert filing_on(level, NOTICE, last, PLENTY, ladders()).refused == ""
    late = filing_on(level, NOTICE, last + timedelta(days=1), PLENTY, ladders())
    assert f"ended on {last}" in late.refused
    assert level.source in late.refused


@pytest.mark.parametrize("level", EVERY_LEVEL, ids=named)
def test_good_cause_is_heard_where_a_rule_hears_it(level: Level) -> None:
    late = filing_on(
        level, NOTICE, last_day_to_file(level, NOTICE) + timedelta(days=40), PLENTY, ladders(), "a fire in the office"
    )

    assert bool(late.refused) is (level.payer_kind is not PayerKind.MEDICARE)
    assert late.late_under == (level.late_source if level.payer_kind is PayerKind.MEDICARE else "")


@pytest.mark.parametrize("level", EVERY_LEVEL, ids=named)
def test_an_overdue_decision_gives_the_right_that_the_rule_names(level: Level) -> None:
    due = decision_due(level, NOTICE.dated)
    the_day_after = (due or NOTICE.dated) + timedelta(days=1)
    may = may_escalate(level, due, the_day_after) is None

    assert may is (level.payer_kind is PayerKind.MEDICARE and level.level in (2, 3, 4))
    assert level.overdue_source in right_when_overdue(level)
    if due is not None:
        assert may_escalate(level, due, due) is not None


@pytest.mark.parametrize(
    ("level", "filed", "cents", "enough"),
    [
        (3, date(2025, 12, 31), 19_000, True),
        (3, date(2025, 12, 31), 18_999, False),
        (3, date(2026, 1, 1), 19_000, False),
        (3, date(2026, 1, 1), 20_000, True),
        (5, date(2025, 6, 1), 190_000, True),
        (5, date(2026, 6, 1), 190_000, False),
        (5, date(2026, 6, 1), 196_000, True),
        (1, date(2026, 6, 1), 1, True),
    ],
)
def test_the_amount_in_controversy_is_that_of_the_year_of_filing(
    level: int, filed: date, cents: int, enough: bool
) -> None:
    answer = filing_on(MEDICARE[level], Notice(dated=filed), filed, cents, ladders())

    assert (answer.refused == "") is enough


def test_a_year_without_its_notice_goes_to_a_person_and_never_to_a_default() -> None:
    filed = date(2031, 1, 2)

    assert "not in the table" in filing_on(MEDICARE[3], Notice(dated=filed), filed, PLENTY, ladders()).refused


def test_people_are_warned_nearer_and_nearer_until_the_day_after() -> None:
    last, day, told = date(2026, 7, 7), date(2026, 3, 2), []
    while day <= last:
        day = next_warning(day, last)
        told.append((last - day).days)

    assert told == [30, 14, 7, 3, 1, -1]


def test_a_contract_changes_the_first_level_only() -> None:
    commercial = ladders().of(PayerKind.COMMERCIAL, "", NOTICE.dated)

    assert [under_contract(level, POLICY).file_days for level in commercial] == [120, 60, 120]


def test_a_payers_own_rows_replace_the_ladder_of_its_kind() -> None:
    row = {
        "payer_kind": "commercial", "payer_code": "", "level": "1", "name": "appeal", "decided_by": "the payer",
        "file_days": "180", "receipt_days": "0", "decision_days": "60", "amount": "", "late_path": "none",
        "late_source": "", "when_overdue": "ask", "overdue_source": "house", "effective_from": "2010-01-01",
        "effective_to": "", "source": "house",
    }  # fmt: skip
    second = {**row, "level": "2"}
    own = {**row, "payer_code": "PPO01", "file_days": "90"}
    both = parse_ladders([row, second, own], [])

    assert [one.file_days for one in both.of(PayerKind.COMMERCIAL, "PPO01", NOTICE.dated)] == [90]
    assert len(both.of(PayerKind.COMMERCIAL, "HMO01", NOTICE.dated)) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"source": ""}, "row 1: source is empty"),
        ({"file_days": "0"}, "row 1: levels and days to file count from 1"),
        ({"late_path": "maybe"}, "row 1: late_path"),
        ({"when_overdue": "sue"}, "row 1: 'sue'"),
    ],
)
def test_a_row_that_does_not_fit_is_named(change: Mapping[str, str], told: str) -> None:
    row = {
        "payer_kind": "medicaid", "payer_code": "", "level": "1", "name": "review", "decided_by": "the state",
        "file_days": "60", "receipt_days": "0", "decision_days": "60", "amount": "", "late_path": "none",
        "late_source": "", "when_overdue": "ask", "overdue_source": "house", "effective_from": "2010-01-01",
        "effective_to": "", "source": "house",
    }  # fmt: skip

    with pytest.raises(ValueError, match=told):
        parse_ladders([{**row, **change}], [])


@pytest.mark.parametrize(
    ("level", "last", "years"),
    [
        (3, date(2026, 12, 31), ()),
        (3, date(2027, 1, 1), (2027,)),
        (5, date(2028, 2, 1), (2027, 2028)),
        (2, date(2028, 2, 1), ()),
    ],
)
def test_the_amount_of_a_year_that_is_not_in_the_table_is_asked_for_and_no_earlier_one_is_taken(
    level: int, last: date, years: tuple[int, ...]
) -> None:
    of_year_end = date(2026, 11, 24)
    assert years_without_amount(MEDICARE[level], of_year_end, last, ladders()) == years
    for year in years:
        filing = filing_on(MEDICARE[level], Notice(dated=date(year, 1, 2)), date(year, 1, 9), PLENTY, ladders())
        assert f"needs in {year} is not in the table" in filing.refused
