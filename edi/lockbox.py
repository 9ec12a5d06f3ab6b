"""The bank's lockbox file: a CSV with a fixed header."""

from __future__ import annotations

import csv
import re
from datetime import date

from domain.billing.lockbox import LockboxFile, LockboxPayment, LockboxProblem
from edi.errors import UnexpectedContent

HEADER = ("deposit", "check_number", "account", "statement", "amount_cents", "received_on")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_lockbox(content: bytes) -> bool:
    """Whether the first line is the lockbox header."""
    return content.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip() == ",".join(HEADER).encode()


def read(content: bytes) -> LockboxFile:
    """Read every line; a line with a problem is left out and named, line by line and field by field.

    Raises:
        UnexpectedContent: it is not UTF-8, or has another header.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedContent(f"the lockbox file is not UTF-8 (byte {error.start})") from error
    lines = text.splitlines()
    if not lines or tuple(lines[0].strip().split(",")) != HEADER:
        raise UnexpectedContent(f"line 1 of a lockbox file must be {','.join(HEADER)}")
    payments: list[LockboxPayment] = []
    problems: list[LockboxProblem] = []
    seen: dict[str, int] = {}
    reader = csv.reader(lines)
    next(reader)
    for cells in reader:
        number = reader.line_num
        if not cells:
            continue
        found = _problems(cells, number)
        if found:
            problems += found
            continue
        payment = _payment(cells, number)
        if payment.key in seen:
            message = f"repeats line {seen[payment.key]}: same deposit, check, account and statement"
            problems.append(LockboxProblem(line=number, field="check_number", message=message))
            continue
        seen[payment.key] = number
        payments.append(payment)
    return LockboxFile(payments=tuple(payments), problems=tuple(problems))


def _payment(cells: list[str], number: int) -> LockboxPayment:
    deposit, check_number, account, statement, amount, received = cells
    return LockboxPayment(
        line=number,
        deposit=deposit,
        check_number=check_number,
        account_number=int(account),
        statement_number=int(statement) if statement else None,
        amount_cents=int(amount),
        received_on=date.fromisoformat(received),
    )


def _problems(cells: list[str], number: int) -> list[LockboxProblem]:
    if len(cells) != len(HEADER):
        message = f"{len(HEADER)} fields expected, {len(cells)} found"
        return [LockboxProblem(line=number, field="line", message=message)]
    deposit, check_number, account, statement, amount, received = cells
    checks = (
        ("deposit", _TOKEN.fullmatch(deposit), "letters, digits, . _ - only, at most 40"),
        ("check_number", _TOKEN.fullmatch(check_number), "letters, digits, . _ - only, at most 40"),
        ("account", _DIGITS.fullmatch(account), "an account number of digits"),
        (
            "statement",
            statement == "" or _DIGITS.fullmatch(statement),
            "a statement number of digits, or empty",
        ),
        ("amount_cents", _DIGITS.fullmatch(amount) and int(amount) > 0, "a positive whole number of cents"),
        ("received_on", _is_day(received), "a date as CCYY-MM-DD"),
    )
    return [
        LockboxProblem(line=number, field=name, message=f"must be {must}") for name, held, must in checks if not held
    ]


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
