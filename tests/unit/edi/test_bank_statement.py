"""A bank's CSV: columns by name, bad rows named, good rows kept."""

from __future__ import annotations

from datetime import date

import pytest

from domain.cash.deposit import DepositLine, DepositMethod
from edi.bank_statement import is_bank_statement, read
from edi.errors import UnexpectedContent
from edi.named_columns import RowProblem

GOOD = b"date,amount,trace,payer,method\n2026-10-14,100.50,T1,EVERGREEN PPO,ach\n"


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    head = b"\xef\xbb\xbfCompany Name,Check Number,Balance,Trace_Number,Amount (USD),Posting Date\r\n"
    odd = head + b'"Evergreen, PPO",77,9,,"$1,100.50",10/14/2026\r\n'
    assert read(odd).problems == ()
    assert read(odd).lines == (
        DepositLine(
            deposited_on=date(2026, 10, 14),
            amount_cents=110050,
            trace_number="77",
            payer_name="Evergreen, PPO",
            method=DepositMethod.OTHER,
        ),
    )


def test_each_bad_row_is_named_by_number_and_column_and_the_others_are_kept() -> None:
    found = read(
        GOOD + b"2026-02-30,5,T2,X,ach\n2026-10-14,0,T3,X,ach\n\n2026-10-14,5,T4,X,barter\n2026-10-15,7,T5,X,CHECK\n"
    )
    assert [(p.row, p.column) for p in found.problems] == [(3, "date"), (4, "amount"), (6, "method")]
    assert [line.trace_number for line in found.lines] == ["T1", "T5"]
    assert found.lines[1].method is DepositMethod.CHECK


@pytest.mark.parametrize(
    "content", [b"", b"amount,trace\n5,T1\n", b"date;amount\n", b"date,amount\n\xff\xfe\n", b"ISA*00*"]
)
def test_a_file_without_date_and_amount_is_refused(content: bytes) -> None:
    with pytest.raises(UnexpectedContent):
        read(content)


def test_a_bank_file_is_told_from_a_lockbox_file() -> None:
    assert is_bank_statement(GOOD)
    assert not is_bank_statement(b"deposit,check_number,account,statement,amount_cents,received_on\n")
    assert not is_bank_statement(b"")
    assert not is_bank_statement(bytes(range(256)))


def test_a_problem_quotes_nothing_of_the_row() -> None:
    (problem,) = read(b"date,amount,payer\nAnn Secret,5,Ann Secret\n").problems
    assert "Secret" not in str(problem)
    assert RowProblem(row=2, column="date", message=problem.message) == problem
