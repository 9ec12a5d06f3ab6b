"""All rules, and the one way to run them."""

from __future__ import annotations

from collections.abc import Iterable

from domain.scrubbing.finding import Finding, Rule, ScrubContext, Severity
from domain.scrubbing.rules import dates, diagnoses, parties, services

REGISTRY: tuple[Rule, ...] = (*parties.RULES, *diagnoses.RULES, *services.RULES, *dates.RULES)


def scrub(context: ScrubContext, rules: Iterable[Rule] = REGISTRY) -> tuple[Finding, ...]:
    """Run the rules; errors first, then by line, in the order of the rules."""
    if not context.content.lines:
        return (
            Finding(
                rule="line-count",
                severity=Severity.ERROR,
                place="2400/LX",
                message="the claim has no service line",
                remedy="add the services rendered",
            ),
        )
    found = [finding for rule in rules for finding in rule.check(context)]
    return tuple(sorted(found, key=lambda f: (f.severity is not Severity.ERROR, f.line or 0)))


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether a person must act before the claim may leave."""
    return any(finding.severity is Severity.ERROR for finding in findings)
