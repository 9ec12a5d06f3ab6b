"""Codes that the practice's own history practically never shows together, and yet one claim does.

The unit is a claim, a code counts by its category (three characters). Counts and lift are shown with each finding;
lift is how often two categories stand together against how often they would if they were independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from domain.coding.audit.chart import Chart
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import ask
from domain.coding.audit.rules import AuditRules

_CATEGORY = 3


@dataclass(slots=True)
class Associations:
    """How often categories stand on claims, alone and together."""

    claims: int = 0
    alone: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)

    def learn(self, chart: Chart) -> None:
        """Count one patient's claims."""
        for claim in chart.claims:
            self.claims += 1
            categories = _categories(claim.diagnoses)
            self.alone.update(categories)
            for pair in combinations(categories, 2):
                self.together[pair] += 1

    def expected(self, pair: tuple[str, str]) -> float:
        """How many claims would carry both if one said nothing about the other."""
        return self.alone[pair[0]] * self.alone[pair[1]] / self.claims if self.claims else 0.0

    def lift(self, pair: tuple[str, str]) -> float:
        """Below one: rarer together than chance would bring."""
        expected = self.expected(pair)
        return self.together[pair] / expected if expected else 1.0

    def rare(self, rules: AuditRules) -> frozenset[tuple[str, str]]:
        """Pairs that are both frequent enough to be measured, and practically never together."""
        return frozenset(
            pair
            for pair in self.together
            if min(self.alone[pair[0]], self.alone[pair[1]]) >= rules.days("pair_support")
            and self.expected(pair) >= rules.days("pair_expected")
            and self.lift(pair) <= float(rules.thresholds["pair_lift"])
        )


def rare_pairs(
    chart: Chart, known: Associations, rare: frozenset[tuple[str, str]], audit: AuditContext
) -> Iterator[Finding]:
    """The claims of one patient on which such a pair stands."""
    for claim in chart.claims:
        if claim.on < audit.before("lab_window_days") or claim.on > audit.today:
            continue
        for pair in combinations(_categories(claim.diagnoses), 2):
            if pair not in rare:
                continue
            first, second = pair
            codes = tuple(code for code in claim.diagnoses if code[:_CATEGORY] in pair)
            yield Finding(
                key=f"pair:{claim.number}:{first}:{second}",
                kind=Kind.RARE_PAIR,
                direction=Direction.CONFLICT,
                basis=Basis.CHART,
                patient=chart.patient,
                provider=claim.provider,
                claims=(claim.number,),
                codes=codes,
                evidence=(
                    Evidence(what=f"{', '.join(codes)} stand on one claim", on=claim.on, claim=claim.number),
                    Evidence(
                        what=f"of {known.claims} claims {first} stands on {known.alone[first]}, {second} on "
                        f"{known.alone[second]}, both on {known.together[pair]}, where {known.expected(pair):.1f} "
                        f"would be chance: lift {known.lift(pair):.2f}"
                    ),
                ),
                query=ask(
                    f"For {claim.on} conditions are reported together that this practice hardly ever reports together: "
                    f"{', '.join(codes)}. Which were present at that visit, in your clinical judgment?",
                    *(f"{code} only" for code in codes),
                    "All of them",
                    "None of them",
                ),
                source="the practice's own claims",
            )


def _categories(diagnoses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({code[:_CATEGORY] for code in diagnoses}))
