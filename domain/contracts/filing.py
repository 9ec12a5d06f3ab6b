"""Dated rows of an operator's file beside those that stand: what is new, what is closed, what contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

_DAY = timedelta(days=1)
Key = tuple[str, ...]
"""What a value is for: payer and procedure, modifier, place; or payer and term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row that was imported before."""

    id: int
    value: str
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A row of the file."""

    row: int
    key: Key
    value: str
    words: str
    """What it is about, for a person."""
    effective_from: date
    effective_to: date | None = None
    """Empty: the file says nothing of its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that contradicts what stands."""

    row: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import changes."""

    new: tuple[tuple[Given, date | None], ...]
    """Rows to write, each with its last day."""
    ends: Mapping[int, date]
    """New last days of rows that stand, by id."""
    already: int
    refused: tuple[Refused, ...]


@dataclass(slots=True, kw_only=True)
class _Period:
    value: str
    to: date | None
    standing: Standing | None = None
    given: Given | None = None


def plan_import(standing: Mapping[Key, Iterable[Standing]], given: Sequence[Given]) -> Plan:
    """See what a file changes. A value that began is never changed: a later one closes it the day before it begins."""
    periods: dict[Key, dict[date, _Period]] = {}
    refused: list[Refused] = []
    already = 0
    for row in given:
        known = periods.get(row.key)
        if known is None:
            known = periods[row.key] = {
                one.effective_from: _Period(value=one.value, to=one.effective_to, standing=one)
                for one in standing.get(row.key, ())
            }
        same_day = known.get(row.effective_from)
        if same_day is None:
            known[row.effective_from] = _Period(value=row.value, to=row.effective_to, given=row)
        elif same_day.value != row.value:
            refused.append(
                Refused(
                    row=row.row,
                    why=f"{row.words} is {same_day.value} from {row.effective_from} already, not {row.value}: "
                    "a changed value needs a later effective_from",
                )
            )
        else:
            already += 1
            same_day.to = row.effective_to or same_day.to
    new: list[tuple[Given, date | None]] = []
    ends: dict[int, date] = {}
    for known in periods.values():
        _close(known)
        for period in known.values():
            if period.given is not None:
                new.append((period.given, period.to))
            elif period.standing is not None and period.to is not None and period.to != period.standing.effective_to:
                ends[period.standing.id] = period.to
    return Plan(
        new=tuple(sorted(new, key=lambda one: one[0].row)), ends=ends, already=already, refused=tuple(refused)
    )  # fmt: skip


def _close(periods: Mapping[date, _Period]) -> None:
    begins = sorted(periods)
    for begin, following in pairwise(begins):
        period, last = periods[begin], following - _DAY
        period.to = last if period.to is None else min(period.to, last)
