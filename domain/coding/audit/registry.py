"""All looks of the audit, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain.coding.audit import (
    association,
    chronic,
    contradictions,
    encounter_character,
    indicators,
    laterality,
    peers,
    specificity,
)
from domain.coding.audit.chart import Chart
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Finding

Look = Callable[[Chart, AuditContext], Iterator[Finding]]

LOOKS: tuple[Look, ...] = (
    indicators.medications_without_condition,
    indicators.labs_without_condition,
    chronic.vanished,
    chronic.listed_and_never_coded,
    contradictions.labs_against_code,
    contradictions.stages_against_labs,
    contradictions.opposed_codes,
    contradictions.acute_codes_repeated,
    specificity.unspecified_again,
    laterality.sides_on_a_claim,
    laterality.sides_in_time,
    encounter_character.characters_out_of_order,
)
"""What is looked for in the chart of one patient."""


def audit_chart(chart: Chart, audit: AuditContext) -> tuple[Finding, ...]:
    """Everything that one patient's chart shows."""
    return tuple(finding for look in LOOKS for finding in look(chart, audit))


def audit_practice(charts: Iterable[Chart], audit: AuditContext) -> Iterator[Finding]:
    """What only many charts show: pairs of codes, and providers beside their peers.

    ``charts`` is gone through once or twice and never kept: give something that can be read again.
    """
    associations, shares = association.Associations(), peers.Shares()
    for chart in charts:
        associations.learn(chart)
        shares.learn(chart, audit)
    if rare := associations.rare(audit.rules):
        for chart in charts:
            yield from association.rare_pairs(chart, associations, rare, audit)
    yield from peers.providers_apart(shares, audit)
