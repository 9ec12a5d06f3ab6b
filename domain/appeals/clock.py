"""When a level must be filed, when its decision is due, and what may still be done after either day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.appeals.ladder import Ladders, Level, WhenOverdue
from domain.remittance.balancing import dollars

WARN_DAYS_AHEAD = (30, 14, 7, 3, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The decision that is appealed."""

    dated: date
    received: date | None = None
    """When it came, where that is shown; otherwise receipt is presumed some days after its date."""

    def received_on(self, level: Level) -> date:
        """The day from which the time to appeal counts."""
        return self.received or self.dated + timedelta(days=level.receipt_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a request on one day would be."""

    last_day: date
    refused: str = ""
    """Why it cannot be filed, with what to do instead; empty when it can."""
    late_under: str = ""
    """The rule under which a late request asks to be heard; empty when it is in time."""


def last_day_to_file(level: Level, notice: Notice) -> date:
    """The last day on which the request may be received: on the day itself it is in time."""
    return notice.received_on(level) + timedelta(days=level.file_days)


def decision_due(level: Level, filed_on: date) -> date | None:
    """The day by which the decision must have come; None where no rule sets one."""
    return filed_on + timedelta(days=level.decision_days) if level.decision_days else None


def filing_on(
    level: Level, notice: Notice, today: date, in_controversy_cents: int, ladders: Ladders, good_cause: str = ""
) -> Filing:
    """Whether a level may be filed on a day: in time or with good cause, and for enough money."""
    last_day = last_day_to_file(level, notice)
    if (short := too_little(level, in_controversy_cents, today, ladders)) is not None:
        return Filing(last_day=last_day, refused=short)
    if today <= last_day:
        return Filing(last_day=last_day)
    ended = f"the time to file the {level.name} ended on {last_day} ({level.source})"
    if not level.late_source:
        return Filing(last_day=last_day, refused=f"{ended}: this payer hears no late request; write it off, or bill on")
    if not good_cause.strip():
        return Filing(
            last_day=last_day,
            refused=f"{ended}: a late request is heard only for good cause ({level.late_source}); say which, or "
            "write it off",
        )
    return Filing(last_day=last_day, late_under=level.late_source)


def too_little(level: Level, in_controversy_cents: int, filed_on: date, ladders: Ladders) -> str | None:
    """Why the amount in controversy does not reach; None when it does.

    The threshold of the year in which the request is filed counts (42 CFR 405.1006); claims may be added up.
    """
    if not level.amount:
        return None
    threshold = ladders.threshold(level, filed_on.year)
    if threshold is None:
        return (
            f"the amount in controversy that a {level.name} needs in {filed_on.year} is not in the table: add it to "
            "amounts_in_controversy.csv with its Federal Register notice"
        )
    if in_controversy_cents >= threshold.cents:
        return None
    return (
        f"${dollars(in_controversy_cents)} is in controversy, a {level.name} filed in {filed_on.year} needs "
        f"${dollars(threshold.cents)} ({threshold.source}); claims may be added up (42 CFR 405.1006(e))"
    )


def years_without_amount(level: Level, first: date, last: date, ladders: Ladders) -> tuple[int, ...]:
    """The years in which the level may be filed and whose amount in controversy nobody has entered yet.

    The figure of an earlier year is never taken for them: it is published each autumn (42 CFR 405.1006(b)).
    """
    if not level.amount:
        return ()
    return tuple(year for year in range(first.year, last.year + 1) if ladders.threshold(level, year) is None)


def may_escalate(level: Level, due: date | None, today: date) -> str | None:
    """Why the next level cannot be asked without a decision; None when it can."""
    if level.when_overdue is not WhenOverdue.ESCALATE:
        return f"an overdue {level.name} gives no right to go on without its decision ({level.overdue_source})"
    if due is None or today <= due:
        return f"the {level.name} is not overdue: its decision is due on {due}"
    return None


def right_when_overdue(level: Level) -> str:
    """What a late decision allows, in words."""
    if level.when_overdue is WhenOverdue.ESCALATE:
        return f"ask {level.decided_by}, or escalate to the next level without a decision ({level.overdue_source})"
    return f"ask {level.decided_by} for the decision ({level.overdue_source})"


def next_warning(today: date, last_day: date) -> date:
    """The next day on which people are told that a deadline comes; the day after it when it has come."""
    for ahead in WARN_DAYS_AHEAD:
        day = last_day - timedelta(days=ahead)
        if today < day:
            return day
    return last_day + timedelta(days=1)
