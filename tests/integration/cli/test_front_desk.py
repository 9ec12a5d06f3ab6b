"""The front desk's day at the command line: appointment, arrival, copay, estimate, authorization, enrolment."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.deciding import practice_now
from storage.serialise import to_json
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import encounter, person

SERVICE = {"procedure": "99213", "charge_cents": 15000, "words": "Office visit", "diagnoses": ["E119"]}


def body(books: Books, practice: int, **changes: Any) -> dict[str, Any]:
    on_day = practice_now(books, practice).today + timedelta(days=30)
    return {"key": "A1", "date": on_day.isoformat(), "patient": to_json(person()), "services": [SERVICE], **changes}


def written(tmp_path: Path, content: dict[str, Any]) -> Path:
    file = tmp_path / "appointment.json"
    file.write_text(json.dumps(content))
    return file


def test_a_day_at_the_desk(run: CommandLine, books: Books, practice: int, tmp_path: Path) -> None:
    coverage = to_json(encounter().content.coverage)
    file = written(tmp_path, body(books, practice, coverages=[coverage]))
    made = run("checkin", "schedule", file, "--by", "kim", "--json")
    number = made.document["appointment"]
    assert (made.exit_code, made.document["payers"], made.document["state"]) == (0, ["PPO01"], "scheduled")
    alike = body(books, practice, key="A2", patient=to_json(person()) | {"first_name": "Anne"})
    refused = run("checkin", "schedule", written(tmp_path, alike), "--by", "kim", "--json")
    assert refused.exit_code == 1
    assert "likely" in refused.document["error"]
    found = run("checkin", "find", written(tmp_path, alike), "--json").document
    assert [one["grade"] for one in found] == ["likely"]
    assert run("eligibility", "show", number, "--json").exit_code == 1
    assert run("eligibility", "ask", number, "--by", "kim", "--json").exit_code == 0
    said = tmp_path / "said.json"
    said.write_text(json.dumps({"language": "es", "consents": [["text", True]]}))
    arrived = run("checkin", "arrive", number, "--said", said, "--by", "kim", "--json").document
    assert arrived["state"] == "arrived"
    copay = run("copay", "due", number, "--by", "kim", "--json").document
    assert (copay["state"], copay["due_cents"]) == ("not_due", 0), "the payer has not answered yet"
    paid = run("copay", "collect", copay["copay"], "--cents", 2500, "--method", "cash", "--reference", "R1",
               "--by", "kim", "--json").document  # fmt: skip
    assert (paid["paid_cents"], paid["new"]) == (2500, True)
    asked = run("authorization", "request", number, "--procedure", "99213", "--by", "kim", "--json").document
    granted = run("authorization", "decide", asked["authorization"], "--number", "G7", "--by", "kim", "--json").document
    assert (granted["state"], granted["number"]) == ("approved", "G7")
    for command in ("checkin", "copay", "authorization", "estimate"):
        assert run(command, "list").exit_code == 0
    assert run("estimate", "make", number, "--by", "kim", "--json").exit_code == 1, "no answer, no share"


def test_a_good_faith_estimate_is_written_and_counts_as_given(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    number = run(
        "checkin", "schedule", written(tmp_path, body(books, practice)), "--by", "kim", "--json"
    ).document["appointment"]
    made = run("estimate", "make", number, "--by", "kim", "--json").document
    assert (made["kind"], made["expected_cents"], made["provided_on"]) == ("good_faith", 15000, None)
    assert made["due_on"] is not None
    out = tmp_path / "estimate.pdf"
    given = run(
        "estimate", "provide", made["estimate"], "--language", "es", "--out", out, "--by", "kim", "--json"
    ).document
    assert given["provided_on"] is not None
    assert out.read_bytes().startswith(b"%PDF")
    assert run("estimate", "show", made["estimate"]).exit_code == 0
    assert run("estimate", "check", "--by", "kim", "--json").document == {"found": 0}
    assert run("estimate", "exceeded", "--json").document == []
    refused = run("estimate", "write-down", made["estimate"], "--by", "bea", "--reason", "too high")
    assert refused.exit_code == 1
    assert f"no bill exceeds estimate {made['estimate']}" in refused.error_line


def test_an_estimate_ordered_to_leave_waits_in_the_outbox_and_its_clock_goes_on(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    number = run(
        "checkin", "schedule", written(tmp_path, body(books, practice)), "--by", "kim", "--json"
    ).document["appointment"]
    made = run("estimate", "make", number, "--by", "kim", "--json").document
    refused = run("estimate", "send", made["estimate"], "--by-way", "e-mail", "--by", "kim")
    assert refused.exit_code == 1
    assert "no mail server is configured" in refused.error_line
    assert run("estimate", "send", made["estimate"], "--by-way", "pigeon", "--by", "kim").exit_code == 1
    ordered = run("estimate", "send", made["estimate"], "--by", "kim", "--json").document
    assert ordered["provided_on"] is None
    (sending,) = ordered["sendings"]
    assert (sending["way"], sending["state"], sending["left_on"], sending["by"]) == ("mail", "intended", None, "kim")
    assert run("estimate", "show", made["estimate"], "--json").document["sendings"] == [sending]
    again = run("estimate", "send", made["estimate"], "--by", "kim")
    assert again.exit_code == 1
    assert "on its way already" in again.error_line
    assert run("estimate", "send", 99999, "--by", "kim").exit_code == 1


def test_an_enrolment_wants_an_npi_and_an_unknown_number_is_told_in_one_line(run: CommandLine) -> None:
    assert run("checkin", "enrol", "123", "PPO01", "--by", "kim").exit_code == 1
    entered = run("checkin", "enrol", "1234567893", "PPO01", "--from", "2026-01-01", "--by", "kim", "--json")
    assert entered.document == {"npi": "1234567893", "payer": "PPO01", "looking": 0}
    for words in (("copay", "show"), ("estimate", "show"), ("eligibility", "show"), ("checkin", "arrive")):
        refused = run(*words, 999, *(("--by", "kim") if words[1] == "arrive" else ()))
        assert refused.exit_code == 1
