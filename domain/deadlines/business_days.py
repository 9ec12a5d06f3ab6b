"""Business days: Monday to Friday without the holidays that the caller passes in."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

_SATURDAY = 5
_DAY = timedelta(days=1)

Holidays = AbstractSet[date]


def is_business_day(day: date, holidays: Holidays) -> bool:
    """Whether work is done on ``day``."""
    return day.weekday() < _SATURDAY and day not in holidays


def on_or_after(day: date, holidays: Holidays) -> date:
    """``day`` itself, or the next business day; the last day there is where none comes after it."""
    while day < date.max and not is_business_day(day, holidays):
        day += _DAY
    return day


def add_business_days(day: date, count: int, holidays: Holidays) -> date:
    """The ``count``-th business day after ``day``; ``day`` itself is not counted.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError("business days are counted forward: count is negative")
    for _ in range(count):
        day = on_or_after(day + _DAY, holidays)
    return day
