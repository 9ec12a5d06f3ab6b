"""The audit on a generated population, smaller than the benchmark's: it finds what was planted, and little else."""

from __future__ import annotations

import pytest

from benchmarks.audit import Result, measure
from benchmarks.audit_plants import population


@pytest.fixture(scope="module")
def result() -> Result:
    return measure(population(patients=1_200, seed=5, plants_of_each=10))


def test_most_of_what_was_planted_is_found_and_little_else(result: Result) -> None:
    assert result.recall >= 0.95, result.missed
    assert result.false_share <= 0.05, result.false


def test_every_kind_was_planted_and_found_both_ways(result: Result) -> None:
    assert {name for name, score in result.kinds.items() if score.planted and not score.found} == set()
    for direction in ("missing", "unsupported", "conflict", "suspected"):
        assert any(name.endswith(f"({direction})") for name in result.kinds)


def test_no_query_leads(result: Result) -> None:
    assert result.leading == 0


def test_a_population_without_plants_leaves_the_audit_nearly_silent() -> None:
    quiet = population(patients=400, seed=9, plants_of_each=0)
    planted = {(one.kind, one.provider) for one in quiet.planted}
    found = measure(quiet)
    assert len(found.false) <= 0.01 * 400, found.false
    assert all(provider is not None for _, provider in planted)
