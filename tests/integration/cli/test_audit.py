"""The diagnosis audit from the command line: charts in, findings out, a question, an answer with its documentation."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import intake
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import encounter
from tests.unit.edi.test_fhir_charts import PATIENT, REQUEST

MONEY = ("$", "cents", "payment", "charge", "reimburse", "revenue")


@pytest.fixture
def chart(books: Books, practice: int, tmp_path: Path) -> Path:
    """A patient seen last week, and a chart that lists a medication for which nothing is coded."""
    visit = encounter()
    seen = datetime.now(UTC).date() - timedelta(days=7)
    lines = tuple(replace(line, service_from=seen) for line in visit.content.lines)
    content = replace(visit.content, diagnoses=("J069",), lines=lines)
    with books.transaction(practice) as session:
        intake.check_in(session, practice, replace(visit, content=content), by="ann", business_at=datetime.now(UTC))
    person = visit.patient
    patient = PATIENT | {
        "name": [{"family": person.last_name, "given": [person.first_name, *filter(None, [person.middle_name])]}],
        "birthDate": str(person.birth_date),
        "gender": {"M": "male", "F": "female"}.get(person.sex, "unknown"),
    }
    thyroid = {"text": "levothyroxine 50 mcg", "coding": [{"system": "http://www.whocc.no/atc", "code": "H03AA01"}]}
    asked = REQUEST | {"authoredOn": str(date.today() - timedelta(days=100)), "medicationCodeableConcept": thyroid}
    file = tmp_path / "chart.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": asked}]}))
    return file


def found(run: CommandLine, *arguments: object) -> Any:
    ran = run(*arguments, "--json")
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


def test_from_a_chart_to_a_documented_answer(run: CommandLine, chart: Path) -> None:
    (imported,) = found(run, "audit", "import", chart)["files"]
    assert (imported["patients"], imported["new"], imported["refused"]) == (1, 1, [])
    (again,) = found(run, "audit", "import", chart)["files"]
    assert (again["new"], again["known"]) == (0, 1)

    assert found(run, "audit", "run") == {"patients": 1, "new_findings": 1}
    assert found(run, "audit", "run")["new_findings"] == 0, "the next night adds nothing"

    (finding,) = found(run, "audit", "list")
    assert (finding["kind"], finding["basis"], finding["state"]) == (
        "medication_without_condition",
        "indicator",
        "open",
    )
    number = finding["finding"]
    early = run("audit", "answer", number, "--option", 1, "--by", "carl", "--documentation", "note of today")
    assert (early.exit_code, "not asked about yet" in early.stderr) == (1, True)

    assert found(run, "audit", "query", number, "--by", "carl")["state"] == "queried"
    (item,) = [one for one in found(run, "work", "list") if one["kind"] == "diagnosis_query"]
    assert (item["owner"], item["reason"]) == ("provider", finding["question"])
    shown = json.dumps([finding, item]).lower()
    assert [word for word in MONEY if word in shown] == []

    bare = run("audit", "answer", number, "--option", 1, "--by", "carl")
    assert (bare.exit_code, "documented" in bare.stderr) == (1, True)
    answered = found(
        run, "audit", "answer", number, "--option", 1, "--by", "carl", "--documentation", "note of 2026-11-20",
    )  # fmt: skip
    assert (answered["state"], answered["answer"]) == ("answered", finding["options"][0])
    assert [one for one in found(run, "work", "list") if one["kind"] == "diagnosis_query"] == []
    assert found(run, "audit", "list") == []
    found(run, "audit", "run")
    (kept,) = found(run, "audit", "list", "--state", "all")
    assert kept["state"] == "answered", "a later night leaves what a person decided"


def test_a_finding_is_dismissed_by_a_named_person_and_once(run: CommandLine, chart: Path) -> None:
    found(run, "audit", "import", chart)
    found(run, "audit", "run")
    (finding,) = found(run, "audit", "list")
    done = found(run, "audit", "dismiss", finding["finding"], "--by", "carl", "--reason", "given for prevention")
    assert (done["state"], done["decided_by"], done["reason"]) == ("dismissed", "carl", "given for prevention")
    again = run("audit", "query", finding["finding"], "--by", "carl")
    assert (again.exit_code, "dismissed already" in again.stderr) == (1, True)
    assert run("audit", "show", 99).exit_code == 1
    assert "1. Hypothyroidism" in run("audit", "show", finding["finding"]).stdout


def test_what_is_no_chart_is_refused_with_exit_1(run: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("[]")
    ran = run("audit", "import", file)
    assert (ran.exit_code, "give one FHIR R4 Bundle" in ran.stderr) == (1, True)


def test_compliance_is_shown_to_those_who_have_the_role_and_the_claim_tells_nothing(
    run: CommandLine, chart: Path
) -> None:
    (claim,) = [one["claim"] for one in found(run, "claim", "list")]
    assert found(run, "compliance", "grant", "cora", "--by", "root")["new"]
    assert run("compliance", "grant", "eve", "--by", "eve").exit_code == 1
    assert found(run, "compliance", "report", claim, "--by", "nina", "--reason", "billed and never seen")[
        "held_for_review"
    ]

    refused = run("compliance", "list", "--by", "nina")
    assert (refused.exit_code, "does not have the role" in refused.stderr) == (1, True)
    (referral,) = found(run, "compliance", "list", "--by", "cora")
    shown = found(run, "compliance", "show", referral["referral"], "--by", "cora")
    assert shown["claims"] == [claim]
    assert "never seen" in json.dumps(shown["evidence"])
    assert run("compliance", "show", 1, "--by", "cora").exit_code == 1

    told = [run("claim", word, claim, "--json").stdout for word in ("show", "timeline")]
    told += [run(*words, "--json").stdout for words in (("claim", "list"), ("work", "list"), ("refund", "list"))]
    everything = " ".join(told).lower()
    assert "held for review" in everything
    assert [
        word for word in ("fraud", "compliance", "never seen", "nina", "referral", "suspic") if word in everything
    ] == []
    assert found(run, "claim", "show", claim)["held"] is True
