from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coverage.coverage import PayerKind
from domain.deadlines.business_days import add_business_days, is_business_day, on_or_after
from domain.deadlines.filing_watch import due_warning, next_look, why_passed
from domain.deadlines.timely_filing import (
    MEDICARE,
    FilingLimit,
    FilingState,
    LimitUnit,
    claim_deadline,
    deadline,
    state,
    warning_dates,
)
from storage.appeal_rules import filing_exceptions
from tests.unit.domain.samples import content, line

THANKSGIVING = frozenset({date(2026, 11, 26)})
NONE: frozenset[date] = frozenset()
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_a_business_day_is_neither_weekend_nor_holiday() -> None:
    assert is_business_day(date(2026, 11, 25), THANKSGIVING)
    assert not is_business_day(date(2026, 11, 26), THANKSGIVING)
    assert not is_business_day(date(2026, 11, 28), THANKSGIVING)


def test_counting_business_days_passes_over_holidays_and_weekends() -> None:
    assert add_business_days(date(2026, 11, 25), 1, THANKSGIVING) == date(2026, 11, 27)
    assert add_business_days(date(2026, 11, 25), 2, THANKSGIVING) == date(2026, 11, 30)
    assert add_business_days(date(2026, 11, 25), 0, THANKSGIVING) == date(2026, 11, 25)
    with pytest.raises(ValueError, match="counted forward"):
        add_business_days(date(2026, 11, 25), -1, NONE)


@given(days, st.integers(1, 40))
def test_business_days_end_on_a_business_day_and_add_up(day: date, count: int) -> None:
    end = add_business_days(day, count, THANKSGIVING)
    assert is_business_day(end, THANKSGIVING)
    assert add_business_days(add_business_days(day, 1, THANKSGIVING), count - 1, THANKSGIVING) == end
    counted = sum(is_business_day(day + timedelta(days=n), THANKSGIVING) for n in range(1, (end - day).days + 1))
    assert counted == count


@pytest.mark.parametrize(
    ("service", "last"),
    [
        (date(2021, 7, 31), date(2022, 8, 1)),  # CMS's own example, 7/31/2022, is a Sunday
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 11, 26), date(2026, 11, 27)),  # Thanksgiving 2026
        (date(2025, 3, 3), date(2026, 3, 3)),
    ],
)
def test_medicare_takes_a_claim_for_one_calendar_year(service: date, last: date) -> None:
    assert deadline(service, MEDICARE, THANKSGIVING) == last


def test_a_contract_in_days_does_not_move_to_a_workday_by_itself() -> None:
    limit = FilingLimit(amount=90, unit=LimitUnit.DAYS, source="contract")
    assert deadline(date(2026, 1, 4), limit, NONE) == date(2026, 4, 4)
    moving = FilingLimit(amount=90, unit=LimitUnit.DAYS, source="contract", next_workday=True)
    assert deadline(date(2026, 1, 4), moving, NONE) == date(2026, 4, 6)


def test_the_earliest_line_decides_for_the_claim() -> None:
    claim = content(lines=(line(1, service_from=date(2025, 3, 10)), line(2, service_from=date(2025, 3, 3))))
    assert claim_deadline(claim, MEDICARE, NONE) == date(2026, 3, 3)


def test_the_last_day_is_in_time_and_the_day_after_is_not() -> None:
    last = date(2026, 3, 31)
    assert state(date(2026, 2, 28), last, MEDICARE) is FilingState.OPEN
    assert state(date(2026, 3, 1), last, MEDICARE) is FilingState.AT_RISK
    assert state(last, last, MEDICARE) is FilingState.AT_RISK
    assert state(date(2026, 4, 1), last, MEDICARE) is FilingState.PASSED


def test_warnings_that_lie_behind_are_not_given() -> None:
    last = date(2026, 3, 31)
    assert warning_dates(date(2026, 3, 20), last) == (date(2026, 3, 24), date(2026, 3, 30))
    assert warning_dates(date(2026, 4, 1), last) == ()


@given(days)
def test_medicares_deadline_is_never_before_the_year_is_over_less_a_leap_day(service: date) -> None:
    last = deadline(service, MEDICARE, THANKSGIVING)
    assert timedelta(days=365) <= last - service <= timedelta(days=370)
    assert last == on_or_after(last, THANKSGIVING)


def test_a_limit_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="positive amount"):
        FilingLimit(amount=0, unit=LimitUnit.DAYS, source="x")


@pytest.mark.parametrize(
    ("today", "told", "looks_again"),
    [
        (date(2026, 1, 2), None, date(2026, 1, 30)),
        (date(2026, 1, 30), 60, date(2026, 3, 17)),
        (date(2026, 3, 18), 14, date(2026, 3, 24)),
        (date(2026, 3, 30), 1, date(2026, 4, 1)),
        (date(2026, 3, 31), 1, date(2026, 4, 1)),
        (date(2026, 4, 1), 0, None),
    ],
)
def test_people_are_warned_ahead_of_a_filing_limit_and_told_when_it_has_passed(
    today: date, told: int | None, looks_again: date | None
) -> None:
    last = date(2026, 3, 31)
    assert due_warning(today, last, 60) == told
    assert next_look(today, last, 60) == looks_again


def test_a_claim_past_its_limit_says_why_and_what_the_exceptions_are() -> None:
    told = why_passed(date(2026, 3, 31), "42 CFR 424.44(a)", PayerKind.MEDICARE, filing_exceptions())
    assert "by 2026-03-31 (42 CFR 424.44(a))" in told
    assert [f"424.44(b)({n})" in told for n in (1, 2, 3, 4)] == [True] * 4
    assert "contract" in why_passed(date(2026, 3, 31), "contract", PayerKind.COMMERCIAL, filing_exceptions())


@pytest.mark.parametrize("limit", [MEDICARE, FilingLimit(amount=90, unit=LimitUnit.DAYS, source="contract")])
@pytest.mark.parametrize("mistyped", [date(9999, 12, 31), date(9999, 12, 25), date(9996, 2, 29)])
def test_a_mistyped_date_of_service_has_a_deadline_too_so_that_the_scrubber_can_speak(
    mistyped: date, limit: FilingLimit
) -> None:
    last = deadline(mistyped, limit, NONE)
    assert mistyped <= last <= date.max
    assert next_look(date(2026, 3, 2), last, limit.warn_days) is not None
