"""Contracts through the command line: imported once, shown, compared, accepted and appealed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.claim.stages import Owes, Stage
from storage import claims
from storage.models import Claim, Outbox, WorkItem
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.support.remittance_office import TODAY, RemittanceOffice
from tests.support.remittance_text import claim, head, interchange, line

FEES = "payer,code,modifier,place,allowed,effective from,effective to,source\n"
TERMS = "payer,term,value,effective_from\n"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "contract.csv"


def imported(run: CommandLine, file: Path, text: str, kind: str = "fee-schedule") -> dict[str, object]:
    file.write_text(text)
    done = run("contract", "import", file, "--kind", kind, "--by", "ann", "--json")
    assert done.exit_code == (1 if done.document["refused"] else 0), done.stderr
    return dict(done.document)


def test_a_schedule_imported_twice_changes_nothing(run: CommandLine, csv: Path) -> None:
    text = FEES + "PPO01,99213,,,110.00,2026-01-01,,amendment 3\nPPO01,71046,26,F,$12.5,1/1/2026,,\n"
    first = imported(run, csv, text)
    assert (first["new"], first["already"], first["unknown_payers"]) == (2, 0, ["PPO01"])
    again = imported(run, csv, text)
    assert (again["new"], again["closed"], again["already"]) == (0, 0, 2)
    shown = run("contract", "show", "PPO01", "--json").document
    assert shown["schedule"] == [
        {"procedure": "71046", "modifier": "26", "place": "F", "amount_cents": 1250, "from": "2026-01-01", "to": None,
         "source": "contract.csv"},
        {"procedure": "99213", "modifier": "", "place": "", "amount_cents": 11000, "from": "2026-01-01", "to": None,
         "source": "amendment 3"},
    ]  # fmt: skip


def test_a_later_price_closes_the_former_and_a_changed_one_is_refused(run: CommandLine, csv: Path) -> None:
    imported(run, csv, FEES + "PPO01,99213,,,110.00,2026-01-01,,\n")
    later = imported(run, csv, FEES + "PPO01,99213,,,115.00,2026-07-01,,\nPPO01,99213,,,112.00,2026-01-01,,\n")
    assert (later["new"], later["closed"]) == (1, 1)
    assert later["refused"] == [
        {"row": 3, "column": "", "why": "99213 at PPO01 is 110.00 from 2026-01-01 already, not 112.00: a changed value "
         "needs a later effective_from"},
    ]  # fmt: skip
    held = []
    for day in ("2025-12-31", "2026-06-30", "2026-07-01"):
        shown = run("contract", "show", "PPO01", "--on", day, "--json").document["schedule"]
        held.append([(row["amount_cents"], row["to"]) for row in shown])
    assert held == [[], [(11000, "2026-06-30")], [(11500, None)]]


def test_rows_that_cannot_be_read_are_named_and_the_others_kept(run: CommandLine, csv: Path) -> None:
    text = FEES + "PPO01,9921,,,1.00,2026-01-01,,\nPPO01,99213,,X,1.00,2026-01-01,,\nPPO01,99214,,,x,tomorrow,,\n"
    done = imported(run, csv, text + "PPO01,99215,,,1.00,2026-01-01,2025-01-01,\nPPO01,99212,,,70,2026-01-01,,\n")
    assert done["new"] == 1
    assert [(one["row"], one["column"]) for one in done["refused"]] == [  # type: ignore[attr-defined, index]
        (2, "procedure"), (3, "place"), (4, "effective_from"), (4, "amount"), (5, "effective_to"),
    ]  # fmt: skip
    csv.write_text("payer,term\n")
    unreadable = run("contract", "import", csv, "--kind", "terms", "--by", "ann")
    assert unreadable.exit_code == 1
    assert "value and effective_from not found" in unreadable.stderr


def test_terms_are_checked_by_name_and_value(run: CommandLine, csv: Path) -> None:
    done = imported(
        run, csv,
        TERMS + "PPO01,percent_of_schedule,112.5%,2026-01-01\nPPO01,percent,1,2026-01-01\n"
        "PPO01,lesser_of_charge,perhaps,2026-01-01\nPPO01,modifier_percent_as,13.6,2026-01-01\n"
        "PPO01,multiple_procedure_reduction,\"100,50 for 10004-69990\",2026-01-01\n",
        "terms",
    )  # fmt: skip
    assert [(one["row"], one["column"]) for one in done["refused"]] == [(3, "term"), (4, "value")]  # type: ignore[attr-defined, index]
    shown = run("contract", "show", "PPO01", "--json").document["terms"]
    assert [(row["term"], row["value"]) for row in shown] == [
        ("modifier_percent_AS", "13.6"),
        ("multiple_procedure_reduction", "100,50 for 10004-69990"),
        ("percent_of_schedule", "112.5%"),
    ]


def test_a_payer_without_a_contract_and_an_unknown_variance_are_answered_no(run: CommandLine) -> None:
    nobody = run("contract", "show", "NOBODY", "--json")
    assert (nobody.exit_code, nobody.document) == (
        1, {"error": "no contract with NOBODY was imported: `claimflow contract import` takes one in"},
    )  # fmt: skip
    for verb in ("accept", "appeal"):
        gone = run("variance", verb, 999, "--by", "ann", "--reason", "agreed")
        assert gone.exit_code == 1
        assert "no variance has the number 999" in gone.stderr


@pytest.fixture
def underpaid(run: CommandLine, books: Books, practice: int, csv: Path) -> int:
    """A claim whose 99213 was allowed 10.00 less than agreed, and whose 81002 5.00 more."""
    imported(run, csv, FEES + "PPO01,99213,,,110.00,2026-01-01,,\nPPO01,81002,,,10.00,2026-01-01,,\n")
    office = RemittanceOffice(books=books, organisation=practice)
    number = office.send_claim(("99213", 12500), ("81002", 2500))
    body = [
        *claim(f"{number}-1", "1", "150", "95", "20"),
        *line("99213", "125", "80", "CO*45*25", "PR*3*20", control="1"),
        *line("81002", "25", "15", "CO*45*10", control="2"),
    ]
    # The command line decides on the machine's own day: the remittance must be fresh enough to appeal.
    office.receive(interchange([*head("EFT1", "95", day=f"{datetime.now(UTC):%Y%m%d}"), *body]))
    return number


def questions(books: Books, practice: int) -> list[str]:
    with books.transaction(practice) as session:
        return list(session.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)))


def test_variances_are_listed_and_accepted_with_name_and_reason(
    run: CommandLine, books: Books, practice: int, underpaid: int
) -> None:
    listed = run("variance", "list", "--open", "--payer", "PPO01", "--json").document
    assert [(row["line"], row["short_cents"], row["state"]) for row in listed] == [(2, -500, "open"), (1, 1000, "open")]
    assert run("variance", "list", "--payer", "OTHER", "--json").document == []
    for row in listed:
        assert questions(books, practice) == ["underpaid"]
        done = run("variance", "accept", row["variance"], "--by", "ann", "--reason", "too small", "--json").document
        assert (done["state"], done["by"], done["reason"]) == ("accepted", "ann", "too small")
    assert questions(books, practice) == []
    again = run("variance", "accept", listed[0]["variance"], "--by", "bea", "--reason", "mine")
    assert again.exit_code == 1
    assert "it is accepted by ann" in again.stderr
    assert run("variance", "list", "--open", "--json").document == []


def test_an_underpayment_is_appealed_on_paper_once_and_the_claim_goes_its_way(
    run: CommandLine, books: Books, practice: int, underpaid: int
) -> None:
    with books.transaction(practice) as session:
        claims.set_stage(session, underpaid, stage=Stage.CLOSED, owes=Owes.NOBODY, next_at=None, next_what="",
                         owner="system", outcome="paid", closed_on=TODAY)  # fmt: skip
    over, under = (row["variance"] for row in run("variance", "list", "--json").document)
    nothing = run("variance", "appeal", over, "--by", "ann", "--reason", "x")
    assert nothing.exit_code == 1
    assert "more than the contract allows" in nothing.stderr

    done = run("variance", "appeal", under, "--by", "ann", "--reason", "amendment 3 holds", "--json")
    assert done.exit_code == 0, done.stderr
    assert done.document["paper"] == f"AP-{underpaid}-v1-d1"
    assert [row["state"] for row in done.document["variances"]] == ["appealed"]
    assert questions(books, practice) == ["underpaid", "underpayment_appealed"], "the line paid too much stays open"
    with books.transaction(practice) as session:
        (paper,) = session.scalars(select(Outbox))
        manifest = paper.manifest or {}
        assert (paper.channel, manifest["paper"], manifest["payer"]) == ("mail", "appeal", "PPO01")
        assert session.get_one(Claim, underpaid).stage == "closed"

    again = run("variance", "appeal", under, "--by", "ann", "--reason", "again")
    assert again.exit_code == 1
    assert "it is appealed by ann" in again.stderr
    run("variance", "accept", under, "--by", "ann", "--reason", "they keep to it")
    run("variance", "accept", over, "--by", "ann", "--reason", "schedule is old")
    assert questions(books, practice) == []


def test_a_decision_needs_a_name_and_a_reason(run: CommandLine, underpaid: int) -> None:
    done = run("variance", "accept", 1, "--by", " ", "--reason", "x")
    assert done.exit_code == 1
    assert "--by must name the person" in done.stderr
