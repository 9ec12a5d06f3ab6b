"""The bank's lockbox file."""

from __future__ import annotations

from datetime import date

import pytest

from edi import lockbox
from edi.errors import UnexpectedContent

HEADER = "deposit,check_number,account,statement,amount_cents,received_on\n"


def test_every_check_is_read_with_its_account_amount_and_day() -> None:
    file = lockbox.read((HEADER + "D7,1001,40001,30001,2550,2026-03-04\nD7,1002,40002,,100,2026-03-05\n").encode())
    assert [
        (p.check_number, p.account_number, p.statement_number, p.amount_cents, p.received_on) for p in file.payments
    ] == [
        ("1001", 40001, 30001, 2550, date(2026, 3, 4)),
        ("1002", 40002, None, 100, date(2026, 3, 5)),
    ]
    assert file.total_cents == 2650
    assert file.problems == ()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "D7,1001,40001,30001,25.50,2026-03-04",
            "line 2, amount_cents: must be a positive whole number of cents",
        ),
        (
            "D7,1001,40001,30001,0,2026-03-04",
            "line 2, amount_cents: must be a positive whole number of cents",
        ),
        (
            "D7,1001,40001,30001,-5,2026-03-04",
            "line 2, amount_cents: must be a positive whole number of cents",
        ),
        ("D7,1001,A1,30001,5,2026-03-04", "line 2, account: must be an account number of digits"),
        ("D7,1001,40001,30001,5,2026-02-30", "line 2, received_on: must be a date as CCYY-MM-DD"),
        ("D7,1001,40001,30001,5,20260304", "line 2, received_on: must be a date as CCYY-MM-DD"),
        (
            "D7,,40001,30001,5,2026-03-04",
            "line 2, check_number: must be letters, digits, . _ - only, at most 40",
        ),
        ("D7,1001,40001,30001,5", "line 2, line: 6 fields expected, 5 found"),
    ],
)
def test_a_bad_line_is_named_by_line_and_field_and_does_not_hold_back_the_others(line: str, problem: str) -> None:
    file = lockbox.read((HEADER + line + "\nD7,1002,40002,,100,2026-03-05\n").encode())
    assert [str(found) for found in file.problems] == [problem]
    assert [payment.check_number for payment in file.payments] == ["1002"]


def test_a_check_listed_twice_for_one_statement_is_paid_once_and_told() -> None:
    line = "D7,1001,40001,30001,2550,2026-03-04\n"
    file = lockbox.read((HEADER + line + line).encode())
    assert len(file.payments) == 1
    assert "repeats line 2" in str(file.problems[0])


def test_the_same_check_in_another_file_has_the_same_key() -> None:
    line = "D7,1001,40001,30001,2550,2026-03-04\n"
    first = lockbox.read((HEADER + line).encode()).payments[0]
    later = lockbox.read((HEADER + "D8,5,40009,,1,2026-03-09\n" + line).encode()).payments[1]
    assert first.key == later.key
    assert first.line != later.line


@pytest.mark.parametrize("content", [b"", b"deposit,check\n", b"\xff\xfe", b"check_number,deposit\n1,2\n"])
def test_another_header_or_no_text_is_refused_as_a_whole(content: bytes) -> None:
    assert not lockbox.is_lockbox(content)
    with pytest.raises(UnexpectedContent):
        lockbox.read(content)
