"""What a file from the mailbox is."""

from __future__ import annotations

import json

import pytest

from edi import eligibility, inbound
from edi.claim_interchange import write
from edi.errors import UnexpectedContent
from tests.unit.edi.samples import AT, PPO, PROVIDER, claim, control_numbers
from tests.unit.edi.test_letter import MANIFEST
from tests.unit.edi.test_lockbox import HEADER
from x12.envelope.model import FunctionalGroup, GroupHeader, InterchangeHeader, TransactionSet, X12File
from x12.reading import read_file
from x12.transactions.acknowledgement import (
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    TransactionAcknowledgement,
)
from x12.writing import write_interchange

_TA1 = InterchangeAcknowledgement(control_number=12, date=AT.date(), time=AT.time(), status="A")
_999 = ImplementationAcknowledgement(
    functional_id="HC",
    control_number=12,
    status="A",
    included=1,
    received=1,
    accepted=1,
    transactions=(TransactionAcknowledgement(transaction="837", control_number="0001", status="A"),),
)


def acknowledgements() -> bytes:
    return write_interchange(
        InterchangeHeader(
            sender_id="PPO01",
            receiver_id="LAKESIDE1",
            control_number=9,
            date=AT.date(),
            time=AT.time(),
            usage="T",
        ),
        [
            FunctionalGroup(
                header=GroupHeader(
                    sender_code="PPO01",
                    receiver_code="LAKESIDE1",
                    date=AT.date(),
                    time=AT.time(),
                    control_number=9,
                ),
                transactions=tuple(TransactionSet(control_number=f"{n:04d}", content=_999) for n in (1, 2)),
            )
        ],
        [_TA1],
    )


def test_each_ta1_and_transaction_set_has_its_ordinal_in_file_order() -> None:
    file = inbound.classify(acknowledgements(), "ack.x12")
    assert file.kind == "x12"
    assert file.problems == ()
    assert [(part.ordinal, part.kind, part.control_number) for part in file.transactions] == [
        (1, "TA1", "000000012"),
        (2, "999", "0001"),
        (3, "999", "0002"),
    ]


def test_a_transaction_is_opened_by_its_ordinal() -> None:
    content = acknowledgements()
    assert inbound.open_transaction(content, 1) == _TA1
    second = inbound.open_transaction(content, 3)
    assert isinstance(second, TransactionSet)
    assert (second.control_number, second.content) == ("0002", _999)
    with pytest.raises(UnexpectedContent, match="no transaction 4"):
        inbound.open_transaction(content, 4)


def test_a_file_is_read_once_however_many_transactions_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0

    def counted(content: bytes) -> X12File:
        nonlocal reads
        reads += 1
        return read_file(content)

    monkeypatch.setattr(inbound, "read_file", counted)
    content = acknowledgements() + b"\n"  # bytes of its own: no other test has read them
    for part in inbound.classify(content, "ack.x12").transactions:
        inbound.open_transaction(bytes(bytearray(content)), part.ordinal)
    assert reads == 1


@pytest.mark.parametrize("ordinal", [-1, 0, 4])
def test_an_ordinal_outside_of_the_file_is_told(ordinal: int) -> None:
    with pytest.raises(UnexpectedContent, match=f"no transaction {ordinal}"):
        inbound.open_transaction(acknowledgements(), ordinal)


def test_several_interchanges_in_one_file_go_on_counting() -> None:
    claims = write([claim()], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
    file = inbound.classify(acknowledgements() + claims, "both.x12")
    assert [part.kind for part in file.transactions] == ["TA1", "999", "999", "837P"]
    assert eligibility.answer(acknowledgements() + claims).rejections == ("999",)


def test_a_truncated_interchange_is_still_x12_and_tells_its_problems() -> None:
    file = inbound.classify(acknowledgements()[:-40], "cut.x12")
    assert file.kind == "x12"
    assert file.problems != ()
    assert all("\n" not in problem for problem in file.problems)


def test_a_lockbox_file_is_one_transaction() -> None:
    file = inbound.classify((HEADER + "D7,1001,40001,30001,2550,2026-03-04\nD7,x y,1,1,1,2026-03-04\n").encode(), "l")
    assert (file.kind, [(t.ordinal, t.kind, t.control_number) for t in file.transactions]) == (
        "lockbox",
        [(1, "lockbox", "D7")],
    )
    assert file.problems == ("line 3, check_number: must be letters, digits, . _ - only, at most 40",)


def test_a_letter_is_one_transaction_and_a_bad_one_tells_why() -> None:
    file = inbound.classify(json.dumps(MANIFEST).encode(), "r17.json")
    assert (file.kind, file.transactions[0].control_number, file.problems) == ("letter", "R-17", ())
    bad = inbound.classify(json.dumps({**MANIFEST, "date": "soon"}).encode(), "r17.json")
    assert bad.kind == "letter"
    assert "date must be a date" in bad.problems[0]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a,b,c\n1,2,3\n", b'{"x": 1}', b"\xff\xd8\xff"])
def test_anything_else_is_unknown_and_named(content: bytes) -> None:
    file = inbound.classify(content, "scan.pdf")
    assert (file.kind, file.transactions) == ("unknown", ())
    assert "scan.pdf" in file.problems[0]


def test_a_banks_file_is_one_transaction_and_its_bad_rows_are_problems() -> None:
    content = b"date,amount,trace,payer,method\n2026-10-14,5,T1,EVERGREEN,ach\n2026-10-14,much,T2,EVERGREEN,ach\n"
    found = inbound.classify(content, "bank.csv")
    assert (found.kind, [t.kind for t in found.transactions]) == ("bank", ["bank"])
    assert found.problems == ("row 3, amount: must be dollars and cents, such as 1234.50",)
