"""Who guarantees for a patient, and from which day on somebody else: visits follow the account of their day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.people.matching import Grade, Known, candidates
from domain.people.parties import Person

ANY_STATE = "*"


class Cause(StrEnum):
    """Why the guarantor changes."""

    CAME_OF_AGE = "came_of_age"
    DIVORCE = "divorce"
    CUSTODY = "custody"
    DEATH = "death"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From a day on another account."""

    effective_on: date
    from_account: int
    to_account: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCandidate:
    """An account whose guarantor may be the person named."""

    account: int
    score: int
    grade: Grade
    why: tuple[str, ...]


def account_on(present: int, changes: Sequence[Change], day: date) -> int:
    """The account of a patient's visit on a day; ``changes`` in the order in which they were made."""
    if not changes:
        return present
    holding = [one for one in changes if one.effective_on <= day]
    return holding[-1].to_account if holding else changes[0].from_account


def same_person(one: Person, other: Person) -> bool:
    """Whether two entries name the same person beyond doubt: name, birth date and sex."""
    found = candidates(one, [Known(patient_id=0, person=other)])
    return bool(found) and found[0].grade is Grade.EXACT


def alike(wanted: Person, guarantors: Mapping[int, Person]) -> tuple[AccountCandidate, ...]:
    """Accounts worth a look, the best first; a person chooses, nobody is taken for another."""
    known = [Known(patient_id=account, person=person) for account, person in guarantors.items()]
    return tuple(
        AccountCandidate(account=one.patient_id, score=one.score, grade=one.grade, why=one.why)
        for one in candidates(wanted, known)
    )


def came_of_age_on(born: date, age: int) -> date:
    """The birthday on which somebody is of age; who was born on February 29 is so on March 1."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def why_ask(patient: Person, guarantor: Person, on: date, age: int) -> str | None:
    """Why the desk asks who guarantees from now on: the patient is of age and somebody else still guarantees."""
    if patient.birth_date is None or same_person(patient, guarantor):
        return None
    day = came_of_age_on(patient.birth_date, age)
    if on < day:
        return None
    return f"the patient is of age ({age}) since {day.year}, and somebody else guarantees for them"


def parse_ages(rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Read the table of ages of majority by state.

    Raises:
        ValueError: a row has no source, or nothing is said for the other states.
    """
    found = {}
    for row in rows:
        if not row.get("source"):
            raise ValueError(f"age of majority, {row.get('state')}: source must say something")
        found[row["state"]] = int(row["age"])
    if ANY_STATE not in found:
        raise ValueError("age of majority: a row for the other states (*) is missing")
    return found
