"""What the knowledge base adds to a work item about a denial: until when, why, and whose work it is."""

from __future__ import annotations

from typing import Any

from activities.claim.step import Step
from activities.denial_context import Billed, Networks
from activities.denial_rules import knowledge_base, status_explained
from domain.coverage.coverage import PayerKind
from domain.denials.classification import Adjudication
from domain.denials.context import Context
from domain.denials.deadlines import Deadline
from domain.denials.explaining import Explanation, StatusCodes
from domain.denials.rules import DenialGroup


def advice_on_denial(step: Step, meaning: Adjudication) -> dict[str, Any]:
    """Deadline, root cause and role, of the row that decided."""
    kind, context = asked_about(step)
    rule = meaning.rule
    deadline = (
        Deadline(days=rule.deadline_days, rule=rule.deadline_rule)
        if rule is not None and rule.deadline_rule
        else knowledge_base().deadlines.find(meaning.remedy, kind, context, appealable=meaning.appealable)
    )
    # What compliance has released is a denial like others to those who work it: no word of the suspicion.
    told = rule if rule is not None and meaning.group is not DenialGroup.FRAUD else None
    return {
        "frequency": meaning.frequency,
        "deadline_days": deadline.days,
        "deadline_rule": deadline.rule,
        "root_cause": told.root_cause if told else "unknown",
        "worked_by": told.worked_by if told else "biller",
    }


def advice_on_status(step: Step, codes: StatusCodes, frequency: str) -> tuple[str, dict[str, Any]]:
    """What a 277 means in words, and as details of its work item."""
    kind, context = asked_about(step)
    found = status_explained(codes, frequency, kind, context)
    return found.why, as_details(found)


def as_details(found: Explanation) -> dict[str, Any]:
    """An explanation as a work item keeps it."""
    return {
        "group": found.group.value,
        "remedy": found.remedy.value,
        "frequency": found.frequency,
        "appealable": found.appealable,
        "deadline_days": found.deadline.days,
        "deadline_rule": found.deadline.rule,
        "root_cause": found.root_cause,
        "worked_by": found.worked_by,
    }


def asked_about(step: Step) -> tuple[PayerKind, Context]:
    """Who decides, and what is known of the claim beside the codes."""
    kind = PayerKind(step.claim.payer_kind)
    return kind, Networks(step.session).context(kind, step.claim.payer_code, step.today, Billed.of(step.claim))
