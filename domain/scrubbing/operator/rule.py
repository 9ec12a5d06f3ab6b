"""A rule as an operator writes it: one row of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.coverage.coverage import PayerKind
from domain.scrubbing.context import ClaimType
from domain.scrubbing.finding import Severity
from domain.scrubbing.operator.expression import Expression, parse
from domain.scrubbing.operator.tokens import ExpressionError

COLUMNS = (
    "id", "severity", "when", "message", "remedy", "place", "source",
    "payer", "claim_type", "effective_from", "effective_to",
)  # fmt: skip
"""Columns of the table; the last four may be empty."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_PLACE = re.compile(r"[0-9]{4}[A-F]{0,2}(/[A-Z0-9]{2,3}[A-Z0-9*-]*)?")
_DOCUMENTED_ONLY = re.compile(r"(?<![A-Z0-9])(25|59|X[EPSU]|X\{EPSU\})(?![A-Z0-9])")
_DOCUMENTATION = re.compile(r"document|record|chart|note", re.IGNORECASE)
_KINDS = frozenset(kind.value for kind in PayerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRule:
    """One rule. ``payer`` is a payer's code, a kind of payer, or empty for all."""

    id: str
    severity: Severity
    when: Expression
    message: str
    remedy: str
    place: str
    source: str
    payer: str = ""
    claim_type: ClaimType | None = None
    effective_from: date = date.min
    effective_to: date | None = None


class RuleRefused(ValueError):
    """A row that cannot become a rule: the column of the table, and within ``when`` the place in it (from 1)."""

    def __init__(self, column: str, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.column = column
        self.at = at


def proposes_without_documentation(remedy: str) -> bool:
    """Whether a remedy names 25, 59 or X{EPSU} without pointing to what must support it."""
    return bool(_DOCUMENTED_ONLY.search(remedy)) and not _DOCUMENTATION.search(remedy)


def rule_of(row: Mapping[str, str]) -> OperatorRule:
    """Make a rule of a row (columns: ``COLUMNS``).

    Raises:
        RuleRefused: naming the column, what is wrong with it and what may stand there.
    """
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not _ID.fullmatch(cells["id"]):
        raise RuleRefused("id", "must be 2 to 60 small letters, digits and hyphens, such as ppo-mri-authorization")
    for name in ("message", "remedy", "source"):
        if not cells[name] or len(cells[name]) > 400 or not cells[name].isprintable():
            raise RuleRefused(name, "must say something in at most 400 printable characters")
    if proposes_without_documentation(cells["remedy"]):
        raise RuleRefused(
            "remedy", "names a modifier that needs documentation behind it: say which documentation must support it"
        )
    if not _PLACE.fullmatch(cells["place"]):
        raise RuleRefused("place", "must be a loop and element of the 837, such as 2400/SV101-2")
    begin, end = _day(cells, "effective_from"), _day(cells, "effective_to")
    if begin and end and end < begin:
        raise RuleRefused("effective_to", "must not lie before effective_from")
    return OperatorRule(
        id=cells["id"],
        severity=Severity(_one_of(cells, "severity", ("error", "warning"))),
        when=_expression(cells["when"]),
        message=cells["message"],
        remedy=cells["remedy"],
        place=cells["place"],
        source=cells["source"],
        payer=cells["payer"].lower() if cells["payer"].lower() in _KINDS else cells["payer"],
        claim_type=ClaimType(_one_of(cells, "claim_type", tuple(ClaimType))) if cells["claim_type"] else None,
        effective_from=begin or date.min,
        effective_to=end,
    )


def _expression(text: str) -> Expression:
    if not text:
        raise RuleRefused("when", "is empty: say when the rule finds something")
    try:
        return parse(text)
    except ExpressionError as error:
        raise RuleRefused("when", str(error), at=error.column) from None


def _one_of(cells: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    if (value := cells[name].lower()) not in choices:
        raise RuleRefused(name, f"must be {' or '.join(choices)}")
    return value


def _day(cells: Mapping[str, str], name: str) -> date | None:
    if not cells[name]:
        return None
    try:
        return date.fromisoformat(cells[name])
    except ValueError:
        raise RuleRefused(name, "must be a day such as 2026-10-31, or empty") from None
