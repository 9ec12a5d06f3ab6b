"""Rows of the two kinds of table: one code with what is said of it, and a pair of codes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.coding.tables import TableKind

PAIR_KINDS = frozenset({TableKind.PTP, TableKind.PTP_HOSPITAL, TableKind.COVERAGE})
CODE_KINDS = frozenset(TableKind) - PAIR_KINDS
CUMULATIVE = PAIR_KINDS
"""Each file of these holds all rows there ever were, with their days: the newest file is the word for every day."""


class CodeRow(NamedTuple):
    """One code. What ``says`` holds, by kind: ``domain.coding.rows``."""

    code: str
    says: str = ""
    effective_from: date | None = None
    effective_to: date | None = None


class PairRow(NamedTuple):
    """Two codes: NCCI's first and second with the modifier indicator, or procedure and diagnosis with the policy."""

    first: str
    second: str
    says: str
    effective_from: date
    effective_to: date | None = None
