"""Ladders, evidence and letter templates: packaged files, each replaced by the operator's of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from domain.appeals.evidence import EvidenceRule, parse_evidence
from domain.appeals.ladder import Ladders, parse_ladders
from domain.appeals.letter import SUFFIX, problems_of
from domain.claim.reopening_limits import ReopeningLimit, parse_reopening_limits
from domain.deadlines.filing_watch import FilingException, parse_exceptions
from domain.denials.suggestions import Suggestion, parse_suggestions
from storage.operator_files import names, rows, text

_LETTERS = "appeal_letters"


@lru_cache(maxsize=1)
def ladders() -> Ladders:
    """The levels of every payer's appeals, and the amounts in controversy.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_ladders(rows("appeal_ladders.csv"), rows("amounts_in_controversy.csv"))


@lru_cache(maxsize=1)
def evidence_rules() -> tuple[EvidenceRule, ...]:
    """What belongs to an appeal or an answer with records.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_evidence(rows("evidence.csv"))


@lru_cache(maxsize=1)
def filing_exceptions() -> tuple[FilingException, ...]:
    """When payers take a claim after its filing limit.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_exceptions(rows("filing_exceptions.csv"))


@lru_cache(maxsize=1)
def reopening_limits() -> tuple[ReopeningLimit, ...]:
    """Until when payers reopen a decision, by ground.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_reopening_limits(rows("reopening_limits.csv"))


@lru_cache(maxsize=1)
def suggestions() -> tuple[Suggestion, ...]:
    """Which field of a claim each code of a denial points to.

    Raises:
        ValueError: a row does not fit; the message names it.
    """
    return parse_suggestions(rows("suggested_changes.csv"))


@lru_cache(maxsize=1)
def letter_templates() -> Mapping[str, str]:
    """Templates of letters by name, without their suffix; the operator's before the packaged ones.

    Raises:
        ValueError: a template names a place that nobody fills.
    """
    found = {name: text(f"{_LETTERS}/{name}") or "" for name in names(_LETTERS)}
    templates = {name.removesuffix(SUFFIX): told for name, told in found.items() if name.endswith(SUFFIX)}
    for name, told in templates.items():
        if problems := problems_of(told):
            raise ValueError(f"letter template {name}{SUFFIX}: {'; '.join(problems)}")
    return templates
