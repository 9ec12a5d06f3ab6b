"""Is this the same person? Scores for people to look at: a machine shows candidates and merges nobody."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from domain.people.parties import Person

_CLOSE = 0.84
"""Likeness of two names that one slip of the pen explains."""
LIKELY, POSSIBLE = 70, 45


class Grade(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    """Name, birth date and sex are the same."""
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A patient of the books."""

    patient_id: int
    person: Person
    phone: str = ""
    member_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A patient who may be the one at the desk: of 100 points, and what gave them."""

    patient_id: int
    score: int
    grade: Grade
    why: tuple[str, ...]


def candidates(
    wanted: Person, known: Collection[Known], *, phone: str = "", member_ids: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Those worth a look, the best first."""
    found = [_judged(wanted, one, _digits(phone), {member.upper() for member in member_ids}) for one in known]
    return tuple(
        sorted((one for one in found if one is not None), key=lambda one: (-one.score, one.patient_id))
    )


def _judged(wanted: Person, known: Known, phone: str, member_ids: set[str]) -> Candidate | None:
    person = known.person
    parts = (
        _name("last name", wanted.last_name, person.last_name, 25, 15),
        _name("first name", wanted.first_name, person.first_name, 20, 12),
        _birth(wanted.birth_date, person.birth_date),
        (5, "same sex") if wanted.sex == person.sex != "U" else (0, ""),
        _address(wanted, person),
        (10, "same telephone") if phone and phone == _digits(known.phone) else (0, ""),
        (25, "same member id") if member_ids & {member.upper() for member in known.member_ids} else (0, ""),
    )
    score = min(100, sum(points for points, _ in parts))
    exact = (
        _plain(wanted.last_name) == _plain(person.last_name)
        and _plain(wanted.first_name) == _plain(person.first_name)
        and wanted.birth_date is not None
        and wanted.birth_date == person.birth_date
        and wanted.sex == person.sex
    )
    if not exact and score < POSSIBLE:
        return None
    grade = Grade.EXACT if exact else Grade.LIKELY if score >= LIKELY else Grade.POSSIBLE
    return Candidate(patient_id=known.patient_id, score=score, grade=grade, why=tuple(why for _, why in parts if why))


def _name(what: str, one: str, other: str, same: int, close: int) -> tuple[int, str]:
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return 0, ""
    if first == second:
        return same, f"same {what}"
    if SequenceMatcher(None, first, second).ratio() >= _CLOSE or first in second.split() or second in first.split():
        return close, f"similar {what}"
    return 0, ""


def _birth(one: date | None, other: date | None) -> tuple[int, str]:
    if one is None or other is None:
        return 0, ""
    if one == other:
        return 30, "same birth date"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return 18, "day and month of birth changed places"
    same = sum((one.year == other.year, one.month == other.month, one.day == other.day))
    return (12, "birth date differs in one place") if same == 2 else (0, "")


def _address(one: Person, other: Person) -> tuple[int, str]:
    if one.address.zip_code[:5] != other.address.zip_code[:5]:
        return 0, ""
    if _plain(one.address.street) == _plain(other.address.street):
        return 10, "same address"
    return 3, "same ZIP code"


def _plain(text: str) -> str:
    """Capitals without accents, hyphens and doubled blanks."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join("".join(mark if mark.isalnum() else " " for mark in bare).upper().split())


def _digits(phone: str) -> str:
    return "".join(mark for mark in phone if mark.isdigit())[-10:]
