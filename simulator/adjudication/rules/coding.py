"""Do procedures, modifiers and diagnoses fit one another and the plan?"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import denial_of
from simulator.adjudication.verdict import Denial


def visit_is_separate_from_procedure(case: Case) -> Iterator[Denial]:
    """CO-97 or CO-4 on a visit without modifier 25 beside a procedure of the same day."""
    rule = case.persona.policy.separate_visit
    days = {line.service_from for line in case.claim.lines if line.procedure in rule.procedures}
    lines = [
        line
        for line in case.claim.lines
        if line.procedure in rule.visits and line.service_from in days and "25" not in line.modifiers
    ]
    if lines:
        yield denial_of(case, "separate_visit", lines)


def procedure_is_covered(case: Case) -> Iterator[Denial]:
    """CO-96 or PR-204: the plan never pays for this procedure."""
    lines = [line for line in case.claim.lines if line.procedure in case.persona.policy.not_covered]
    if lines:
        yield denial_of(case, "not_covered", lines)


def diagnosis_supports_procedure(case: Case) -> Iterator[Denial]:
    """CO-11 or CO-50: none of the diagnoses the line points to supports its procedure."""
    lines = []
    for line in case.claim.lines:
        supporting = case.persona.policy.supporting_diagnoses.get(line.procedure)
        pointed = [
            case.claim.diagnoses[pointer - 1]
            for pointer in line.diagnosis_pointers or (1,)
            if 0 < pointer <= len(case.claim.diagnoses)
        ]
        if supporting and not any(code.startswith(supporting) for code in pointed):
            lines.append(line)
    if lines:
        yield denial_of(case, "diagnosis", lines)
