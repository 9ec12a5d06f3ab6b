"""Tables in memory, edition by edition: the newest edition that had begun and not ended decides for a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from domain.coding.tables import CoveragePolicy, Diagnosis, Indicators, PairEdit, TableKind, UnitLimit

Period = tuple[date, date | None]
"""The first and the last day something holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One loaded file, or as much of it as a run asks for.

    ``entries`` by kind: code to ``Diagnosis``, ``UnitLimit``, ``Indicators`` or periods; ``(first, second)`` to
    ``PairEdit`` in order; procedure to ``{policy: {diagnosis: periods}}``.
    """

    kind: TableKind
    effective_from: date
    effective_to: date | None = None
    entries: Mapping[Any, Any] = field(default_factory=dict)

    def holds(self, on: date) -> bool:
        """Whether it is the word for services of a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class DiagnosisList(Protocol):
    """A list of ICD-10-CM that comes with the product, of one year."""

    def find(self, code: str) -> Diagnosis | None:
        """The code, without its point; None: no such code."""
        ...

    def is_of(self, on: date) -> bool:
        """Whether the list is the one of the day."""
        ...


class EditionTables:
    """``ReferenceTables`` over editions. ``diagnoses`` answers for days without an edition of ICD-10-CM."""

    __slots__ = ("_diagnoses", "_editions")

    def __init__(self, editions: Iterable[Edition], diagnoses: DiagnosisList | None = None) -> None:
        self._editions: dict[TableKind, list[Edition]] = {}
        for edition in sorted(editions, key=lambda one: one.effective_from, reverse=True):
            self._editions.setdefault(edition.kind, []).append(edition)
        self._diagnoses = diagnoses

    def holds(self, kind: TableKind, on: date) -> bool:
        """Whether an edition of this kind is the word for the day."""
        return self._of(kind, on) is not None or (kind is TableKind.ICD10CM and self._diagnoses is not None)

    def is_of_the_day(self, kind: TableKind, on: date) -> bool:
        """Whether an edition holds on the day, or the list that comes with the product is of it."""
        if self._of(kind, on) is not None:
            return True
        return kind is TableKind.ICD10CM and self._diagnoses is not None and self._diagnoses.is_of(on)

    def diagnosis(self, code: str, on: date) -> Diagnosis | None:
        """The code in the day's edition, else in the list of the fallback."""
        edition = self._of(TableKind.ICD10CM, on)
        if edition is not None:
            found: Diagnosis | None = edition.entries.get(code)
            return found
        return self._diagnoses.find(code) if self._diagnoses is not None else None

    def knows_code(self, kind: TableKind, code: str, on: date) -> bool:
        """Whether the day's edition has the code, and it was valid on the day."""
        edition = self._of(kind, on)
        return edition is not None and _covers(edition.entries.get(code, ()), on)

    def pair(self, kind: TableKind, first: str, second: str, on: date) -> PairEdit | None:
        """The edit of the day's edition that holds on the day."""
        edition = self._of(kind, on)
        if edition is None:
            return None
        edits: Sequence[PairEdit] = edition.entries.get((first, second), ())
        return next((edit for edit in edits if edit.holds(on)), None)

    def unit_limit(self, kind: TableKind, code: str, on: date) -> UnitLimit | None:
        """The limit in the day's edition."""
        edition = self._of(kind, on)
        return None if edition is None else edition.entries.get(code)

    def indicators(self, code: str, on: date) -> Indicators | None:
        """What the day's edition says."""
        edition = self._of(TableKind.MPFS, on)
        return None if edition is None else edition.entries.get(code)

    def coverage(self, procedure: str, on: date) -> tuple[CoveragePolicy, ...]:
        """The policies of the day's edition with a row for the procedure on the day."""
        edition = self._of(TableKind.COVERAGE, on)
        if edition is None:
            return ()
        found = []
        policies: Mapping[str, Mapping[str, Sequence[Period]]] = edition.entries.get(procedure, {})
        for name, rows in policies.items():
            covered = frozenset(code for code, periods in rows.items() if _covers(periods, on))
            if covered:
                found.append(CoveragePolicy(name=name, diagnoses=covered))
        return tuple(found)

    def _of(self, kind: TableKind, on: date) -> Edition | None:
        for edition in self._editions.get(kind, ()):
            if edition.holds(on):
                return edition
        return None


def _covers(periods: Sequence[Period], on: date) -> bool:
    return any(start <= on and (end is None or on <= end) for start, end in periods)
