"""Visits find the encounter that brought their charges, or stay open for a person."""

from __future__ import annotations

from datetime import date

from domain.visits.linking import ChargedEncounter, WaitingVisit, link_visits

DAY = date(2026, 10, 14)


def visit(number: int, key: str = "", patient: int | None = 5, day: date = DAY, npi: str = "") -> WaitingVisit:
    return WaitingVisit(id=number, key=key, patient_id=patient, seen_on=day, provider_npi=npi)


def encounter(
    number: int, reference: str = "", patient: int = 5, day: date = DAY, npi: str = "1234567893"
) -> ChargedEncounter:
    return ChargedEncounter(
        id=number,
        source_reference=reference,
        patient_id=patient,
        service_date=day,
        provider_npis=frozenset({npi}),
    )


def test_the_visits_own_id_decides_before_patient_and_day() -> None:
    visits = [visit(1, "V1", patient=None), visit(2, "V2")]
    assert link_visits(visits, [encounter(11, "V1"), encounter(12, "V2", day=date(2026, 10, 15))]) == {1: 11, 2: 12}


def test_patient_and_day_link_when_only_one_fits() -> None:
    assert link_visits([visit(1, "V1")], [encounter(11, "elsewhere"), encounter(12, patient=6)]) == {1: 11}


def test_two_visits_of_one_patient_and_day_are_told_apart_by_the_provider_only() -> None:
    visits = [visit(1, "A", npi="1111111112"), visit(2, "B", npi="2222222220")]
    assert link_visits(visits, [encounter(11, npi="2222222220")]) == {2: 11}
    assert link_visits([visit(1, "A"), visit(2, "B")], [encounter(11)]) == {}
    both = [encounter(11, npi="2222222220"), encounter(12, npi="3333333336")]
    assert link_visits(visits, both) == {2: 11, 1: 12}


def test_an_id_that_two_encounters_bear_links_nothing_by_itself() -> None:
    assert link_visits([visit(1, "V1", patient=None)], [encounter(11, "V1"), encounter(12, "V1", patient=6)]) == {}


def test_a_visit_without_an_id_or_patient_stays_open() -> None:
    assert link_visits([visit(1, "", patient=None)], [encounter(11, "")]) == {}
