"""A bank's CSV of deposits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.cash.amount import cents_of
from domain.cash.deposit import DepositLine, DepositMethod
from edi.named_columns import Row, RowProblem, Spellings, at_most, day, first_line_names, rows

_COLUMNS: Spellings = {
    "date": frozenset({"date", "deposit date", "deposited on", "post date", "posting date", "posted", "value date"}),
    "amount": frozenset({"amount", "amount usd", "credit", "deposit amount"}),
    "trace": frozenset({"trace", "trace number", "reassociation trace", "trn", "reference", "check number"}),
    "payer": frozenset({"payer", "payer name", "originator", "company", "company name", "received from"}),
    "method": frozenset({"method", "type", "transaction type"}),
}
_TELLS_A_BANK = ("date", "amount", "trace", "payer")
"""Columns by which a file of the mailbox is known as a bank's."""

_METHODS: Mapping[str, DepositMethod] = {
    "": DepositMethod.OTHER,
    "ach": DepositMethod.ACH,
    "ach credit": DepositMethod.ACH,
    "eft": DepositMethod.ACH,
    "check": DepositMethod.CHECK,
    "chk": DepositMethod.CHECK,
    "lockbox": DepositMethod.LOCKBOX,
    "card": DepositMethod.CARD,
    "virtual card": DepositMethod.CARD,
    "wire": DepositMethod.OTHER,
    "other": DepositMethod.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """What the file holds."""

    lines: tuple[DepositLine, ...]
    problems: tuple[RowProblem, ...] = ()


def is_bank_statement(content: bytes) -> bool:
    """Whether the first line names a bank's columns: date, amount, trace and payer."""
    return first_line_names(content, _COLUMNS, _TELLS_A_BANK)


def read(content: bytes) -> BankStatement:
    """Read every row; a row with a problem is left out and named.

    Raises:
        UnexpectedContent: it is not UTF-8, or the header names no date or no amount.
    """
    lines: list[DepositLine] = []
    problems: list[RowProblem] = []
    for row in rows(content, _COLUMNS, ("date", "amount"), "a bank's file"):
        line = _line(row) if not row.problems else None
        if line is not None and not row.problems:
            lines.append(line)
        problems += row.problems
    return BankStatement(lines=tuple(lines), problems=tuple(problems))


def _line(row: Row) -> DepositLine:
    return DepositLine(
        deposited_on=row.value("date", day, date.min),
        amount_cents=row.value("amount", _amount, 0),
        trace_number=row.value("trace", at_most(50), ""),
        payer_name=row.value("payer", at_most(80), ""),
        method=row.value("method", _method, DepositMethod.OTHER),
    )


def _amount(text: str) -> int:
    if not (cents := cents_of(text)):
        raise ValueError("must not be zero")
    return cents


def _method(text: str) -> DepositMethod:
    method = _METHODS.get(" ".join(text.lower().replace("_", " ").split()))
    if method is None:
        raise ValueError("must be one of ach, check, lockbox, card or other")
    return method
