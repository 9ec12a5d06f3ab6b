"""How much of what was planted does the diagnosis audit find, and how much that nobody planted?

`python -m benchmarks.audit [--patients 2000] [--seed N] [--plants 25] [--json]`; exit 1 below 95 % found or above 5 %
false findings. Population and detector share no code: this file alone knows both, and only turns the one's plain
values into the other's charts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from activities.audit.rules import audit_rules
from benchmarks.audit_plants import population
from benchmarks.audit_population import TODAY, UNITS, Person, Planted, Population
from domain.coding.audit.chart import Chart, CodedClaim, Condition, Lab, Medication, Service
from domain.coding.audit.context import AuditContext
from domain.coding.audit.query import leading_in
from domain.coding.audit.registry import audit_chart, audit_practice
from domain.compliance.patterns import suspected
from edi.code_sides import CodeSides

LEAST_FOUND, MOST_FALSE = 0.95, 0.05
Found = tuple[str, str, str, int | None, str, tuple[int, ...]]
"""Kind, direction, key, patient, provider, claims."""


@dataclass(kw_only=True)
class Score:
    """What became of one kind's plants, and what was found beside them."""

    planted: int = 0
    found: int = 0
    findings: int = 0
    false: int = 0


@dataclass(kw_only=True)
class Result:
    """What one run showed."""

    patients: int
    claims: int
    seconds: float
    kinds: dict[str, Score] = field(default_factory=dict)
    leading: int = 0
    missed: list[Planted] = field(default_factory=list)
    false: list[Found] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the plants that were found."""
        return sum(kind.found for kind in self.kinds.values()) / sum(kind.planted for kind in self.kinds.values())

    @property
    def false_share(self) -> float:
        """Share of the findings that nobody planted."""
        return sum(kind.false for kind in self.kinds.values()) / sum(kind.findings for kind in self.kinds.values())

    @property
    def passed(self) -> bool:
        """Whether the bars are met, and no query leads."""
        return self.recall >= LEAST_FOUND and self.false_share <= MOST_FALSE and not self.leading

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "patients": self.patients,
            "claims": self.claims,
            "seconds": round(self.seconds, 1),
            "recall": round(self.recall, 4),
            "false_share": round(self.false_share, 4),
            "leading_queries": self.leading,
            "passed": self.passed,
            "kinds": {name: vars(score) for name, score in sorted(self.kinds.items())},
        }


def measure(people: Population) -> Result:
    """Audit a population and compare with what was planted."""
    charts = [chart_of(person) for person in people.people]
    rules = audit_rules()
    sides = CodeSides()
    sides.of("M1711")  # reads the code set, which is no part of the audit's time
    audit = AuditContext(rules=rules, sides=sides, today=TODAY)
    began = time.perf_counter()
    findings = [one for chart in charts for one in audit_chart(chart, audit)]
    findings += audit_practice(charts, audit)
    suspicions = list(suspected(charts, rules, TODAY - timedelta(days=365), TODAY))
    result = Result(patients=len(charts), claims=people.claims, seconds=time.perf_counter() - began)
    result.leading = sum(1 for one in findings if any(leading_in(one.query)))
    found: list[Found] = [
        (one.kind.value, one.direction.value, one.key, one.patient, one.provider, one.claims) for one in findings
    ]
    found += [(one.suspicion.value, "suspected", one.key, None, one.provider, one.claims) for one in suspicions]
    _compare(result, people.planted, found)
    return result


def _compare(result: Result, planted: list[Planted], found: list[Found]) -> None:
    matched: set[str] = set()
    for plant in planted:
        score = result.kinds.setdefault(_name(plant.kind, plant.direction), Score())
        score.planted += 1
        answers = [one for one in found if _is_of(plant, one)]
        matched.update(one[2] for one in answers)
        score.found += bool(answers)
        if not answers:
            result.missed.append(plant)
    keys = Counter(one[2] for one in found)
    assert max(keys.values()) == 1, "each finding has a key of its own"
    for one in found:
        score = result.kinds.setdefault(_name(one[0], one[1]), Score())
        score.findings += 1
        if one[2] not in matched:
            score.false += 1
            result.false.append(one)


def _is_of(plant: Planted, one: Found) -> bool:
    kind, direction, _, patient, provider, claims = one
    if (kind, direction) != (plant.kind, plant.direction):
        return False
    if plant.claim is not None:
        return plant.claim in claims
    return patient == plant.patient if plant.patient is not None else provider == plant.provider


def _name(kind: str, direction: str) -> str:
    return f"{kind} ({direction})"


def chart_of(person: Person) -> Chart:
    """A made-up person as the audit reads charts."""
    return Chart(
        patient=person.number,
        claims=tuple(
            CodedClaim(
                number=visit.number,
                on=visit.on,
                provider=visit.provider,
                place=visit.place,
                diagnoses=tuple(visit.diagnoses),
                services=tuple(
                    Service(procedure=code, modifiers=modifiers, pointers=pointers)
                    for code, modifiers, pointers in visit.lines
                ),
            )
            for visit in person.visits
        ),
        conditions=tuple(Condition(code=code, recorded_on=since, ended_on=to) for code, since, to in person.problems),
        medications=tuple(
            Medication(rxnorm=rxnorm, atc=atc, name=name, started_on=since, ended_on=to)
            for rxnorm, atc, name, since, to in person.drugs
        ),
        labs=tuple(
            Lab(loinc=loinc, on=day, value=Decimal(value), unit=UNITS[loinc]) for loinc, day, value in person.results
        ),
        died_on=person.died,
    )


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--plants", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="list what was missed and what was false")
    given = parser.parse_args()
    result = measure(population(given.patients, given.seed, given.plants))
    if given.json:
        print(json.dumps(result.as_document(), indent=2))
    else:
        _print(result)
    if given.show:
        for line in [f"missed: {one}" for one in result.missed] + [f"false: {one}" for one in result.false]:
            print(line)
    return 0 if result.passed else 1


def _print(result: Result) -> None:
    print(f"{result.patients} patients, {result.claims} claims, audited in {result.seconds:.1f} s\n")
    print(f"{'kind':<48}{'planted':>8}{'found':>8}{'findings':>10}{'false':>7}")
    for name, score in sorted(result.kinds.items()):
        print(f"{name:<48}{score.planted:>8}{score.found:>8}{score.findings:>10}{score.false:>7}")
    print(
        f"\nfound {result.recall:.1%} of what was planted (bar {LEAST_FOUND:.0%}); {result.false_share:.1%} of the "
        f"findings false (bar {MOST_FALSE:.0%}); {result.leading} queries that lead: "
        f"{'passed' if result.passed else 'NOT PASSED'}"
    )


if __name__ == "__main__":
    sys.exit(main())
