"""The clock of an overpayment: due so many days after it was identified, and suspended while it is investigated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.overpayments.policy import RefundPolicy


class CannotSuspend(ValueError):
    """The clock is not one that may be suspended now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Until when an overpayment must be returned."""

    identified_on: date
    due_on: date
    suspended_until: date | None = None
    """While a good-faith investigation of related overpayments lasts; the days left count on from there."""


def started(identified_on: date, policy: RefundPolicy) -> Clock:
    """The clock of an overpayment that was identified on a day."""
    return Clock(identified_on=identified_on, due_on=identified_on + timedelta(days=policy.refund_due_days))


def suspended(clock: Clock, today: date, policy: RefundPolicy) -> Clock:
    """Stop the clock for an investigation that a named person orders (42 CFR 401.305(b)(3)).

    It runs on with the days that were left when the investigation is concluded, at the latest
    ``refund_suspension_days`` after the overpayment was identified.

    Raises:
        CannotSuspend: the payer's rule knows no suspension, it is suspended already, or its time is over.
    """
    if not policy.refund_suspension_days:
        raise CannotSuspend("only the clock of a federal payer may be suspended (42 CFR 401.305(b)(3))")
    if clock.suspended_until is not None:
        raise CannotSuspend(f"the clock was suspended before, until {clock.suspended_until}: it is suspended once")
    until = clock.identified_on + timedelta(days=policy.refund_suspension_days)
    if today >= until or today > clock.due_on:
        raise CannotSuspend(f"too late: it was due on {clock.due_on}, and an investigation ends by {until}")
    return Clock(identified_on=clock.identified_on, due_on=until + (clock.due_on - today), suspended_until=until)


def concluded(clock: Clock, today: date) -> Clock:
    """The investigation is over: the days that were left count from today. Nothing changes without one."""
    if clock.suspended_until is None or today >= clock.suspended_until:
        return clock
    return Clock(identified_on=clock.identified_on, due_on=today + (clock.due_on - clock.suspended_until))
