"""Running an operator's rules over a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from domain.scrubbing.context import ScrubContext
from domain.scrubbing.finding import Finding
from domain.scrubbing.operator.rule import OperatorRule


def findings_of_operator_rules(context: ScrubContext) -> Iterator[Finding]:
    """What the operator's rules say; a rule about lines is asked of each line, the others once."""
    for rule in _binding(context):
        if rule.when.of_line:
            for line in context.content.lines:
                if _holds(rule, line.service_from) and rule.when.test(context, line):
                    yield _finding(rule, line.number)
        elif rule.when.test(context, context.content.lines[0]):
            yield _finding(rule, None)


def _binding(context: ScrubContext) -> Iterable[OperatorRule]:
    payer, on = context.content.coverage.payer, context.content.first_service
    for rule in context.operator_rules:
        if rule.payer not in ("", payer.code, payer.kind.value):
            continue
        if rule.claim_type not in (None, context.claim_type):
            continue
        # Rules about lines bind by each line's own day.
        if rule.when.of_line or _holds(rule, on):
            yield rule


def _holds(rule: OperatorRule, on: date) -> bool:
    return rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)


def _finding(rule: OperatorRule, line: int | None) -> Finding:
    return Finding(
        rule=rule.id, severity=rule.severity, place=rule.place, message=rule.message, remedy=rule.remedy, line=line
    )
