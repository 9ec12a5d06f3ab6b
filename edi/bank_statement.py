"""A bank's CSV of deposits: columns by name, in any order; a bad row never holds back the others' money."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.cash.amount import cents_of
from domain.cash.deposit import DepositLine, DepositMethod
from edi.errors import UnexpectedContent

_COLUMNS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "deposit date", "deposited on", "post date", "posting date", "posted", "value date"}),
    "amount": frozenset({"amount", "amount usd", "credit", "deposit amount"}),
    "trace": frozenset({"trace", "trace number", "reassociation trace", "trn", "reference", "check number"}),
    "payer": frozenset({"payer", "payer name", "originator", "company", "company name", "received from"}),
    "method": frozenset({"method", "type", "transaction type"}),
}
_REQUIRED = ("date", "amount")
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
_TRACE = re.compile(r"[ -~]{0,50}")
_LONGEST_NAME = 80
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that could not be read. The text may quote nothing of the row but its number and column."""

    row: int
    """Line of the file, the header being line 1."""
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """What the file holds."""

    lines: tuple[DepositLine, ...]
    problems: tuple[RowProblem, ...] = ()


def is_bank_statement(content: bytes) -> bool:
    """Whether the first line names a bank's columns: date, amount, trace and payer."""
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n", 1)[0]
    found = _places(next(csv.reader([head.strip()]), []))
    return all(name in found for name in _TELLS_A_BANK)


def read(content: bytes) -> BankStatement:
    """Read every row; a row with a problem is left out and named.

    Raises:
        UnexpectedContent: it is not UTF-8, or the header names no date or no amount.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedContent(f"the bank's file is not UTF-8 (byte {error.start})") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    places = _places(next(reader, []))
    if missing := [name for name in _REQUIRED if name not in places]:
        raise UnexpectedContent(
            f"line 1 of a bank's file must name its columns (date, amount, trace, payer, method): "
            f"{' and '.join(missing)} not found"
        )
    lines: list[DepositLine] = []
    problems: list[RowProblem] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _read_row(cells, places, reader.line_num, lines, problems)
    except csv.Error as error:
        problems.append(RowProblem(row=reader.line_num, column="row", message=f"cannot be read ({error})"))
    return BankStatement(lines=tuple(lines), problems=tuple(problems))


def _places(header: list[str]) -> dict[str, list[int]]:
    """Where each known column stands; banks give trace and check number columns of their own."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        words = " ".join(re.split(r"[^a-z]+", cell.strip().lower())).strip()
        for name, spellings in _COLUMNS.items():
            if words in spellings:
                found.setdefault(name, []).append(place)
    return found


def _read_row(
    cells: list[str], places: Mapping[str, list[int]], row: int, lines: list[DepositLine], problems: list[RowProblem]
) -> None:
    def cell(name: str) -> str:
        said = (cells[place].strip() for place in places.get(name, ()) if place < len(cells))
        return next(filter(None, said), "")

    def refuse(column: str, message: str) -> None:
        problems.append(RowProblem(row=row, column=column, message=message))

    before = len(problems)
    deposited_on = _day(cell("date"))
    if deposited_on is None:
        refuse("date", "must be a date, as 2026-10-31 or 10/31/2026")
    cents = 0
    try:
        cents = cents_of(cell("amount"))
    except ValueError as error:
        refuse("amount", str(error))
    else:
        if not cents:
            refuse("amount", "must not be zero")
    method = _METHODS.get(" ".join(cell("method").lower().replace("_", " ").split()))
    if method is None:
        refuse("method", "must be one of ach, check, lockbox, card or other")
    if _TRACE.fullmatch(cell("trace")) is None:
        refuse("trace", "must be at most 50 printable characters")
    if len(cell("payer")) > _LONGEST_NAME:
        refuse("payer", f"must be at most {_LONGEST_NAME} characters")
    if len(problems) > before or deposited_on is None or method is None:
        return
    lines.append(
        DepositLine(
            deposited_on=deposited_on,
            amount_cents=cents,
            trace_number=cell("trace"),
            payer_name=cell("payer"),
            method=method,
        )
    )


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return None
