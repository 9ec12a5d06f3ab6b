"""When a case is looked at next: before its due date, on it, and again and again after it."""

from __future__ import annotations

from datetime import date, timedelta

_DAY = timedelta(days=1)


def next_look(today: date, due_on: date, reminder_days: int, after_due_days: int) -> date:
    """The next day after ``today`` on which somebody is asked about it."""
    reminder = due_on - timedelta(days=reminder_days)
    for day in (reminder, due_on):
        if today < day:
            return day
    return today + max(_DAY, timedelta(days=after_due_days))
