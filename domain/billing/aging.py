"""How old a balance is: the day it became the patient's, in the steps that people of the trade read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LIMITS = (30, 60, 90, 120)
"""Last day of each step; the step after the last one is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeStep:
    """What is owed since this many days."""

    from_days: int
    to_days: int | None
    """None: and older."""
    cents: int


def by_age(balances: Iterable[tuple[date, int]], today: date) -> tuple[AgeStep, ...]:
    """Every step, also the empty ones; ``balances`` holds (owed since, cents), and their sum is the steps' sum."""
    starts = (0, *(limit + 1 for limit in LIMITS))
    sums = [0] * len(starts)
    for since, cents in balances:
        days = max(0, (today - since).days)
        sums[sum(days > limit for limit in LIMITS)] += cents
    return tuple(
        AgeStep(from_days=start, to_days=LIMITS[place] if place < len(LIMITS) else None, cents=sums[place])
        for place, start in enumerate(starts)
    )
