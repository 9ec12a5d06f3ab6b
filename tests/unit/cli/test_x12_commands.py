"""X12 files judged, shown and answered from the command line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

import x12
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


def test_what_is_itself_an_answer_gets_none_and_takes_no_number(good: Path, tmp_path: Path) -> None:
    header = x12.InterchangeHeader(sender_id="A", receiver_id="B", control_number=5, date=date(2026, 3, 2),
                                   time=time(10), usage="T")  # fmt: skip
    taken = x12.InterchangeAcknowledgement(control_number=4, date=date(2026, 3, 1), time=time(10), status="A")
    answer = x12.write_interchange(header, (), [taken])
    both, alone = tmp_path / "both.edi", tmp_path / "alone.edi"
    both.write_bytes(answer + good.read_bytes())
    alone.write_bytes(answer)
    ran = claimflow("x12", "ack", both, "--control-number", 77)
    assert (ran.stdout.count("ISA*"), ran.stdout.count("IEA*1*000000077~")) == (1, 1)
    ran = claimflow("x12", "ack", alone)
    assert (ran.exit_code, ran.stdout) == (0, "")


def test_a_file_without_a_remittance_does_not_balance(good: Path) -> None:
    ran = claimflow("remit", "check", good, "--json")
    assert (ran.exit_code, ran.document) == (1, {"balanced": False, "transactions": []})


def test_an_error_is_told_like_a_compiler_tells_it(bad: Path) -> None:
    ran = claimflow("x12", "check", bad)
    lines = ran.stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if ": error: CLM05-3: " in line)
    number = int(lines[at].removeprefix(f"{bad}:").split(":")[0])
    assert lines[at].endswith("'1234' has 4 characters, at most 1 [element-too-long, SNIP 1]")
    assert bad.read_text().splitlines()[number - 1].startswith("CLM*")
    assert lines[at + 1] == f"    837P 0001, segment {number - 2}, loop 2300"
    segment, mark = lines[at + 2], lines[at + 3]
    assert segment[mark.index("^") : mark.rindex("^") + 1] == "1234"


def test_only_so_many_findings_are_listed_as_asked(bad: Path) -> None:
    bad.write_bytes(bad.read_bytes().replace(b"*11:B:1*", b"*11:B:1234*").replace(b"GE*1*", b"GE*9*"))
    every = claimflow("x12", "check", bad).stdout
    few = claimflow("x12", "check", bad, "--limit", 1).stdout
    assert every.count("SNIP") > few.count("SNIP") == 1
    assert "more; --limit" in few
    assert every.splitlines()[-1] == few.splitlines()[-1]


def test_a_missing_element_is_marked_where_it_belongs(good: Path) -> None:
    good.write_bytes(good.read_bytes().replace(b"*11:B:1*", b"**", 1))
    lines = claimflow("x12", "check", good).stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if ": error: CLM05: " in line)
    assert lines[at + 3].index("^") == lines[at + 2].index("**Y*") + 1


@pytest.mark.parametrize("command", [("x12", "check"), ("x12", "show"), ("x12", "ack"), ("remit", "check")])
def test_what_is_no_x12_file_is_said_in_one_line(command: tuple[str, str], tmp_path: Path) -> None:
    missing, empty, binary = tmp_path / "none.edi", tmp_path / "empty.edi", tmp_path / "binary.edi"
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)) * 4)
    for path in (missing, tmp_path):
        ran = claimflow(*command, path)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert str(path) in ran.error_line
    for path in (empty, binary):
        ran = claimflow(*command, path)
        assert ran.exit_code == 1
        (line,) = (ran.stdout + ran.stderr).splitlines()
        assert str(path) in line


def test_a_remittance_that_does_not_balance_says_where(tmp_path: Path) -> None:
    from tests.unit.x12 import examples

    file = tmp_path / "era.835"
    file.write_bytes(
        examples.interchange(examples.remittance()).replace(b"SVC*HC:99213*125*80", b"SVC*HC:99213*125*81")
    )
    ran = claimflow("remit", "check", file)
    assert ran.exit_code == 1
    assert "835 0001, claim 1001-1: line does not balance: " in ran.stdout
    assert "(expected 80.00, found 81.00)" in ran.stdout
    assert ran.stdout.splitlines()[-1].endswith("does NOT balance: 1 remittance, 1 of them out of balance")


def test_a_file_of_claims_is_no_remittance(good: Path) -> None:
    assert claimflow("remit", "check", good).error_line.endswith("holds no remittance (835) to balance: it holds 837P")
