"""A practice's schedule as CSV: visits that took place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.cash.amount import cents_of
from domain.visits.visit import VisitLine
from edi.named_columns import Row, RowProblem, Spellings, at_most, day, rows

_COLUMNS: Spellings = {
    "visit": frozenset({"visit", "visit id", "appointment", "appointment id", "encounter", "encounter id"}),
    "date": frozenset({"date", "visit date", "seen on", "date of service", "appointment date"}),
    "patient": frozenset({"patient", "account", "account number", "patient account"}),
    "provider": frozenset({"provider", "provider npi", "npi", "rendering npi"}),
    "type": frozenset({"type", "visit type", "appointment type"}),
    "expected": frozenset({"expected", "expected amount", "amount"}),
}
_KEY = re.compile(r"[!-~]{1,40}")
_NPI = re.compile(r"[0-9]{10}|")
_ACCOUNT = re.compile(r"[0-9]{1,15}|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the file holds."""

    lines: tuple[VisitLine, ...]
    problems: tuple[RowProblem, ...] = ()


def read(content: bytes) -> Schedule:
    """Read every row; a row with a problem is left out and named.

    Raises:
        UnexpectedContent: it is not UTF-8, or the header names no visit or no date.
    """
    lines: dict[str, VisitLine] = {}
    problems: list[RowProblem] = []
    for row in rows(content, _COLUMNS, ("visit", "date"), "a schedule"):
        line = _line(row) if not row.problems else None
        if line is not None and line.key in lines:
            row.refuse("visit", "the same visit stands in an earlier row")
        if line is not None and not row.problems:
            lines[line.key] = line
        problems += row.problems
    return Schedule(lines=tuple(lines.values()), problems=tuple(problems))


def _line(row: Row) -> VisitLine:
    account = row.value("patient", _like(_ACCOUNT, "must be an account number of digits, or empty"), "")
    return VisitLine(
        key=row.value("visit", _like(_KEY, "must be 1 to 40 printable characters without blanks"), ""),
        seen_on=row.value("date", day, date.min),
        account_number=int(account) if account else None,
        provider_npi=row.value("provider", _like(_NPI, "must be an NPI of ten digits, or empty"), ""),
        visit_type=row.value("type", at_most(40), ""),
        expected_cents=row.value("expected", _expected, 0),
    )


def _expected(text: str) -> int:
    if not text:
        return 0
    if (cents := cents_of(text)) < 0:
        raise ValueError("must not be negative")
    return cents


def _like(pattern: re.Pattern[str], must: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(must)
        return text

    return convert
