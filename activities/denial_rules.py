"""The tables of denials, read once for each process: packaged data, and what the operator puts over it."""

from __future__ import annotations

from functools import lru_cache

from domain.claim.change_reasons import ChangeReasons, parse_change_reasons
from domain.claim.resubmission_edges import ResubmissionEdges, parse_edges
from domain.coverage.coverage import PayerKind
from domain.denials.context import Context
from domain.denials.deadlines import parse_deadlines
from domain.denials.explaining import (
    Explanation,
    KnowledgeBase,
    StatusCodes,
    explain_acknowledgement,
    explain_status,
)
from domain.denials.rules import DenialGroup, DenialRule, DenialRules, parse_denial_rules
from domain.denials.statuses import parse_status_rules
from storage import operator_files
from storage.operator_files import own_rows, rows

OWN_RULES = "denial_rules_own.csv"
"""In the operator's folder: rows that go before the packaged ones (docs/denials.md)."""


@lru_cache(maxsize=1)
def denial_rules() -> DenialRules:
    """What payers' adjustment codes mean for us: ``denial_rules.csv`` and ``denial_rules_own.csv``.

    Raises:
        ValueError: naming the row and column of a file that does not fit.
    """
    words = {row["rarc"]: row["meaning"] for row in rows("remark_codes.csv") if not row["effective_to"]}
    known = parse_denial_rules(rows("denial_rules.csv"), own_rows(OWN_RULES), words)
    return _RememberedRules(rules=known.rules, remarks=known.remarks)


@lru_cache(maxsize=1)
def rules_without_suspicion() -> DenialRules:
    """The rules for a denial that compliance has released: what its other codes say by themselves."""
    known = denial_rules()
    plain = tuple(rule for rule in known.rules if rule.denial_group is not DenialGroup.FRAUD)
    return DenialRules(rules=plain, remarks=known.remarks)


@lru_cache(maxsize=1)
def knowledge_base() -> KnowledgeBase:
    """Every table of denials: adjustment codes, statuses and acknowledgements, and deadlines by payer.

    Raises:
        ValueError: naming the file, row and column that does not fit.
    """
    return KnowledgeBase(
        rules=denial_rules(),
        statuses=parse_status_rules(rows("status_rules.csv")),
        deadlines=parse_deadlines(rows("denial_deadlines.csv"), rows("payer_policies.csv")),
    )


def rejection_explained(
    codes: StatusCodes, frequency: str, payer_kind: PayerKind, context: Context
) -> Explanation:
    """What the rejection of an attempt means, as its row keeps it: the category is ``TA1`` with the note as its
    code, ``999`` with IK501 or AK901, else STC01 and STC03 of a 277CA."""
    known = knowledge_base()
    if codes.category == "TA1":
        return explain_acknowledgement("TA1", "R", codes.status_code, frequency, payer_kind, context, known)
    if codes.category == "999":
        return explain_acknowledgement("999", codes.status_code, "", frequency, payer_kind, context, known)
    return status_explained(codes, frequency, payer_kind, context)


def status_explained(codes: StatusCodes, frequency: str, payer_kind: PayerKind, context: Context) -> Explanation:
    """What STC01 and STC03 of a 277CA or a 277 mean."""
    return explain_status(codes, frequency, payer_kind, context, knowledge_base())


@lru_cache(maxsize=1)
def resubmission_edges() -> ResubmissionEdges:
    """How a claim may go to the same payer again: ``resubmission_edges.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    return parse_edges(rows("resubmission_edges.csv"))


@lru_cache(maxsize=1)
def change_reasons() -> ChangeReasons:
    """Which condition codes a changed bill of an institution must carry: ``claim_change_reasons.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    return parse_change_reasons(rows("claim_change_reasons.csv"))


@lru_cache(maxsize=1)
def contractual_codes() -> frozenset[tuple[str, str]]:
    """Group and reason codes that are given up by contract or law."""
    return denial_rules().contractual


class _RememberedRules(DenialRules):
    """The table of denial rules, asked for the same few codes ten thousand times."""

    __slots__ = ()

    def find(
        self,
        group: str,
        carc: str,
        remarks: frozenset[str],
        payer_kind: PayerKind,
        modifiers: frozenset[str] = frozenset(),
        context: Context = Context(),
    ) -> DenialRule | None:
        return _found_rule(group, carc, remarks, payer_kind, modifiers & _telling_modifiers(), context)


@lru_cache(maxsize=1)
def _telling_modifiers() -> frozenset[str]:
    return frozenset(code for rule in denial_rules().rules for code in rule.modifiers)


@lru_cache(maxsize=10_000)
def _found_rule(
    group: str,
    carc: str,
    remarks: frozenset[str],
    payer_kind: PayerKind,
    modifiers: frozenset[str],
    context: Context,
) -> DenialRule | None:
    known = denial_rules()
    return DenialRules.find(known, group, carc, remarks, payer_kind, modifiers, context)


def forget() -> None:
    """Read the files again at the next question: after an operator has changed them."""
    operator_files.forget()
    for table_read in (denial_rules, rules_without_suspicion, knowledge_base, resubmission_edges, contractual_codes):
        table_read.cache_clear()
    change_reasons.cache_clear()
    _telling_modifiers.cache_clear()
    _found_rule.cache_clear()
