"""Patterns that compliance looks at, and what looks like them and is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from activities.audit.rules import audit_rules
from domain.coding.audit.chart import Chart, CodedClaim, Service
from domain.compliance.patterns import Suspected, Suspicion, suspected
from tests.unit.audit.charts import TODAY, chart, claim

LONG = Service(procedure="99215")
CONTENT = ("R079", "R519", "R42", "R5383")
SERVICES = (Service(procedure="99214"), Service(procedure="93000"), Service(procedure="36415"))


def found(*charts: Chart) -> list[Suspected]:
    return list(suspected(charts, audit_rules(), date(2026, 1, 1), TODAY))


def day_of(visits: int, **changed: object) -> list[Chart]:
    one = claim(1, "2026-06-17", "R42", services=(LONG,))
    return [
        Chart(patient=number, claims=(replace(one, number=number, **changed),))  # type: ignore[arg-type]
        for number in range(1, visits + 1)
    ]


def test_more_visits_than_a_day_has_minutes_are_suspected() -> None:
    (one,) = found(*day_of(37))
    assert (one.suspicion, len(one.claims), one.provider) == (Suspicion.IMPOSSIBLE_DAY, 37, "1234567893")
    assert found(*day_of(36)) == [], "36 visits of 40 minutes fill the day exactly"


def test_a_groups_number_says_nothing_of_anybodys_day() -> None:
    assert found(*day_of(60, individual=False)) == []


def test_services_after_the_day_of_death_are_suspected_and_on_it_they_are_not() -> None:
    seen = chart(claim(1, "2026-06-16", "R42"), claim(2, "2026-06-17", "R42"), died_on=date(2026, 6, 16))
    (one,) = found(seen)
    assert (one.suspicion, one.claims) == (Suspicion.AFTER_DEATH, (2,))


def copies(patients: int, content: CodedClaim) -> list[Chart]:
    return [Chart(patient=n, claims=(replace(content, number=n),)) for n in range(1, patients + 1)]


@pytest.mark.parametrize(
    ("patients", "codes", "services", "suspicious"),
    [(5, CONTENT, SERVICES, True), (4, CONTENT, SERVICES, False), (9, CONTENT[:3], SERVICES, False),
     (9, CONTENT, SERVICES[:2], False)],
)  # fmt: skip
def test_the_same_long_content_for_many_patients_is_suspected(
    patients: int, codes: tuple[str, ...], services: tuple[Service, ...], suspicious: bool
) -> None:
    seen = found(*copies(patients, claim(1, "2026-07-01", *codes, services=services)))
    assert [one.suspicion for one in seen] == [Suspicion.CLONED_CLAIMS] * suspicious


def test_copies_months_apart_are_none() -> None:
    one = claim(1, "2026-01-05", *CONTENT, services=SERVICES)
    apart = [Chart(patient=n, claims=(replace(one, number=n, on=date(2026, n, 5)),)) for n in range(1, 8)]
    assert found(*apart) == []
