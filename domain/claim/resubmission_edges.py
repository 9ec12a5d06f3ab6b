"""Which edge leads from an ended attempt to the next, by payer: a table of data that an operator replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context

COLUMNS = (
    "after",
    "attempt_frequency",
    "payer_kind",
    "payer_code",
    "claim_type",
    "past_limit",
    "edge",
    "why",
    "source",
    "effective_from",
    "effective_to",
)


class Edge(StrEnum):
    """How the claim goes on at the same payer."""

    SAME = "same"
    """With the attempt's own frequency and REF*F8."""
    NEW = "new"
    """A new claim, frequency 1."""
    REPLACE = "replace"
    """Frequency 7 and REF*F8."""
    VOID = "void"
    """Frequency 8 and REF*F8."""
    REOPENING_REQUEST = "reopening_request"
    """Frequency Q and REF*F8: Medicare Part A after the filing limit (type of bill XXQ)."""
    REOPEN = "reopen"
    """On paper: Medicare Part B takes no frequency 7 or 8."""
    WAIT = "wait"
    """Nothing may be sent before the payer has decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRule:
    """One row; empty conditions match anything."""

    after: str
    """What ended the attempt (``EndedBy``), ``numbered`` (the payer has it, undecided) or ``void`` (taken back)."""
    edge: Edge
    why: str
    source: str
    frequencies: frozenset[str] = frozenset()
    payer_kind: PayerKind | None = None
    payer_code: str = ""
    claim_type: ClaimType | None = None
    past_limit: bool | None = None
    effective_from: date = date.min
    effective_to: date | None = None

    @property
    def weight(self) -> int:
        """How special the row is."""
        bits = (self.payer_code, self.payer_kind, self.claim_type, self.frequencies, self.past_limit is not None)
        return sum(1 << place for place, given in enumerate(reversed(bits)) if given)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResubmissionEdges:
    """The table; the most special row that fits decides."""

    rules: tuple[EdgeRule, ...]

    def find(
        self, after: str, frequency: str, payer_kind: PayerKind, context: Context, *, past_limit: bool
    ) -> EdgeRule | None:
        """The edge after an attempt, or None: the table says nothing, and a person decides."""
        fitting = [
            rule
            for rule in self.rules
            if rule.after == after
            and (not rule.frequencies or frequency in rule.frequencies)
            and rule.payer_kind in (None, payer_kind)
            and rule.payer_code in ("", context.payer_code)
            and rule.claim_type in (None, context.claim_type)
            and rule.past_limit in (None, past_limit)
            and _holds(rule, context.on)
        ]
        return max(fitting, key=lambda rule: rule.weight, default=None)


def _holds(rule: EdgeRule, day: date | None) -> bool:
    if day is None:
        return rule.effective_to is None
    return rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to)


def parse_edges(rows: Iterable[Mapping[str, str]]) -> ResubmissionEdges:
    """Read ``resubmission_edges.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    rules = []
    for number, row in enumerate(rows, start=1):
        try:
            rules.append(_rule({column: row[column].strip() for column in COLUMNS}))
        except (KeyError, ValueError) as problem:
            raise ValueError(f"resubmission edges, row {number}: {problem}") from problem
    return ResubmissionEdges(rules=tuple(rules))


def _rule(row: Mapping[str, str]) -> EdgeRule:
    if not (row["after"] and row["why"] and row["source"]):
        raise ValueError("after, why or source is empty")
    if row["past_limit"] not in ("", "yes", "no"):
        raise ValueError("past_limit is neither yes, no nor empty")
    return EdgeRule(
        after=row["after"],
        frequencies=frozenset(row["attempt_frequency"].split()),
        payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
        payer_code=row["payer_code"],
        claim_type=ClaimType(row["claim_type"]) if row["claim_type"] else None,
        past_limit=row["past_limit"] == "yes" if row["past_limit"] else None,
        edge=Edge(row["edge"]),
        why=row["why"],
        source=row["source"],
        effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
    )
