"""Until when a remedy helps: days and the rule in words, by payer, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context
from domain.denials.rules import Remedy, yes_or_no

COLUMNS = (
    "remedy",
    "payer_kind",
    "payer_code",
    "claim_type",
    "appealable",
    "resent",
    "policy",
    "days",
    "rule",
    "source",
    "effective_from",
    "effective_to",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Days from the event that ``rule`` names; None where no number of days says it."""

    days: int | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """One row; empty conditions match anything."""

    remedy: Remedy
    rule: str
    source: str
    days: int | None = None
    policy: str = ""
    """Name of the payer policy whose value is the days; it goes before ``days``."""
    payer_kind: PayerKind | None = None
    payer_code: str = ""
    claim_type: ClaimType | None = None
    appealable: bool | None = None
    resent: bool | None = None
    """Whether a replacement or void that was rejected is sent again."""
    effective_from: date = date.min
    effective_to: date | None = None

    @property
    def weight(self) -> int:
        """How special the row is."""
        asked = (self.payer_code, self.payer_kind, self.claim_type, self.resent, self.appealable)
        return sum(1 << place for place, given in enumerate(reversed(asked)) if given not in ("", None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The table, with the payers' policies its rows refer to."""

    rules: tuple[DeadlineRule, ...]
    policies: Mapping[tuple[str, str, str], int]
    """Days by kind of payer, payer code (empty for the kind) and name of the policy."""

    def find(
        self, remedy: Remedy, payer_kind: PayerKind, context: Context, *, appealable: bool, resent: bool = False
    ) -> Deadline:
        """The deadline of a remedy at a payer; without a row, none is known and the words say so."""
        fitting = [
            rule
            for rule in self.rules
            if rule.remedy is remedy
            and rule.payer_kind in (None, payer_kind)
            and rule.payer_code in ("", context.payer_code)
            and rule.claim_type in (None, context.claim_type)
            and rule.appealable in (None, appealable)
            and rule.resent in (None, resent)
            and _holds(rule, context.on)
        ]
        if not fitting:
            return Deadline(days=None, rule="no deadline is known: a person sets one")
        found = max(fitting, key=lambda rule: rule.weight)
        return Deadline(days=self._days(found, payer_kind, context.payer_code), rule=found.rule)

    def _days(self, rule: DeadlineRule, payer_kind: PayerKind, payer_code: str) -> int | None:
        if not rule.policy:
            return rule.days
        of_payer = self.policies.get((payer_kind.value, payer_code, rule.policy))
        return of_payer if of_payer is not None else self.policies.get((payer_kind.value, "", rule.policy), rule.days)


def _holds(rule: DeadlineRule, day: date | None) -> bool:
    if day is None:
        return rule.effective_to is None
    return rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to)


def parse_deadlines(rows: Iterable[Mapping[str, str]], policies: Iterable[Mapping[str, str]]) -> Deadlines:
    """Read ``denial_deadlines.csv`` and the rows of ``payer_policies.csv`` it refers to.

    Raises:
        ValueError: naming the row that does not fit.
    """
    rules = []
    for number, row in enumerate(rows, start=1):
        try:
            rules.append(_rule({column: row[column].strip() for column in COLUMNS}))
        except (KeyError, ValueError) as problem:
            raise ValueError(f"denial deadlines, row {number}: {problem}") from problem
    known = {
        (row["payer_kind"], row["payer_code"], row["name"]): int(row["value"])
        for row in policies
        if row["value"].isdigit() and not row["effective_to"]
    }
    return Deadlines(rules=tuple(rules), policies=known)


def _rule(row: Mapping[str, str]) -> DeadlineRule:
    if not (row["source"] and row["rule"]):
        raise ValueError("rule or source is empty")
    return DeadlineRule(
        remedy=Remedy(row["remedy"]),
        payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
        payer_code=row["payer_code"],
        claim_type=ClaimType(row["claim_type"]) if row["claim_type"] else None,
        appealable=yes_or_no(row, "appealable") if row["appealable"] else None,
        resent=yes_or_no(row, "resent") if row["resent"] else None,
        policy=row["policy"],
        days=int(row["days"]) if row["days"] else None,
        rule=row["rule"],
        source=row["source"],
        effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
    )
