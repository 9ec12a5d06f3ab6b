"""Tables and rules from files into the books, a file scrubbed with them, and a denial that becomes a rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.scrubbing import findings_of
from activities.scrubbing_lessons import learn
from activities.scrubbing_tables import tables_of
from cli.scrubbing.scrubber import FileScrubber
from domain.claim.claim import ClaimForSubmission
from domain.coverage.coverage import PayerKind
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from edi.claim_interchange import write
from storage import claims
from storage.frontdesk import keep_answer
from storage.models import ReferenceCode, ReferenceEdition, ReferencePair
from storage.unit_of_work import Books
from tests.integration.activities import conftest as steps
from tests.integration.activities.conftest import Desk
from tests.integration.cli.conftest import CommandLine
from tests.unit.domain.samples import MEDICARE, PATIENT, PROVIDER, content, coverage, line
from tests.unit.edi.samples import control_numbers

SAMPLES = Path(__file__).parents[2] / "fixtures" / "reference"
AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
TABLES = {
    "icd10cm": "icd10cm_order_2026.txt",
    "hcpcs": "HCPC2026_JAN_ANWEB.txt",
    "cpt": "cpt.csv",
    "ptp": "ptp_practitioner.txt",
    "mue": "MUE_Practitioner_Eff_01-01-2026.csv",
    "pos": "pos.csv",
    "mpfs": "PPRRVU2026_JAN.csv",
    "coverage": "coverage.csv",
    "requirements": "requirements.csv",
}
EFFECTIVE = {"cpt": ("--effective", "2026-01-01"), "pos": ("--effective", "2003-01-01")}


def load(run: CommandLine, kind: str, file: Path | None = None) -> dict[str, object]:
    path = file or SAMPLES / TABLES[kind]
    ran = run("reference", "load", kind, path, *EFFECTIVE.get(kind, ()), "--json")
    assert ran.exit_code == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def a_file(path: Path) -> Path:
    claim = ClaimForSubmission(
        control_number="10000001-1",
        frequency="1",
        original_reference="",
        provider=PROVIDER,
        patient=PATIENT,
        content=content(
            coverage=coverage(MEDICARE),
            lines=(line(1), line(2, procedure="81002", charge_cents=2000)),
        ),
    )
    path.write_bytes(
        write([claim], payer=MEDICARE, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
    )
    return path


def scrubbed(run: CommandLine, file: Path) -> tuple[int, dict[str, object], list[str]]:
    ran = run("scrub", file, "--as-of", "2026-03-20", "--json")
    document = json.loads(ran.stdout)
    return ran.exit_code, document, [one["rule"] for one in document["findings"]]


def test_each_public_file_is_loaded_once_and_a_later_one_takes_its_place(
    run: CommandLine, books: Books, tmp_path: Path
) -> None:
    for kind in TABLES:
        first, again = load(run, kind), load(run, kind)
        assert (first["new"], again["new"]) == (True, False)
        assert first["edition"] == again["edition"]
    listed = json.loads(run("reference", "list", "--json").stdout)["editions"]
    assert sorted(one["kind"] for one in listed) == sorted(TABLES)
    newer = tmp_path / "MUE_Practitioner_Eff_01-01-2026.csv"
    newer.write_text("99213,9,2\n")
    superseding = load(run, "mue", newer)
    assert superseding["superseded"] is not None
    with books.system() as session:
        rows = session.scalar(
            select(func.count()).where(ReferenceCode.edition_id == superseding["superseded"])
        )
        assert rows == 0
    back = load(run, "mue")
    assert (back["new"], back["superseded"]) == (True, superseding["edition"])


def test_a_broken_file_is_refused_with_its_line_and_nothing_is_half_loaded(
    run: CommandLine, books: Books, tmp_path: Path
) -> None:
    broken = tmp_path / "pairs.txt"
    broken.write_text("99213\t81002\t\t20200101\t*\t1\n" * 60_000 + "99213\t81002\t\tsoon\t*\t1\n")
    ran = run("reference", "load", "ptp", broken, "--json")
    assert ran.exit_code == 1
    assert "pairs.txt: line 60001: expected the effective date" in json.loads(ran.stdout)["error"]
    with books.system() as session:
        assert session.scalar(select(func.count()).select_from(ReferenceEdition)) == 0
        assert session.scalar(select(func.count()).select_from(ReferencePair)) == 0
    unnamed = tmp_path / "codes.csv"
    unnamed.write_text("code\n11\n")
    assert "--effective" in json.loads(run("reference", "load", "pos", unnamed, "--json").stdout)["error"]
    assert run("reference", "load", "colours", unnamed).exit_code == 2


def test_a_file_is_scrubbed_with_the_loaded_tables_and_the_operators_rules(run: CommandLine, tmp_path: Path) -> None:
    file = a_file(tmp_path / "claims.837")
    code, document, rules = scrubbed(run, file)
    assert code == 0
    assert document["claims"] == 1
    assert set(rules) == {"required-by-payer", "not-checked"}
    assert "icd10cm: simple-icd-10-cm" in document["tables"]  # type: ignore[operator]
    for kind in ("icd10cm", "cpt", "ptp", "mue", "mpfs"):
        load(run, kind)
    ran = run("rules", "load", SAMPLES / "rules.csv", "--by", "ann", "--json")
    assert json.loads(ran.stdout) == {"loaded": True, "new": 2, "replaced": 0, "already": 0, "problems": []}
    assert json.loads(run("rules", "load", SAMPLES / "rules.csv", "--by", "ann", "--json").stdout)["already"] == 2
    own = tmp_path / "own.csv"
    own.write_text(
        "id,severity,when,message,remedy,place,source\n"
        'own,warning,"line.procedure = ""81002""",it is so,change it,2400/SV101-2,made up\n'
    )
    assert run("rules", "load", own, "--by", "ann").exit_code == 0
    code, document, rules = scrubbed(run, file)
    assert code == 1
    assert [rule for rule in rules if rule != "not-checked"] == ["ptp-modifier", "required-by-payer", "own"]
    (pair,) = [one for one in document["findings"] if one["rule"] == "ptp-modifier"]  # type: ignore[attr-defined]
    assert set(pair) == {"claim", "line", "rule", "severity", "place", "message", "remedy"}
    assert (pair["claim"], pair["line"], pair["severity"]) == ("10000001-1", 2, "error")
    assert run("rules", "withdraw", "own", "--by", "ann").exit_code == 0
    assert "own" not in scrubbed(run, file)[2]
    shown = run("scrub", file, "--as-of", "2026-03-20").stdout
    assert "claims.837:10000001-1:2: error: this procedure is part of" in shown
    assert "[ptp-modifier]" in shown


def test_a_determination_binds_whatever_diagnosis_a_claim_has(run: CommandLine, books: Books) -> None:
    load(run, "coverage")
    for diagnosis, supported in (("M9911", True), ("E119", False)):
        claim = content(diagnoses=(diagnosis,), lines=(line(1, procedure="97110"),))
        with books.transaction(1) as session:
            (policy,) = tables_of(session, [claim]).coverage("97110", claim.first_service)
        assert policy.name == "LCD L00001"
        assert (diagnosis in policy.diagnoses) is supported


def test_a_file_of_rules_with_a_mistake_loads_nothing(run: CommandLine, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text((SAMPLES / "rules.csv").read_text() + 'three,error,"payer = ",a,b,2400/SV102,c,,,,\n')
    ran = run("rules", "load", bad, "--by", "ann", "--json")
    assert ran.exit_code == 1
    document = json.loads(ran.stdout)
    assert document["loaded"] is False
    assert [(one["line"], one["column"], one["at"]) for one in document["problems"]] == [(4, "when", 8)]
    listed = json.loads(run("rules", "list", "--json").stdout)["rules"]
    assert {one["family"] for one in listed} >= {"modifiers", "units"}
    assert "operator" not in {one["family"] for one in listed}


def test_a_claim_is_scrubbed_with_the_same_tables_and_rules(
    new_desk: Callable[..., Desk], run_beside: CommandLine
) -> None:
    desk = new_desk()
    before = set(desk.findings())
    load(run_beside, "mue")
    assert run_beside("rules", "load", SAMPLES / "rules.csv", "--by", "ann").exit_code == 0

    def found(session: object) -> list[str]:
        claim = claims.get(session, desk.claim)  # type: ignore[arg-type]
        sent = claims.content(session, desk.claim)  # type: ignore[arg-type]
        many = replace(sent, lines=tuple(replace(one, units=one.units + 8) for one in sent.lines))
        return [one.rule for one in findings_of(session, claim, many, desk.today.date())]  # type: ignore[arg-type]

    rules = desk.books.run(1, found)  # type: ignore[arg-type]
    assert "mue-day-absolute" in rules
    assert "mue-line" in rules
    assert before <= set(desk.findings())


def test_a_denial_proposes_a_rule_that_a_person_accepts_under_their_name(
    new_desk: Callable[..., Desk], run_beside: CommandLine
) -> None:
    desk = new_desk()
    desk.deny("CO-197")

    def look() -> int:
        return desk.books.run(1, lambda session: learn(session, 1, desk.today.date()))

    assert look() > 0
    assert look() == 0
    found = json.loads(run_beside("rules", "proposed", "--json").stdout)["proposed"]
    assert {one["when"] for one in found} == {
        'line.procedure = "99213" and authorization_number is missing',
        'line.procedure = "81002" and authorization_number is missing',
    }
    assert {one["denials"] for one in found} == {1}
    assert sum(one["cents"] for one in found) == 17_500
    first, second = (one["number"] for one in found)
    ran = run_beside("rules", "accept", first, "--by", "ann", "--reason", "PPO01 asks for it", "--json")
    assert json.loads(ran.stdout) == {"number": first, "state": "accepted", "rule": f"learned-{first}"}
    assert run_beside("rules", "decline", second, "--by", "ann", "--reason", "a mistake of theirs").exit_code == 0
    again = run_beside("rules", "accept", first, "--by", "bob", "--reason", "too", "--json")
    assert again.exit_code == 1
    assert "was accepted by ann" in json.loads(again.stdout)["error"]
    own = [one for one in json.loads(run_beside("rules", "list", "--json").stdout)["rules"] if one["by"]]
    assert [(one["rule"], one["by"]) for one in own] == [(f"learned-{first}", "ann")]
    assert any("without authorization_number" in message for message in desk.findings())
    report = json.loads(run_beside("report", "denials", "--json").stdout)
    assert (report["denials"], report["avoidable"], report["avoidable_share"]) == (2, 2, "1.0000")
    assert report["avoidable_cents"] == 17_500


new_desk = steps.new_desk
"""The same desk as the steps' own tests."""


@pytest.fixture
def run_beside(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line on the books of a desk, which has its practice already."""
    from tests.unit.cli.commands import claimflow

    monkeypatch.setenv("CLAIMFLOW_STATE", str(tmp_path / "no-stack"))
    return lambda *arguments: claimflow(*arguments, DATABASE_URL=database_url)



def test_requirements_of_payers_are_loaded_and_asked_by_payer_procedure_and_day(
    run: CommandLine, new_desk: Callable[..., Desk]
) -> None:
    desk = new_desk()

    def found(payer: str, procedure: str, day: date, **more: str) -> list[str]:
        claim_content = content(
            coverage=coverage(replace(MEDICARE, code=payer, kind=PayerKind.COMMERCIAL)),
            lines=(line(1, procedure=procedure, service_from=day),),
            **more,
        )
        claim = desk._run(lambda session: claims.get(session, desk.claim))
        findings = desk._run(lambda session: findings_of(session, claim, claim_content, date(2026, 12, 1)))
        return [one.rule for one in findings if one.rule in ("authorization-required", "referral-required")]

    assert found("PPO01", "97110", date(2026, 3, 2)) == [], "nothing was loaded"
    load(run, "requirements")
    assert found("PPO01", "97110", date(2026, 3, 2)) == ["authorization-required"]
    assert found("PPO01", "97110", date(2026, 3, 2), authorization_number="A1") == []
    assert found("PPO01", "97110", date(2025, 12, 31)) == [], "before the row begins"
    assert found("OTHER", "97110", date(2026, 3, 2)) == []
    assert found("HMO09", "99213", date(2026, 3, 2)) == ["referral-required"]


def test_a_requirement_that_does_not_fit_is_refused_with_its_line(run: CommandLine, tmp_path: Path) -> None:
    for row, expected in (
        ("PPO01,97110,luck,why,made up", "line 2: expected authorization or referral"),
        ("PPO01,97110-,referral,why,made up", "line 2: expected a procedure code, or a range"),
        ("PPO01,97110,referral,why,", "line 2: expected a source"),
    ):
        file = tmp_path / "requirements.csv"
        file.write_text(f"payer,procedure,needs,why,source\n{row}\n")
        ran = run("reference", "load", "requirements", file, "--json")
        assert ran.exit_code == 1
        assert expected in json.loads(ran.stdout)["error"]


@pytest.mark.parametrize(
    ("answer", "severity"),
    [
        (None, ""),
        (EligibilityAnswer(status=CoverageStatus.ACTIVE), ""),
        (EligibilityAnswer(status=CoverageStatus.ACTIVE, plan_begins=date(2026, 1, 1)), ""),
        (EligibilityAnswer(status=CoverageStatus.ACTIVE, plan_ends=date(2025, 12, 31)), "error"),
        (EligibilityAnswer(status=CoverageStatus.INACTIVE), "error"),
        (EligibilityAnswer(status=CoverageStatus.UNKNOWN, rejections=("42",)), ""),
    ],
)
def test_what_the_payer_answered_about_the_coverage_is_asked_before_the_claim_leaves(
    new_desk: Callable[..., Desk], answer: EligibilityAnswer | None, severity: str
) -> None:
    desk = new_desk()

    def keep(session: Session, said: EligibilityAnswer, key: str, at: datetime) -> None:
        claim = claims.get(session, desk.claim)
        keep_answer(
            session, claim.organisation_id, key=key, patient_id=claim.patient_id, payer_code=claim.payer_code,
            service_date=claim.service_date, asked_at=at, answer=said, claim_number=claim.number,
        )  # fmt: skip

    def severities(session: Session) -> list[str]:
        claim = claims.get(session, desk.claim)
        found = findings_of(session, claim, claims.content(session, desk.claim), AT.date())
        return sorted({one.severity.value for one in found if one.rule == "coverage-active"})

    if answer is not None:
        desk._run(lambda session: keep(session, answer, "first", AT))
    assert desk._run(severities) == ([severity] if severity else [])
    renewed = EligibilityAnswer(status=CoverageStatus.ACTIVE)
    desk._run(lambda session: keep(session, renewed, "later", AT + timedelta(days=1)))
    assert desk._run(severities) == [], "the newest answer about the day counts"


def test_without_books_the_filing_limit_is_that_of_the_products_own_policies(tmp_path: Path) -> None:
    file = a_file(tmp_path / "claims.837").read_bytes()

    def told(day: date) -> list[str]:
        found = FileScrubber(today=day).scrub(file)
        return [finding.message for _, finding in found if finding.rule == "timely-filing"]

    assert told(date(2026, 3, 20)) == []
    assert told(date(2027, 2, 20)) == ["the filing limit ends on 2027-03-02"]
    assert told(date(2027, 3, 3)) == ["the filing limit passed on 2027-03-02"]
