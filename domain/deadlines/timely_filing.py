"""Until when a payer must have received a claim.

Medicare: one calendar year from the From date of each professional line, from the statement's Through
date of an institutional claim; February 29 falls on
February 28; a federal non-workday moves to the next workday (42 CFR 424.44; CMS 100-04 ch. 1
s70). Commercial limits are the contract's: rows of a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.claim.claim import ClaimContent
from domain.deadlines.business_days import Holidays, on_or_after


class LimitUnit(StrEnum):
    """How a limit counts."""

    DAYS = "days"
    CALENDAR_YEARS = "calendar_years"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingLimit:
    """A payer's limit, from a table: ``amount`` of ``unit`` after the service, until receipt."""

    amount: int
    unit: LimitUnit
    source: str
    next_workday: bool = False
    """A deadline on a weekend or holiday moves to the next workday."""
    warn_days: int = 30

    def __post_init__(self) -> None:
        """Refuse a limit that ends before it begins."""
        if self.amount <= 0 or self.warn_days < 0:
            raise ValueError("a filing limit needs a positive amount and no negative warning days")


MEDICARE = FilingLimit(
    amount=1,
    unit=LimitUnit.CALENDAR_YEARS,
    source="42 CFR 424.44(a); CMS 100-04 ch. 1 s70",
    next_workday=True,
)


class FilingState(StrEnum):
    """Where today stands."""

    OPEN = "open"
    AT_RISK = "at_risk"
    PASSED = "passed"


def years_later(day: date, years: int) -> date:
    """The same day ``years`` later; February 29 falls on February 28. No later than the last day there is."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def deadline(service_from: date, limit: FilingLimit, holidays: Holidays) -> date:
    """The last day on which the payer may receive a service of that day."""
    if limit.unit is LimitUnit.CALENDAR_YEARS:
        last = years_later(service_from, limit.amount)
    else:
        # A typing error of a date of service (9999-12-31) must find its way to the scrubber, not stop it.
        last = service_from + min(timedelta(days=limit.amount), date.max - service_from)
    return on_or_after(last, holidays) if limit.next_workday else last


def claim_deadline(content: ClaimContent, limit: FilingLimit, holidays: Holidays) -> date:
    """The earliest deadline of any line, each from its own From date; an institution's from its Through date."""
    if content.filing_service is not None:
        return deadline(content.filing_service, limit, holidays)
    return min(deadline(line.service_from, limit, holidays) for line in content.lines)


def state(today: date, last_day: date, limit: FilingLimit) -> FilingState:
    """Whether the deadline is far, near, or gone. On the last day itself a claim is still in time."""
    if today > last_day:
        return FilingState.PASSED
    return FilingState.AT_RISK if today >= last_day - timedelta(days=limit.warn_days) else FilingState.OPEN


def warning_dates(today: date, last_day: date, days_ahead: Iterable[int] = (30, 14, 7, 1)) -> tuple[date, ...]:
    """The days from today on at which people are warned, in order."""
    days = {last_day - timedelta(days=ahead) for ahead in days_ahead}
    return tuple(sorted(day for day in days if day >= today))
