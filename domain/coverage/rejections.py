"""Why a payer could not answer about a patient (AAA03 of a 271), and who does what about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

COLUMNS = ("code", "action", "what", "remedy", "source")


class RejectionAction(StrEnum):
    """What becomes of a question that was rejected."""

    ASK_AGAIN = "ask_again"
    """The payer is silent: the machine asks again."""
    FIX_PATIENT = "fix_patient"
    """The front desk corrects what it has of the patient or the card."""
    FIX_PROVIDER = "fix_provider"
    """Billing corrects who we are to this payer; the visit goes on."""
    FIX_QUESTION = "fix_question"
    """The question does not fit the payer (dates, service): a person looks; the visit goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionRule:
    """One AAA03 code."""

    code: str
    action: RejectionAction
    what: str
    """What the payer says, in our words."""
    remedy: str


def parse_rejections(rows: Iterable[Mapping[str, str]]) -> dict[str, RejectionRule]:
    """Read the table.

    Raises:
        ValueError: a row has no source, or an action that nobody knows.
    """
    found: dict[str, RejectionRule] = {}
    for number, row in enumerate(rows, start=1):
        if not all(row.get(name) for name in COLUMNS):
            raise ValueError(f"eligibility rejections, row {number}: {', '.join(COLUMNS)} must say something")
        found[row["code"]] = RejectionRule(
            code=row["code"], action=RejectionAction(row["action"]), what=row["what"], remedy=row["remedy"]
        )
    return found


def rule_of(rules: Mapping[str, RejectionRule], code: str) -> RejectionRule:
    """The rule of a code; a person looks at one that the table does not know."""
    return rules.get(code) or RejectionRule(
        code=code,
        action=RejectionAction.FIX_QUESTION,
        what=f"the payer rejected the question (AAA {code or 'without a code'})",
        remedy="Ask the payer by telephone whether the coverage is active",
    )


def worst(rules: Mapping[str, RejectionRule], codes: Iterable[str]) -> RejectionRule | None:
    """Of several rejections the one that a person must act on first; a silent payer counts least."""
    order = [
        RejectionAction.FIX_PATIENT,
        RejectionAction.FIX_PROVIDER,
        RejectionAction.FIX_QUESTION,
        RejectionAction.ASK_AGAIN,
    ]
    found = [rule_of(rules, code) for code in codes]
    return min(found, key=lambda rule: order.index(rule.action), default=None)
