"""Which encounter brought a visit's charges: by the visit's own id, else by patient and day when only one fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVisit:
    """A visit without charges."""

    id: int
    key: str
    """The schedule's own id."""
    patient_id: int | None
    seen_on: date
    provider_npi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedEncounter:
    """An encounter that no visit has yet."""

    id: int
    source_reference: str
    """CLM01 of the system that sent it, often the visit's id there."""
    patient_id: int
    service_date: date
    provider_npis: frozenset[str]


def link_visits(visits: Sequence[WaitingVisit], encounters: Sequence[ChargedEncounter]) -> dict[int, int]:
    """Encounter by visit. The id decides first, whatever the day (a schedule may name the day before); a patient
    with two visits or two encounters on one day is told apart by the provider, or left open."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    references = Counter(encounter.source_reference for encounter in encounters)
    by_reference = {encounter.source_reference: encounter.id for encounter in encounters}
    for visit in visits:
        if visit.key and references[visit.key] == 1:
            found[visit.id] = by_reference[visit.key]
            taken.add(by_reference[visit.key])
    for same_provider in (True, False):
        left = [visit for visit in visits if visit.id not in found and visit.patient_id is not None]
        free = [encounter for encounter in encounters if encounter.id not in taken]
        fits = {visit.id: [e.id for e in free if _fits(visit, e, same_provider)] for visit in left}
        wanted = Counter(encounter for some in fits.values() for encounter in some)
        for visit_id, some in fits.items():
            if len(some) == 1 and wanted[some[0]] == 1:
                found[visit_id] = some[0]
                taken.add(some[0])
    return found


def _fits(visit: WaitingVisit, encounter: ChargedEncounter, same_provider: bool) -> bool:
    if (visit.patient_id, visit.seen_on) != (encounter.patient_id, encounter.service_date):
        return False
    return not same_provider or visit.provider_npi in encounter.provider_npis
