"""Notices, guarantors and cards at the command line: keys, exit codes, files, one clear line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.deciding import practice_now
from domain.coverage.coverage import Payer, PayerKind
from storage.serialise import to_json
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import encounter, person

MEDICARE = Payer(code="MCARE", name="Simulated Medicare", kind=PayerKind.MEDICARE, filing_indicator="MB")
SERVICE = {"procedure": "99213", "charge_cents": 15000, "words": "Office visit", "diagnoses": ["E119"]}


def written(file: Path, content: Any) -> Path:
    file.write_text(json.dumps(content))
    return file


def scheduled(run: CommandLine, books: Books, practice: int, tmp_path: Path) -> dict[str, Any]:
    coverage = replace(encounter().content.coverage, payer=MEDICARE, member_id="1EG4TE5MK73")
    on_day = practice_now(books, practice).today + timedelta(days=30)
    body = {
        "key": "A1", "date": on_day.isoformat(), "patient": to_json(person()), "services": [SERVICE],
        "coverages": [to_json(coverage)],
    }  # fmt: skip
    made = run("checkin", "schedule", written(tmp_path / "a.json", body), "--by", "kim", "--json")
    assert made.exit_code == 0, made.stderr
    return dict(made.document)


def test_a_notice_is_issued_written_as_its_form_and_signed(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    number = scheduled(run, books, practice, tmp_path)["appointment"]
    issue = ("authorization", "notice", number, "--cause", "frequency", "--procedure", "99213", "--by", "kim", "--json")
    notice = run(*issue).document
    assert (notice["estimated_cents"], notice["signed_on"]) == (15_000, None)
    pdf, text = tmp_path / "abn.pdf", tmp_path / "abn.txt"
    form = ("authorization", "notice-form", notice["notice"], "--by", "kim")
    told = run(*form, "--out", pdf, "--json").document
    assert (told["form"], told["edition"], told["to_sign"]) == ("CMS-R-131", "Exp. 01/31/2026", True)
    assert pdf.read_bytes().startswith(b"%PDF")
    spanish = run(*form, "--out", text, "--language", "es")
    assert "the patient signs the form itself" in spanish.stdout
    assert "No se firma" in text.read_text(encoding="utf-8")
    refused = run(*form, "--out", pdf, "--words", written(tmp_path / "w.json", {"words": {}}))
    assert (refused.exit_code, "edition" in refused.error_line) == (1, True)
    assert run(*form, "--out", pdf, "--language", "xx").exit_code == 1
    sign = ("authorization", "sign", notice["notice"], "--option", "1", "--by", "kim")
    signed = run(*sign, "--signed-by", "Ada, daughter", "--json").document
    assert (signed["option"], signed["signed_by"], signed["taken_by"]) == (1, "Ada, daughter", "kim")
    assert len(signed["papers"]) == 2
    assert "was signed on" in run(*sign).error_line


def test_a_guarantor_is_named_and_never_guessed(run: CommandLine, books: Books, practice: int, tmp_path: Path) -> None:
    patient = scheduled(run, books, practice, tmp_path)["patient"]
    who = written(tmp_path / "who.json", to_json(person()) | {"first_name": "Otto", "sex": "M"})
    order = ("checkin", "guarantor", patient, "--cause", "divorce", "--by", "kim", "--reason", "decree", "--who", who)
    refused = run(*order)
    assert (refused.exit_code, "say --account NUMBER" in refused.error_line) == (1, True)
    done = run(*order, "--account", "new", "--json")
    assert done.exit_code == 0
    assert set(done.document) == {"patient", "from_account", "to_account", "from", "cause", "by", "reason"}
    assert run("checkin", "guarantor", patient, "--cause", "whim", "--by", "kim", "--reason", "x").exit_code == 1
    assert "no patient has the number" in run(
        "checkin", "guarantor", 999, "--cause", "death", "--by", "kim", "--reason", "x"
    ).error_line  # fmt: skip


def test_a_card_is_shown_beside_the_coverage_and_its_numbers_may_stand(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    number = scheduled(run, books, practice, tmp_path)["appointment"]
    assert run("checkin", "card", number, "--json").document == []
    said = {
        "medicare": {"asked_on": "2026-03-02"},
        "cards": [{"payer_code": "MCARE", "payer_name": "Simulated Medicare", "member_id": "1EG4TE5MK74"}],
    }
    file = written(tmp_path / "said.json", said)
    assert run("checkin", "arrive", number, "--said", file, "--by", "kim").exit_code == 0
    shown = run("checkin", "card", number, "--json")
    (card,) = shown.document
    assert (shown.exit_code, card["seen_by"], card["not_seen"]) == (1, "kim", ["back"])
    assert card["beside"]["member_id"] == ["1EG4TE5MK74", "1EG4TE5MK73", ""]
    assert "member id differs from the coverage" in run("checkin", "card", number).stderr
    assert run("checkin", "take-card", number, "MCARE", "--by", "kim").exit_code == 0
    assert run("checkin", "card", number).exit_code == 0
    assert run("checkin", "take-card", number, "PPO01", "--by", "kim").exit_code == 1
