"""Payment plans: what a household can carry, in equal instalments without interest, and whether they came."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPolicy:
    """The house's terms on one day."""

    least_instalment_cents: int
    most_months: int
    income_share_permille: int
    """Largest part of a household's monthly income that an instalment may take."""
    usual_months: int
    first_due_days: int
    grace_days: int
    follow_ups: int
    follow_up_days: int
    renegotiate_days: int
    offer_from_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment of a plan."""

    due_on: date
    cents: int


class CannotCarry(ValueError):
    """No plan within the policy: financial assistance is the way, not a larger instalment."""


def offer(
    balance_cents: int, policy: PlanPolicy, today: date, *, monthly_income_cents: int | None = None
) -> tuple[Instalment, ...]:
    """The instalments that the house offers: within the household's share, no interest, the rest in the last one.

    Raises:
        ValueError: nothing is owed.
        CannotCarry: the household's share would take longer than the policy's longest plan.
    """
    if balance_cents <= 0:
        raise ValueError("nothing is owed: there is nothing to plan")
    if monthly_income_cents is None:
        months = policy.usual_months
        monthly = max(policy.least_instalment_cents, -(-balance_cents // months))
    else:
        monthly = monthly_income_cents * policy.income_share_permille // 1000
        if monthly <= 0 or -(-balance_cents // monthly) > policy.most_months:
            raise CannotCarry(
                f"{policy.most_months} months within the household's share do not carry the balance: offer financial "
                "assistance first"
            )
    return schedule(balance_cents, monthly, today + timedelta(days=policy.first_due_days), policy)


def schedule(balance_cents: int, monthly_cents: int, first_due: date, policy: PlanPolicy) -> tuple[Instalment, ...]:
    """Equal instalments from a day on; their sum is the balance to the cent: nothing is added.

    Raises:
        ValueError: the instalment is not positive, or it takes longer than the policy's longest plan.
    """
    if monthly_cents <= 0 or balance_cents <= 0:
        raise ValueError("an instalment and a balance are positive")
    count = -(-balance_cents // monthly_cents)
    if count > policy.most_months:
        raise ValueError(f"{count} instalments are more than the {policy.most_months} that the policy allows")
    last = balance_cents - monthly_cents * (count - 1)
    return tuple(
        Instalment(due_on=_months_later(first_due, place), cents=monthly_cents if place < count - 1 else last)
        for place in range(count)
    )


class PlanStanding(StrEnum):
    """How a plan stands on a day."""

    ON_TIME = "on_time"
    MISSED = "missed"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a plan stands, and what comes next."""

    standing: PlanStanding
    missing_cents: int
    """Due, out of grace, and not come."""
    missed_on: date | None
    """Due date of the first instalment that did not come in full."""
    next_look: date | None
    """The day on which the next instalment would be missed."""


def progress(instalments: Sequence[Instalment], open_cents: int, policy: PlanPolicy, today: date) -> Progress:
    """How a plan stands, from what is open of its claims: whatever lowered it, a payment or assistance, counts."""
    if open_cents <= 0:
        return Progress(standing=PlanStanding.DONE, missing_cents=0, missed_on=None, next_look=None)
    grace = timedelta(days=policy.grace_days)
    left = sum(one.cents for one in instalments)
    missed_on, missing = None, 0
    for one in instalments:
        left -= one.cents
        behind = open_cents - left
        if one.due_on + grace >= today:
            break
        if behind > 0:
            missed_on, missing = missed_on or one.due_on, behind
    later = [one.due_on + grace + timedelta(days=1) for one in instalments]
    next_look = next((day for day in later if day > today), None)
    standing = PlanStanding.MISSED if missed_on else PlanStanding.ON_TIME
    return Progress(standing=standing, missing_cents=missing, missed_on=missed_on, next_look=next_look)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + year, month + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
