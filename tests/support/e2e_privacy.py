"""Protected data of the demo's visits, and a search for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from cli.demo.encounters import DemoVisit
from domain.people.parties import Person

SHORTEST_FAMILY_NAME = 4
"""Shorter ones are words and codes of the field, too."""
_DATE_FORMATS = ("%Y%m%d", "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d %B %Y", "%B %d, %Y")


class ProtectedData:
    """Names, birth dates and member ids of patients and insured persons, in any case."""

    def __init__(self, visits: Iterable[DemoVisit]) -> None:
        """Take what these visits hold, as it stands in the chart and as it was entered."""
        texts: set[str] = set()
        for visit in visits:
            for person in (visit.encounter.patient, visit.chart.coverage.subscriber):
                texts |= _names(person) | _dates(person.birth_date)
            cards = {visit.chart.coverage.member_id, visit.encounter.content.coverage.member_id}
            cards |= {values["member_id"] for values in (visit.answer_key, visit.slip) if "member_id" in values}
            texts |= cards
        self.texts = frozenset(text.lower() for text in texts if text)
        longest_first = sorted(self.texts, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![a-z0-9])")

    def found_in(self, text: str) -> list[str]:
        """The protected texts that stand in a text as whole words."""
        return sorted(set(self._pattern.findall(text.lower())))

    def found_in_logs(self, folder: Path) -> tuple[dict[str, list[str]], int]:
        """Protected texts by log file, and how many lines were read."""
        found: dict[str, list[str]] = {}
        lines = 0
        for log in sorted(folder.glob("*")):
            text = log.read_text(errors="replace")
            lines += text.count("\n")
            if leaked := self.found_in(text):
                found[log.name] = leaked
        return found, lines


def _names(person: Person) -> set[str]:
    first, last = person.first_name, person.last_name
    names = {f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last}*{first}", f"{last}^{first}"}
    if person.middle_name:
        names.add(f"{first} {person.middle_name} {last}")
    return names | ({last} if len(last) >= SHORTEST_FAMILY_NAME else set())


def _dates(born: date | None) -> set[str]:
    if born is None:
        return set()
    return {born.strftime(form) for form in _DATE_FORMATS} | {f"{born.month}/{born.day}/{born.year}"}
