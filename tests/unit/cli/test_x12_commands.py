"""X12 files judged, shown and answered from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi.claim_interchange import write
from tests.unit.cli.commands import claimflow
from tests.unit.edi.samples import AT, PPO, PROVIDER, claim, control_numbers


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.edi"
    file.write_bytes(
        write([claim(), claim(2)], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
    )
    return file


@pytest.fixture
def bad(good: Path) -> Path:
    file = good.with_name("bad.edi")
    file.write_bytes(good.read_bytes().replace(b"*11:B:1*", b"*11:B:1234*", 1))
    return file


@pytest.fixture
def nonsense(tmp_path: Path) -> Path:
    file = tmp_path / "nonsense.txt"
    file.write_bytes(b"hello")
    return file


def test_a_valid_file_is_said_to_be_valid(good: Path) -> None:
    ran = claimflow("x12", "check", good, "--json")
    assert ran.exit_code == 0
    document = ran.document
    assert (document["valid"], document["errors"]) == (True, [])
    ((transaction),) = document["transactions"]
    assert set(transaction) == {"type", "control_number", "claims", "errors"}
    assert (transaction["type"], transaction["control_number"], transaction["claims"]) == ("837P", "0001", 2)


def test_an_error_has_its_place_its_code_and_its_level(bad: Path) -> None:
    ran = claimflow("x12", "check", bad, "--json")
    assert ran.exit_code == 1
    document = ran.document
    assert document["valid"] is False
    errors = [error for error in document["transactions"][0]["errors"] if error["severity"] == "error"]
    assert errors
    assert all(set(e) == {"severity", "code", "snip", "segment", "position", "message"} for e in errors)
    assert "CLM" in {error["segment"] for error in errors}
    assert "NOT valid" in claimflow("x12", "check", bad).stdout


def test_what_is_no_x12_is_not_valid_and_no_crash(nonsense: Path) -> None:
    ran = claimflow("x12", "check", nonsense, "--json")
    assert ran.exit_code == 1
    assert ran.document["valid"] is False
    assert ran.document["errors"]


def test_the_typed_content_is_shown(good: Path, nonsense: Path) -> None:
    document = claimflow("x12", "show", good, "--json").document
    (transaction,) = document["interchanges"][0]["groups"][0]["transactions"]
    claims = transaction["content"]["claims"]
    assert [one["claim_id"] for one in claims] == ["10000001-1", "2-1"]
    assert "claim id: 2-1" in claimflow("x12", "show", good).stdout
    assert claimflow("x12", "show", nonsense).exit_code == 1


def test_an_answer_is_x12_that_accepts_or_rejects(good: Path, bad: Path, nonsense: Path) -> None:
    options = ("--control-number", 77, "--at", "2026-03-02T10:00:00")
    accepted, rejected = claimflow("x12", "ack", good, *options), claimflow("x12", "ack", bad, *options)
    assert (accepted.exit_code, rejected.exit_code) == (0, 1)
    assert accepted.stdout.startswith("ISA*00*")
    assert "*000000077*" in accepted.stdout
    assert "IK5*A" in accepted.stdout
    assert "IK5*R" in rejected.stdout
    assert accepted.stdout == claimflow("x12", "ack", good, *options).stdout
    none = claimflow("x12", "ack", nonsense)
    assert (none.exit_code, none.stdout) == (1, "")
    assert "holds no interchange (ISA)" in none.error_line


def test_an_answer_is_itself_valid(good: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.edi"
    answer.write_text(claimflow("x12", "ack", good).stdout)
    checked = claimflow("x12", "check", answer, "--json")
    assert (checked.exit_code, [one["type"] for one in checked.document["transactions"]]) == (0, ["999"])


def test_a_file_without_a_remittance_does_not_balance(good: Path) -> None:
    ran = claimflow("remit", "check", good, "--json")
    assert (ran.exit_code, ran.document) == (1, {"balanced": False, "transactions": []})
