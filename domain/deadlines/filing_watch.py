"""Until when a claim that no payer holds must be filed, and on which days people hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind

NOT_FILED = frozenset({Stage.COVERAGE_ISSUE, Stage.CODING, Stage.FINDINGS, Stage.REJECTED, Stage.PAYER_SILENT})
"""Stages in which the claim may still have to reach its payer. A rejected or unprocessable claim was never filed."""
_LAST_WARNINGS = (14, 7, 3, 1)
ESCALATE_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingException:
    """When a payer takes a claim after its limit."""

    payer_kind: PayerKind
    exception: str
    source: str


_RULES = {PayerKind.MEDICARE: "42 CFR 424.44(a): one calendar year from the service"}


def rule_of(payer_kind: str) -> str:
    """The rule behind a filing limit, in words."""
    return _RULES.get(PayerKind(payer_kind), "the payer's policy or contract, from the date of service")


def warning_days(warn_days: int) -> tuple[int, ...]:
    """Days before the limit on which people are warned, the earliest first."""
    return (*((warn_days,) if warn_days > _LAST_WARNINGS[0] else ()), *_LAST_WARNINGS)


def due_warning(today: date, last_day: date, warn_days: int) -> int | None:
    """Which warning is due today: its days before the limit, 0 once it has passed; None before the first."""
    if today > last_day:
        return 0
    due = [ahead for ahead in warning_days(warn_days) if today >= last_day - timedelta(days=ahead)]
    return min(due, default=None)


def next_look(today: date, last_day: date, warn_days: int) -> date | None:
    """The next day on which a warning is due; None once the limit has passed."""
    if today > last_day:
        return None
    after = last_day + min(timedelta(days=1), date.max - last_day)
    days = [last_day - timedelta(days=ahead) for ahead in warning_days(warn_days)] + [after]
    return min(day for day in days if day > today)


def parse_exceptions(rows: Iterable[Mapping[str, str]]) -> tuple[FilingException, ...]:
    """Read ``filing_exceptions.csv``.

    Raises:
        ValueError: a row names no payer kind, exception or source.
    """
    found = []
    for place, row in enumerate(rows, start=1):
        if not row.get("exception") or not row.get("source"):
            raise ValueError(f"filing exceptions, row {place}: exception and source must both be there")
        kind = PayerKind(row["payer_kind"])
        found.append(FilingException(payer_kind=kind, exception=row["exception"], source=row["source"]))
    return tuple(found)


def why_first_is_late(
    last_day: date, service: date, payer_kind: PayerKind, exceptions: Iterable[FilingException]
) -> str:
    """Why a payer that never saw the claim would refuse it: its limit, the anchor, and its exceptions by name."""
    rule = f"{rule_of(payer_kind)}; the earliest service was on {service}"
    return f"The filing limit has passed: {why_passed(last_day, rule, payer_kind, exceptions)}"


def why_passed(last_day: date, rule: str, payer_kind: PayerKind, exceptions: Iterable[FilingException]) -> str:
    """Why a claim cannot be filed any more, and what would change that."""
    left = "; ".join(f"{one.exception} ({one.source})" for one in exceptions if one.payer_kind is payer_kind)
    return f"the payer had to receive it by {last_day} ({rule}). Exceptions: {left or 'none is known'}"
