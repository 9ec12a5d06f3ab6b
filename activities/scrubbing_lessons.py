"""The nightly look at denials: each teaches once, and a pattern becomes a proposed rule for a person to accept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from activities.denial_rules import contractual_codes
from domain.claim.claim import ClaimContent
from domain.scrubbing.learning import Lesson, lesson_of
from domain.scrubbing.operator.rule import OperatorRule, rule_of
from edi.coding_facts import lessons
from storage import learned, operator_rules
from storage.models import ProposedRule
from storage.serialise import from_json

_PATIENTS = frozenset({"1", "2", "3", "66", "241"})
"""CARC of the patient's share."""
_EARLIER_PAYER = "23"
_AT_ONCE = 2_000


def learn(session: Session, organisation_id: int, today: date) -> int:
    """Look at every posted denial that nobody has looked at; returns how many adjustments taught something new."""
    del organisation_id, today  # the transaction sees one organisation; evidence bears the remittance's own day
    found = 0
    for decided in learned.unlearned(session, _AT_ONCE):
        found += _learn_from(session, decided)
    return found


def accept(session: Session, organisation_id: int, number: int, *, by: str, reason: str, today: date) -> OperatorRule:
    """Make an operator's rule of a proposal, with the name of who accepted it.

    Raises:
        UnknownProposal, ProposalDecided: see ``storage.learned``.
    """
    row = learned.decide(session, number, state="accepted", by=by, reason=reason, on=today)
    rule = _rule_of(row, by)
    operator_rules.keep_rules(session, organisation_id, [rule], by)
    return rule


def decline(session: Session, number: int, *, by: str, reason: str, today: date) -> None:
    """Keep that a person wants no such rule; the same pattern is not proposed again.

    Raises:
        UnknownProposal, ProposalDecided: see ``storage.learned``.
    """
    learned.decide(session, number, state="declined", by=by, reason=reason, on=today)


def _rule_of(row: ProposedRule, by: str) -> OperatorRule:
    return rule_of(
        {
            "id": f"learned-{row.number}",
            "severity": row.severity,
            "when": row.condition,
            "message": row.message,
            "remedy": row.remedy,
            "place": row.place,
            "source": f"denials {row.reason} of {row.payer_code}; accepted by {by}",
            "payer": row.payer_code,
            "effective_from": "",
        }
    )


def _learn_from(session: Session, decided: learned.Decided) -> int:
    content = from_json(ClaimContent, decided.content)
    payer = content.coverage_of(decided.sequence).payer.code
    by_number = {line.number: line for line in content.lines}
    kept = 0
    for entry in decided.row.adjustments:
        if not _is_denial(entry):
            continue
        number = entry["line"] or 0
        said = (mark for mark in decided.row.remarks if "code" in mark and mark.get("line", 0) in (0, number))
        lesson = lesson_of(
            lessons(),
            content,
            by_number.get(number),
            payer,
            entry["reason"],
            frozenset(mark["code"] for mark in said),
        )
        learned.keep_lesson(
            session,
            decided,
            line=number,
            reason=f"{entry['group']}-{entry['reason']}",
            cents=entry["amount_cents"],
            payer=payer,
            lesson=lesson,
        )
        kept += 1
    if not kept:
        # Looked at: not again every night.
        learned.keep_lesson(
            session, decided, line=0, reason=learned.NO_DENIAL, cents=0, payer=payer, lesson=Lesson(avoidable=False)
        )
    return kept


def _is_denial(entry: Mapping[str, Any]) -> bool:
    return (
        entry["amount_cents"] > 0
        and (entry["group"], entry["reason"]) not in contractual_codes()
        and not (entry["group"] == "PR" and entry["reason"] in _PATIENTS)
        and entry["reason"] != _EARLIER_PAYER
    )
