"""Which condition codes a bill of an institution must carry when it changes another one, by payer: a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.coverage.coverage import PayerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReasonRule:
    """One row: one of these codes goes with this frequency."""

    payer_kind: PayerKind
    frequencies: frozenset[str]
    codes: tuple[str, ...]
    why: str
    source: str
    effective_from: date = date.min
    effective_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReasons:
    """The table; every row that fits asks for one of its codes."""

    rules: tuple[ChangeReasonRule, ...]

    def missing(self, payer_kind: PayerKind, frequency: str, conditions: Iterable[str], on: date) -> str:
        """What such a bill lacks, and what to set; empty: nothing."""
        said = frozenset(conditions)
        for rule in self.rules:
            holds = rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)
            fits = holds and rule.payer_kind is payer_kind and frequency in rule.frequencies
            if fits and said.isdisjoint(rule.codes):
                return (
                    f"{rule.why}: set institution.condition_codes to one of {', '.join(rule.codes)} with the "
                    f"correction ({rule.source})"
                )
        return ""


def parse_change_reasons(rows: Iterable[Mapping[str, str]]) -> ChangeReasons:
    """Read ``claim_change_reasons.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    rules = []
    for number, row in enumerate(rows, start=1):
        try:
            if not (row["why"] and row["source"] and row["condition_codes"] and row["frequency"]):
                raise ValueError("frequency, condition_codes, why or source is empty")
            rules.append(
                ChangeReasonRule(
                    payer_kind=PayerKind(row["payer_kind"]),
                    frequencies=frozenset(row["frequency"].split()),
                    codes=tuple(row["condition_codes"].split()),
                    why=row["why"],
                    source=row["source"],
                    effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
                    effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
                )
            )
        except (KeyError, ValueError) as problem:
            raise ValueError(f"claim change reasons, row {number}: {problem}") from problem
    return ChangeReasons(rules=tuple(rules))
