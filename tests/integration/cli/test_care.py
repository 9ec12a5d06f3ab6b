"""``claimflow assistance``, ``complaint``, ``collections``, ``account flag``: keys, exit codes, one clear line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from storage import claims
from storage.models import Account, Command, WorkflowMessage
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import NOW, check_in, leg, post

GATES = {
    "balance", "statements", "waited", "plan_offered", "assistance_offered", "notice", "no_application", "not_awarded",
    "no_plan", "no_complaint", "no_insurance", "no_flag", "no_hold", "no_estimate_dispute", "address",
}  # fmt: skip


@pytest.fixture
def owing(books: Books, practice: int) -> int:
    """An account with 60 dollars open."""
    checked_in = check_in(books, practice)
    number, account = checked_in.claim_number, checked_in.account_number
    with books.transaction(practice) as session:
        post(
            session,
            practice,
            "share",
            leg(LedgerAccount.PATIENT_RECEIVABLE, 6000, claim_number=number, account_number=account),
            leg(LedgerAccount.PAYER_RECEIVABLE, -6000, claim_number=number),
        )
        claims.set_stage(
            session,
            number,
            stage=Stage.PATIENT_BALANCE,
            owes=Owes.PATIENT,
            next_at=NOW + timedelta(days=365),
            next_what="the patient's share",
            owner="system",
        )
        cycle = update(Account).where(Account.number == account)
        session.execute(cycle.values(stage="open", next_at=NOW, owner="system"))
    return account


def test_a_check_lists_every_condition_and_ends_with_1_while_one_is_not_met(run: CommandLine, owing: int) -> None:
    ran = run("collections", "check", owing, "--json")
    assert ran.exit_code == 1
    assert {gate["id"] for gate in ran.document["gates"]} == GATES
    assert all(set(gate) == {"id", "needs", "met", "why", "until", "source"} for gate in ran.document["gates"])
    assert ran.document["ready"] is False
    assert "statements (0 went out" in ran.stderr
    refused = run("collections", "approve", owing, "--by", "bob", "--reason", "no answer")
    assert refused.exit_code == 1
    assert "assistance offered (it was not offered yet)" in refused.error_line
    assert run("collections", "check", 5).error_line == "claimflow: no account has the number 5"


def test_an_application_is_taken_completed_and_granted(run: CommandLine, books: Books, owing: int) -> None:
    apply = ("assistance", "apply", owing, "--household", 2, "--income", "20,000", "--state", "NY", "--by", "ana")
    taken = run(*apply, "--document", "tax_return", "--id", "a1", "--json").document
    assert (taken["kind"], taken["state"], taken["next_what"]) == (
        "assistance",
        "open",
        "the household to bring what is missing",
    )
    number = taken["case"]
    assert run(*apply, "--document", "tax_return", "--id", "a1", "--json").document["case"] == number
    early = run("assistance", "approve", number, "--by", "bea", "--reason", "kind")
    assert (early.exit_code, "household" in early.error_line) == (1, True)
    brought = run("assistance", "documents", number, "--document", "household_statement", "--by", "ana", "--json")
    assert brought.document["missing"] == []
    assert [row["case"] for row in run("assistance", "list", "--open", "--json").document] == [number]
    granted = run("assistance", "approve", number, "--by", "bea", "--reason", "seen", "--id", "g1", "--json").document
    assert (granted["decision"], granted["details"]["given_cents"]) == ("approved", 6000)
    assert run("assistance", "approve", number, "--by", "bea", "--reason", "seen", "--id", "g1").exit_code == 0
    assert run("account", "show", owing, "--json").document["balance_cents"] == 0
    assert "approved" in run("assistance", "show", number).stdout
    with books.system() as session:
        verbs = session.scalars(select(Command.verb).order_by(Command.id)).all()
        assert verbs == ["assistance_approve", "assistance_approve"]
        bells = session.execute(select(WorkflowMessage.recipient, WorkflowMessage.kind)).all()
        assert ("case", "open") in bells
        assert ("case", "decision") in bells


def test_a_complaint_is_recorded_carried_and_answered(run: CommandLine, owing: int) -> None:
    opened = run(
        "complaint", "open", "--category", "paid_already", "--account", owing, "--words", "x", "--by", "ana", "--json"
    )
    number = opened.document["case"]
    assert "words" not in opened.document["details"]
    listed = run("account", "flag", "list", owing, "--json").document
    assert [hold["kind"] for hold in listed["holds"]] == ["dispute"]
    for turn in range(3):
        talked = run("complaint", "talk", number, "--by", "ana", "--note", "loud", "--hard", "--id", f"t{turn}")
        assert talked.exit_code == 0
    refused = run("complaint", "talk", number, "--by", "ana", "--note", "loud", "--hard", "--id", "t3")
    assert (refused.exit_code, "pause it until tomorrow" in refused.error_line) == (1, True)
    answered = run(
        "complaint", "answer", number, "--answer", "You are right.", "--cause", "posted_late", "--by", "ben", "--json"
    )
    assert answered.document["decision"] == "answered"
    report = run("complaint", "report", "--since", "2026-01-01", "--until", "2030-01-01", "--json").document
    assert (report["by_root_cause"], report["hard_conversations"]) == ([{"cause": "posted_late", "count": 1}], 3)
    assert run("complaint", "show", 999).error_line.startswith("claimflow: no case has the number 999")


def test_a_flag_is_set_listed_and_ended(run: CommandLine, owing: int) -> None:
    flag = ("account", "flag", "set", owing, "bankrupt", "--from", "2026-05-01", "--by", "ana")
    assert "evidence" in run(*flag, "--evidence", " ").error_line
    shown = run(*flag, "--evidence", "court number", "--json").document
    assert shown["billed"].startswith("nobody")
    listed = run("account", "flag", "list", owing, "--json").document
    assert [hold["kind"] for hold in listed["holds"]] == ["flag:bankrupt"]
    ended = run(
        "account", "flag", "end", shown["flag"], "--on", "2026-06-01", "--by", "ana", "--reason", "dismissed", "--json"
    )
    assert ended.document["to"] == "2026-05-31"
    assert len(run("account", "flag", "rules", "--json").document) == 8
    assert "no flag is called" in run("account", "flag", "set", owing, "rich", *flag[5:], "--evidence", "x").error_line


def test_an_agencys_file_that_does_not_fit_is_refused_in_one_line(run: CommandLine, owing: int, tmp_path: Path) -> None:
    file = tmp_path / "agency.csv"
    file.write_text("account,gross\n1,2\n", encoding="utf-8")
    ran = run("collections", "remittance", file, "--by", "ana")
    assert (ran.exit_code, "no column remittance" in ran.error_line) == (1, True)
    file.write_text("remittance,placement,account,paid_on,gross,fee\nR1,95001,70000001,2026-01-02,4.00,1.00\n")
    ran = run("collections", "remittance", file, "--by", "ana", "--json")
    assert (ran.exit_code, ran.document["posted"], len(ran.document["refused"])) == (1, 0, 1)
    assert run("collections", "list", owing, "--json").document == {"account": owing, "placements": [], "notices": []}
