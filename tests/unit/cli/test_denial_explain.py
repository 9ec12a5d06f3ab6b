from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities import denial_rules
from storage import operator_files
from tests.unit.cli.commands import claimflow

KEYS = [
    "group_of_denial", "remedy", "frequency_code", "appealable", "bill_patient", "deadline_days", "deadline_rule",
    "why", "suggested_changes",
]  # fmt: skip


def explained(*arguments: str, payer: str = "medicare") -> dict[str, object]:
    ran = claimflow("denial", "explain", "--payer", payer, *arguments, "--json")
    assert (ran.exit_code, ran.stderr) == (0, "")
    document = ran.document
    assert list(document) == KEYS
    return document  # type: ignore[no-any-return]


def test_an_unprocessable_claim_is_a_new_claim_without_appeal() -> None:
    found = explained("--group", "CO", "--carc", "16", "--rarc", "N290", "--rarc", "MA130", "--clp-status", "4")
    assert [found[key] for key in KEYS[:5]] == ["incomplete", "correct_and_resend", "1", False, False]
    assert "calendar year" in str(found["deadline_rule"])


def test_a_signed_notice_lets_the_patient_be_billed_and_a_missing_one_does_not() -> None:
    with_notice = explained("--group", "PR", "--carc", "50", "--modifier", "GA")
    without = explained("--group", "PR", "--carc", "50", "--modifier", "gz")
    assert (with_notice["bill_patient"], without["bill_patient"]) == (True, False)


def test_a_rejected_replacement_keeps_its_frequency_and_medicare_reopens_instead() -> None:
    commercial = explained("--status", "A7:562:85", "--attempt-frequency", "7", payer="commercial")
    medicare = explained("--status", "A7:562:85", "--attempt-frequency", "7")
    part_a = explained("--status", "A7:562:85", "--attempt-frequency", "7", "--claim-type", "institutional")
    assert [found["frequency_code"] for found in (commercial, medicare, part_a)] == ["7", None, "7"]
    assert medicare["remedy"] == "reopen"


@pytest.mark.parametrize(
    "codes",
    [("--group", "CO", "--carc", "9ZZ"), ("--status", "Z9:1"), ("--ack", "999:Q"), ("--group", "CO", "--carc", "A1")],
)
def test_an_unknown_code_answers_review_and_exit_0(codes: tuple[str, ...]) -> None:
    for payer in ("medicare", "medicare_advantage", "medicaid", "commercial"):
        found = explained(*codes, payer=payer)
        assert (found["remedy"], found["frequency_code"], found["bill_patient"]) == ("review", None, False)


def test_a_partly_accepted_group_and_a_refused_interchange_are_understood() -> None:
    assert explained("--ack", "AK9:P")["remedy"] == "correct_and_resend"
    assert explained("--ack", "TA1:R")["remedy"] == "correct_and_resend"
    assert explained("--ack", "TA1:R:025")["remedy"] == "wait"


def test_a_person_reads_the_answer_with_its_source() -> None:
    ran = claimflow("denial", "explain", "--payer", "commercial", "--group", "CO", "--carc", "29")
    assert ran.exit_code == 0
    for words in ("Group of denial: omission", "180 days", "proof of timely filing", "timely filing", "worked by"):
        assert words in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--payer", "medicare"), "name one of --group with --carc, --status, or --ack"),
        (("--payer", "medicare", "--group", "CO", "--carc", "16", "--ack", "999:R"), "name one of"),
        (("--payer", "medicare", "--group", "CO"), "--group and --carc go together"),
        (("--payer", "medicare", "--group", "CR", "--carc", "45"), "--group CR"),
        (("--payer", "nobody", "--group", "CO", "--carc", "45"), "--payer nobody is not known; use one of medicare"),
        (("--payer", "medicare", "--status", "A7:1:2:3:4"), "--status A7:1:2:3:4"),
        (("--payer", "medicare", "--ack", "998:R"), "--ack 998:R"),
        (("--payer", "medicare", "--group", "CO", "--carc", "16", "--network", "x"), "--network x"),
        (("--payer", "medicare", "--group", "CO", "--carc", "16", "--modifier", "toolong"), "--modifier TOOLONG"),
        (("--payer", "medicare", "--group", "CO", "--carc", "16", "--attempt-frequency", "3"), "--attempt-frequency 3"),
        (("--group", "CO", "--carc", "16"), "Missing option '--payer'"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(arguments: tuple[str, ...], complaint: str) -> None:
    ran = claimflow("denial", "explain", *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert complaint in ran.error_line


@pytest.fixture
def own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(operator_files.FOLDER, str(tmp_path))
    denial_rules.forget()
    yield tmp_path
    denial_rules.forget()


def own_row(**facts: str) -> str:
    from domain.denials.rules import COLUMNS

    row = dict.fromkeys(COLUMNS, "") | {"confirmed": "yes", "appealable": "yes", "source": "our contract"} | facts
    return "\n".join((",".join(COLUMNS), ",".join(row[column] for column in COLUMNS), ""))


def test_an_operators_row_for_a_payer_goes_before_the_packaged_one(own_tables: Path) -> None:
    facts = {
        "carc": "197", "group_code": "CO", "payer_kind": "commercial", "payer_code": "ACME1", "nature": "denial",
        "denial_group": "omission", "remedy": "replace", "why": "ACME takes a number afterwards",
    }  # fmt: skip
    (own_tables / denial_rules.OWN_RULES).write_text(own_row(**facts))
    assert explained("--group", "CO", "--carc", "197", payer="ACME1")["remedy"] == "replace"
    assert explained("--group", "CO", "--carc", "197", payer="commercial")["remedy"] == "appeal"


def test_an_operators_row_that_does_not_fit_is_named(own_tables: Path) -> None:
    (own_tables / denial_rules.OWN_RULES).write_text(own_row(carc="197", nature="odd"))
    ran = claimflow("denial", "explain", "--payer", "medicare", "--ack", "999:R")
    assert ran.exit_code == 2
    assert "own denial rules, row 1" in ran.error_line


def test_the_field_that_the_codes_point_to_is_named_as_a_correction_takes_it() -> None:
    named = explained("--group", "CO", "--carc", "16", "--rarc", "m76")["suggested_changes"]
    assert isinstance(named, list)
    assert [(one["field"], "M76" in one["source"]) for one in named] == [("diagnoses", True)]
    assert explained("--status", "A7:562:85")["suggested_changes"] == []
    shown = claimflow("denial", "explain", "--payer", "commercial", "--group", "CO", "--carc", "4").stdout
    assert "look at lines.N.modifiers" in shown
