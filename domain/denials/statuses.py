"""What an acknowledgement or a status answer means for us: 277CA, 277, 999 and TA1, as a table of data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.denials.rules import NOT_CONFIRMED, DenialGroup, Remedy, yes_or_no

COLUMNS = (
    "answer",
    "code",
    "status_code",
    "entity",
    "rejects",
    "denial_group",
    "remedy",
    "root_cause",
    "worked_by",
    "why",
    "source",
    "confirmed",
    "effective_from",
    "effective_to",
)
CLAIM = "STC"
"""Rows of claim status categories (277CA and 277); the other rows carry ``999`` or ``TA1``."""
ACCEPTED_ACTION, REJECTED_ACTION = "WQ", "U"
"""STC03 of a 277CA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """One row; an empty status code or entity matches anything."""

    answer: str
    code: str
    """Category of STC01-1, or IK501, AK901 and TA104."""
    status_code: str = ""
    entity: str = ""
    rejects: bool
    denial_group: DenialGroup
    remedy: Remedy
    root_cause: str
    worked_by: str
    why: str
    source: str
    confirmed: bool = True
    effective_from: date = date.min
    effective_to: date | None = None

    @property
    def weight(self) -> int:
        """How special the row is."""
        return 2 * bool(self.status_code) + bool(self.entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRules:
    """The whole table."""

    rules: tuple[StatusRule, ...]

    def find(
        self, answer: str, code: str, status_code: str = "", entity: str = "", on: date | None = None
    ) -> StatusRule | None:
        """The most special row that fits, or None: an unknown code, for a person."""
        fitting = [
            rule
            for rule in self.rules
            if (rule.answer, rule.code) == (answer, code)
            and rule.status_code in ("", status_code)
            and rule.entity in ("", entity)
            and (
                rule.effective_to is None
                if on is None
                else rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)
            )
        ]
        return max(fitting, key=lambda rule: rule.weight, default=None)

    def codes(self, answer: str) -> frozenset[str]:
        """Every code of one kind of answer."""
        return frozenset(rule.code for rule in self.rules if rule.answer == answer)


def contradicts(rule: StatusRule, action: str) -> bool:
    """Whether category and STC03 disagree: it counts as rejected, and a person looks at it."""
    return action == (ACCEPTED_ACTION if rule.rejects else REJECTED_ACTION)


def parse_status_rules(rows: Iterable[Mapping[str, str]]) -> StatusRules:
    """Read ``status_rules.csv``.

    Raises:
        ValueError: naming the row that does not fit, or two rows with the same conditions.
    """
    rules: list[StatusRule] = []
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, start=1):
        try:
            rule = _rule({column: row[column].strip() for column in COLUMNS})
        except (KeyError, ValueError) as problem:
            raise ValueError(f"status rules, row {number}: {problem}") from problem
        condition = (rule.answer, rule.code, rule.status_code, rule.entity, str(rule.effective_from))
        if condition in seen:
            raise ValueError(f"status rules, row {number}: an earlier row has the same conditions; keep one")
        seen.add(condition)
        rules.append(rule)
    return StatusRules(rules=tuple(rules))


def _rule(row: Mapping[str, str]) -> StatusRule:
    if not (row["source"] and row["why"]):
        raise ValueError("why or source is empty")
    confirmed = yes_or_no(row, "confirmed")
    return StatusRule(
        answer=row["answer"],
        code=row["code"],
        status_code=row["status_code"],
        entity=row["entity"],
        rejects=yes_or_no(row, "rejects"),
        denial_group=DenialGroup(row["denial_group"]),
        remedy=Remedy(row["remedy"]) if confirmed else Remedy.REVIEW,
        root_cause=row["root_cause"],
        worked_by=row["worked_by"],
        why=row["why"] if confirmed else f"{row['why']} ({NOT_CONFIRMED})",
        source=row["source"],
        confirmed=confirmed,
        effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
    )
