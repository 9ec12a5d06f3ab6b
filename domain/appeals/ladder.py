"""The levels at which a payer's decision can be appealed, as data: who decides, by when, for how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.appeals.rows import checked
from domain.coverage.coverage import PayerKind
from domain.coverage.policy import PayerPolicy

FIRST = 1
LADDER_COLUMNS = (
    "payer_kind", "payer_code", "level", "name", "decided_by", "file_days", "receipt_days", "decision_days", "amount",
    "late_path", "late_source", "when_overdue", "overdue_source", "effective_from", "effective_to", "source",
)  # fmt: skip
AMOUNT_COLUMNS = ("amount", "year", "cents", "source")


class WhenOverdue(StrEnum):
    """What a late decision gives the right to."""

    ASK = "ask"
    ESCALATE = "escalate"
    """Go to the next level without a decision (42 CFR 405.970(d), 405.1016(f), 405.1132)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of one payer's ladder on one day."""

    payer_kind: PayerKind
    payer_code: str
    """Empty: every payer of the kind."""
    level: int
    name: str
    decided_by: str
    file_days: int
    """Days from receipt of the decision until the request is received."""
    receipt_days: int
    """Days after its date on which a decision is presumed received."""
    decision_days: int
    """Days until the decision; 0: none is set."""
    amount: str
    """Which amount in controversy it needs; empty: none."""
    late_source: str
    """The rule under which a late request with good cause is heard; empty: there is none."""
    when_overdue: WhenOverdue
    overdue_source: str
    effective_from: date
    effective_to: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What must be in controversy for a request filed in a year, in cents, and where that was announced."""

    cents: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladders:
    """Every payer's levels, and the amounts in controversy by year."""

    levels: tuple[Level, ...]
    amounts: Mapping[tuple[str, int], Threshold]

    def of(self, payer_kind: PayerKind, payer_code: str, on: date) -> tuple[Level, ...]:
        """The ladder of a payer on a day, first level first; a payer's own rows replace those of its kind."""
        held = [one for one in self.levels if one.payer_kind is payer_kind and one.holds_on(on)]
        own = [one for one in held if one.payer_code == payer_code and payer_code]
        rows = own or [one for one in held if not one.payer_code]
        newest: dict[int, Level] = {}
        for row in sorted(rows, key=lambda one: one.effective_from):
            newest[row.level] = row
        return tuple(newest[level] for level in sorted(newest))

    def level(self, payer_kind: PayerKind, payer_code: str, level: int, on: date) -> Level | None:
        """One level; None where the ladder ends before it."""
        return next((one for one in self.of(payer_kind, payer_code, on) if one.level == level), None)

    def threshold(self, level: Level, filed_in: int) -> Threshold | None:
        """The amount that a request filed in a year needs; None where the level needs none or it is not known."""
        return self.amounts.get((level.amount, filed_in)) if level.amount else None


def under_contract(level: Level, policy: PayerPolicy) -> Level:
    """The first level with the days that the payer's policy, its contract, or the operator sets."""
    if level.level != FIRST:
        return level
    return replace(
        level,
        file_days=policy.appeal_days,
        receipt_days=policy.appeal_receipt_days,
        decision_days=policy.appeal_decision_days,
    )


def parse_ladders(levels: Iterable[Mapping[str, str]], amounts: Iterable[Mapping[str, str]]) -> Ladders:
    """Read ``appeal_ladders.csv`` and ``amounts_in_controversy.csv``.

    Raises:
        ValueError: naming the file, the row and what does not fit.
    """
    rows = [checked("appeal ladders", place, row, LADDER_COLUMNS, _level) for place, row in enumerate(levels, 1)]
    known = [checked("amounts in controversy", place, row, AMOUNT_COLUMNS, _amount)
             for place, row in enumerate(amounts, 1)]  # fmt: skip
    keys = [(one.payer_kind, one.payer_code, one.level, one.effective_from) for one in rows]
    if len(set(keys)) < len(keys):
        raise ValueError("appeal ladders: two rows name the same payer, level and first day; keep one")
    return Ladders(levels=tuple(rows), amounts=dict(known))


def _level(row: Mapping[str, str]) -> Level:
    days = {name: int(row[name]) for name in ("level", "file_days", "receipt_days", "decision_days")}
    if days["level"] < FIRST or days["file_days"] < 1 or min(days["receipt_days"], days["decision_days"]) < 0:
        raise ValueError("levels and days to file count from 1, the other days from 0")
    if row["late_path"] not in ("good_cause", "none"):
        raise ValueError("late_path is neither good_cause nor none")
    return Level(
        payer_kind=PayerKind(row["payer_kind"]),
        payer_code=row["payer_code"],
        name=row["name"],
        decided_by=row["decided_by"],
        amount=row["amount"],
        late_source=row["late_source"] if row["late_path"] == "good_cause" else "",
        when_overdue=WhenOverdue(row["when_overdue"]),
        overdue_source=row["overdue_source"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        source=row["source"],
        **days,
    )


def _amount(row: Mapping[str, str]) -> tuple[tuple[str, int], Threshold]:
    return (row["amount"], int(row["year"])), Threshold(cents=int(row["cents"]), source=row["source"])
