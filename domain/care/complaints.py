"""Complaints: who owns which, by when it is acknowledged and answered, and what rests meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_HOLDABLE = frozenset({"statement", "contact", "collection"})


class Complainant(StrEnum):
    """Who raised it."""

    PATIENT = "patient"
    PAYER = "payer"
    PHYSICIAN = "physician"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of complaint."""

    name: str
    owner: str
    escalates_to: str
    acknowledge_days: int
    answer_days: int
    stops: frozenset[str]
    words: Mapping[str, str]
    """By language, as the letters name it."""
    source: str

    def acknowledge_by(self, received_on: date) -> date:
        """By when whoever complained is told that it arrived, and who has it."""
        return received_on + timedelta(days=self.acknowledge_days)

    def answer_by(self, received_on: date) -> date:
        """By when it is answered."""
        return received_on + timedelta(days=self.answer_days)


class HandOver(ValueError):
    """Somebody has carried enough hard conversations today; the text names the colleague who takes the next."""


def may_carry(person: str, today: int, limit: int, colleagues: Mapping[str, int]) -> None:
    """Let a person take one more hard conversation, or say who takes it.

    ``colleagues`` are the others who know the work, with how many they carried today.

    Raises:
        HandOver: the day's limit is reached.
    """
    if today < limit:
        return
    free = sorted((count, name) for name, count in colleagues.items() if count < limit and name != person)
    whom = f"hand it to {free[0][1]}" if free else "pause it until tomorrow: everybody has carried enough today"
    raise HandOver(f"{person} has carried {today} hard conversations today, and {limit} is enough: {whom}")


def parse_categories(rows: Iterable[Mapping[str, str]]) -> Mapping[str, Category]:
    """The categories by name.

    Raises:
        ValueError: one stops what nobody asks about, or is answered before it is acknowledged.
    """
    found = {}
    for row in rows:
        stops = frozenset(row["stops"].split())
        if not stops <= _HOLDABLE:
            raise ValueError(f"care_complaint_categories.csv: {row['category']} stops what is not known")
        category = Category(
            name=row["category"],
            owner=row["owner"],
            escalates_to=row["escalates_to"],
            acknowledge_days=int(row["acknowledge_days"]),
            answer_days=int(row["answer_days"]),
            stops=stops,
            words={"en": row["words_en"], "es": row["words_es"]},
            source=row["source"],
        )
        if category.answer_days < category.acknowledge_days:
            raise ValueError(f"care_complaint_categories.csv: {category.name} is answered before it is acknowledged")
        found[category.name] = category
    return found
