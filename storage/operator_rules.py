"""Rules of an organisation as rows: loaded from a file or accepted from a proposal, read by the scrubber."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from domain.scrubbing.operator.rule import OperatorRule, rule_of
from storage.models import OperatorRuleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesKept:
    """What a file of rules changed."""

    new: int
    replaced: int
    already: int


def active_rules(session: Session) -> tuple[OperatorRule, ...]:
    """The organisation's rules, by id and first day."""
    return tuple(_rule(_values(row)) for row in rule_rows(session))


def rule_rows(session: Session) -> Sequence[OperatorRuleRow]:
    """The rows of the rules that are active."""
    return session.scalars(
        select(OperatorRuleRow)
        .where(OperatorRuleRow.state == "active")
        .order_by(OperatorRuleRow.rule, OperatorRuleRow.effective_from)
    ).all()


def keep_rules(session: Session, organisation_id: int, rules: Iterable[OperatorRule], by: str) -> RulesKept:
    """Keep rules; one with the same id and first day takes the place of the former, which stays as a record."""
    key = f"operator rules of {organisation_id}"
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    standing = {(row.rule, row.effective_from): row for row in rule_rows(session)}
    new = replaced = already = 0
    for rule in rules:
        former = standing.get((rule.id, rule.effective_from))
        row = _row(organisation_id, rule, by)
        if former is not None and _values(former) == _values(row):
            already += 1
            continue
        if former is not None:
            former.state = "replaced"
            session.flush()
            replaced += 1
        else:
            new += 1
        session.add(row)
        session.flush()
    return RulesKept(new=new, replaced=replaced, already=already)


def withdraw_rule(session: Session, rule: str) -> int:
    """Take a rule away, in all its periods; return how many rows."""
    rows = [row for row in rule_rows(session) if row.rule == rule]
    for row in rows:
        row.state = "withdrawn"
    session.flush()
    return len(rows)


def _row(organisation_id: int, rule: OperatorRule, by: str) -> OperatorRuleRow:
    return OperatorRuleRow(
        organisation_id=organisation_id,
        rule=rule.id,
        severity=rule.severity.value,
        condition=rule.when.text,
        message=rule.message,
        remedy=rule.remedy,
        place=rule.place,
        source=rule.source,
        payer=rule.payer,
        claim_type=rule.claim_type.value if rule.claim_type else "",
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
        by=by,
        state="active",
    )


_Values = tuple[str, str, str, str, str, str, str, str, str, date, date | None]


def _values(row: OperatorRuleRow) -> _Values:
    return (
        row.rule, row.severity, row.condition, row.message, row.remedy, row.place, row.source, row.payer,
        row.claim_type, row.effective_from, row.effective_to,
    )  # fmt: skip


@lru_cache(maxsize=2_000)
def _rule(values: _Values) -> OperatorRule:
    """Expressions are made ready once for each process."""
    names = ("id", "severity", "when", "message", "remedy", "place", "source", "payer", "claim_type")
    row = dict(zip(names, (str(value) for value in values[:9]), strict=True))
    begin, end = values[9], values[10]
    return rule_of(row | {"effective_from": begin.isoformat(), "effective_to": end.isoformat() if end else ""})
