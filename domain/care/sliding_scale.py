"""The sliding scale: income against the poverty guideline of the household's size and state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CONTIGUOUS, ALASKA, HAWAII = "contiguous", "alaska", "hawaii"
_GROUPS = {"AK": ALASKA, "HI": HAWAII}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """The HHS poverty guideline of one year and group of states, in cents a year."""

    effective_from: date
    state_group: str
    first_person_cents: int
    each_more_cents: int
    source: str

    def for_household(self, size: int) -> int:
        """Cents a year for so many people.

        Raises:
            ValueError: a household has at least one person.
        """
        if size < 1:
            raise ValueError("a household has at least one person")
        return self.first_person_cents + (size - 1) * self.each_more_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a scale: up to this percentage of the guideline, so much is given."""

    up_to_percent: int
    discount_percent: int
    source: str


def state_group(state: str) -> str:
    """Alaska and Hawaii have guidelines of their own; all others share one."""
    return _GROUPS.get(state.strip().upper(), CONTIGUOUS)


def guideline_on(guidelines: Iterable[Guideline], state: str, on: date) -> Guideline:
    """The guideline that holds on a day in a state.

    Raises:
        LookupError: the table does not reach that far back.
    """
    group = state_group(state)
    known = [one for one in guidelines if one.state_group == group and one.effective_from <= on]
    if not known:
        raise LookupError(f"no poverty guideline for {group} on {on}: add it to care_poverty_guidelines.csv")
    return max(known, key=lambda one: one.effective_from)


def percent_of(income_cents: int, guideline_cents: int) -> int:
    """Income as a percentage of the guideline, rounded up: 200 means at most 200.00 percent.

    Raises:
        ValueError: a negative income is no income.
    """
    if income_cents < 0:
        raise ValueError("an income is not negative")
    return -(-income_cents * 100 // guideline_cents)


def discount_percent(scale: Sequence[Step], percent: int) -> int:
    """What the scale gives at this percentage of the guideline: the first step that reaches it, else nothing."""
    for step in sorted(scale, key=lambda one: one.up_to_percent):
        if percent <= step.up_to_percent:
            return step.discount_percent
    return 0


def parse_guidelines(rows: Iterable[Mapping[str, str]]) -> tuple[Guideline, ...]:
    """The table of guidelines.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    found = []
    for place, row in enumerate(rows, start=2):
        if row["state_group"] not in (CONTIGUOUS, ALASKA, HAWAII):
            raise ValueError(f"care_poverty_guidelines.csv line {place}: no group {row['state_group']}")
        found.append(
            Guideline(
                effective_from=date.fromisoformat(row["effective_from"]),
                state_group=row["state_group"],
                first_person_cents=int(row["first_person_cents"]),
                each_more_cents=int(row["each_more_cents"]),
                source=row["source"],
            )
        )
    return tuple(found)
