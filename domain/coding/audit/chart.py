"""What the audit reads of one patient: codes, dates and numbers, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One billed line: the procedure, its modifiers, and which diagnoses of the claim it points to."""

    procedure: str
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = (1,)
    units: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedClaim:
    """One claim of the patient as it stands."""

    number: int
    on: date
    provider: str
    """NPI of who rendered the service."""
    place: str
    diagnoses: tuple[str, ...]
    """ICD-10-CM, without the point."""
    services: tuple[Service, ...] = ()
    individual: bool = True
    """Whether ``provider`` is one person; a group's number says nothing of anybody's day or way of coding."""

    def of_line(self, service: Service) -> tuple[str, ...]:
        """The diagnoses that a line points to."""
        return tuple(self.diagnoses[place - 1] for place in service.pointers if 0 < place <= len(self.diagnoses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of the chart's problem list."""

    code: str
    recorded_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """A medication that was ordered, or is taken."""

    started_on: date
    ended_on: date | None = None
    rxnorm: str = ""
    atc: str = ""
    name: str = ""
    """As the chart writes it; ingredients are looked for in it, word by word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A result that is a number."""

    loinc: str
    on: date
    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that is known of one patient."""

    patient: int
    """The row's number."""
    claims: tuple[CodedClaim, ...] = ()
    """In order of date."""
    conditions: tuple[Condition, ...] = ()
    medications: tuple[Medication, ...] = ()
    labs: tuple[Lab, ...] = ()
    encounters: tuple[date, ...] = ()
    """Days on which the patient was seen, also where no claim came of it."""
    died_on: date | None = None

    def coded(self, prefixes: tuple[str, ...], since: date, until: date = date.max) -> Iterator[tuple[CodedClaim, str]]:
        """Claims and their codes that begin with one of the prefixes, both days included."""
        for claim in self.claims:
            if since <= claim.on <= until:
                for code in claim.diagnoses:
                    if code.startswith(prefixes):
                        yield claim, code

    def listed(self, prefixes: tuple[str, ...], on: date) -> Iterator[Condition]:
        """Conditions of the problem list that stood on a day."""
        for condition in self.conditions:
            stood = condition.recorded_on <= on and (condition.ended_on is None or condition.ended_on >= on)
            if stood and condition.code.startswith(prefixes):
                yield condition

    def seen(self, since: date, until: date) -> list[date]:
        """Days on which the patient was seen, claims and other encounters alike."""
        days = {claim.on for claim in self.claims} | set(self.encounters)
        return sorted(day for day in days if since <= day <= until)
