"""Public facts about codes that come as small tables with the product: modifiers, places, sex and age."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRange:
    """Codes from ``first`` to ``last`` by their first characters: ``99202-99215``, ``O00-O9A``, ``R54``."""

    first: str
    last: str

    def holds(self, code: str) -> bool:
        """Whether a code, cut to the ends' lengths, lies between them."""
        return self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """A modifier: its numbered kinds are CPT's, those with a letter HCPCS's (words are our own)."""

    code: str
    rank: int
    """Place in the order payers read: 1 decides the price, 2 what is paid, 3 the side or site, 4 tells only."""
    fits: tuple[CodeRange, ...] = ()
    """Procedures it belongs to; empty: any."""
    apart: bool = False
    """Not on procedures of ``fits``, but on all others."""
    bypass: bool = False
    """NCCI takes it as saying that two services were apart."""
    repeats: bool = False
    """Says that the same service was done again on purpose, or somewhere else."""
    source: str = ""

    def suits(self, procedure: str) -> bool:
        """Whether it may stand beside a procedure."""
        return not self.fits or any(one.holds(procedure) for one in self.fits) != self.apart


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierConflict:
    """Two modifiers that contradict each other on one line."""

    first: str
    second: str
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFit:
    """A family of procedures and the places of service where it can be."""

    procedures: CodeRange
    places: frozenset[str]
    elsewhere: bool = False
    """It can be anywhere but at ``places``."""
    why: str
    source: str

    def allows(self, place: str) -> bool:
        """Whether the procedures can be at a place."""
        return (place in self.places) != self.elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientEdit:
    """Codes that fit one sex, or an age in days or years only."""

    kind: str
    """``diagnosis`` or ``procedure``."""
    codes: CodeRange
    sex: str = ""
    least_days: int | None = None
    most_days: int | None = None
    """Age on the day of service; days, so that a newborn's codes can be told."""
    least_years: int | None = None
    most_years: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingFacts:
    """All of them; empty tables say nothing."""

    modifiers: Mapping[str, Modifier]
    conflicts: tuple[ModifierConflict, ...] = ()
    places: tuple[PlaceFit, ...] = ()
    patient_edits: Mapping[tuple[str, str], tuple[PatientEdit, ...]]
    """By kind and first character of the code."""

    def edits_of(self, kind: str, code: str) -> Iterable[PatientEdit]:
        """The edits a code falls under."""
        for edit in self.patient_edits.get((kind, code[:1]), ()):
            if edit.codes.holds(code):
                yield edit


NO_FACTS = CodingFacts(modifiers={}, patient_edits={})


def age_in_years(born: date, on: date) -> int:
    """Whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
