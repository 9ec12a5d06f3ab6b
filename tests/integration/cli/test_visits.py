"""Visits against charges: imported once, linked, asked for at night with their worth, excused by a named person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select, update

from activities.cash.unborn import link_and_ask
from domain.ledger.chart import LedgerAccount
from storage.models import Account, Visit, WorkItem
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import check_in, encounter, leg, person, post

HEADER = "visit id,date,account,provider npi,visit type,expected amount\n"
SEEN = "2026-02-27"
"""The day of service of the sample encounter."""


def look(books: Books, practice: int, day: date) -> int:
    return books.run(practice, lambda session: link_and_ask(session, practice, day))


def open_items(books: Books, practice: int) -> list[WorkItem]:
    with books.transaction(practice) as session:
        return list(session.scalars(select(WorkItem).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)))


def test_a_schedule_imported_twice_changes_nothing_and_bad_rows_are_named(
    run: CommandLine, books: Books, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.csv"
    file.write_text(HEADER + f"V1,{SEEN},,,office,120.00\nV2,{SEEN},99,12,office,\nV1,{SEEN},,,office,1\n")
    first = run("visits", "import", file, "--by", "ann", "--json")
    assert first.exit_code == 1
    assert [(one["row"], one["column"]) for one in first.document["refused"]] == [(3, "provider"), (4, "visit")]
    assert first.document["new"] == 1
    file.write_text(HEADER + f"V1,{SEEN},99,,office,130.00\n")
    second = run("visits", "import", file, "--by", "ann", "--json").document
    assert (second["new"], second["changed"], second["unknown_accounts"]) == (0, 1, [99])
    third = run("visits", "import", file, "--by", "ann", "--json").document
    assert (third["new"], third["changed"], third["already"]) == (0, 0, 1)


def test_a_visit_without_charges_is_asked_for_with_its_worth_until_they_come(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.csv"
    file.write_text(HEADER + f"V1,{SEEN},,,office,120.00\n")
    run("visits", "import", file, "--by", "ann")
    assert look(books, practice, date(2026, 3, 2)) == 0
    assert look(books, practice, date(2026, 3, 3)) == 1
    assert look(books, practice, date(2026, 3, 4)) == 0
    (item,) = open_items(books, practice)
    assert item.reason == f"Visit 1 of {SEEN} (office) has no charges after 3 days: worth 120.00"
    assert (item.details["worth_cents"], item.owner) == (12000, "coder")
    assert [row["worth_cents"] for row in run("visits", "list", "--waiting", "--json").document] == [12000]
    claim = check_in(books, practice, encounter(1, reference="V1")).claim_number
    look(books, practice, date(2026, 3, 5))
    assert open_items(books, practice) == []
    assert run("visits", "list", "--waiting", "--json").document == []
    (row,) = run("visits", "list", "--json").document
    assert (row["state"], row["claim"]) == ("claimed", claim)


def test_a_visit_is_worth_the_median_of_its_type_when_nobody_said(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.csv"
    charged = [(f"V{n}", cents) for n, cents in enumerate((9000, 15000, 80000), 1)]
    file.write_text(HEADER + "".join(f"{key},{SEEN},,,office,\n" for key, _ in [*charged, ("V9", 0)]))
    run("visits", "import", file, "--by", "ann")
    for ordinal, (key, cents) in enumerate(charged, 1):
        claim = check_in(books, practice, encounter(ordinal, reference=key)).claim_number
        with books.transaction(practice) as session:
            owed = leg(LedgerAccount.PAYER_RECEIVABLE, cents, claim_number=claim)
            post(session, practice, f"charge {key}", owed, leg(LedgerAccount.REVENUE, -cents, claim_number=claim))
    look(books, practice, date(2026, 3, 9))
    (item,) = open_items(books, practice)
    assert item.details["worth_cents"] == 15000


def test_patient_and_day_link_a_visit_whose_id_no_claim_bears(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    check_in(books, practice, encounter(1, patient=person("Testpatient")))
    with books.transaction(practice) as session:
        account = session.scalars(select(Account.number)).one()
    file = tmp_path / "schedule.csv"
    file.write_text(HEADER + f"V1,{SEEN},{account},,office,\n")
    assert run("visits", "import", file, "--by", "ann", "--json").document["charged"] == 1


def test_excusing_a_visit_keeps_who_and_why_and_closes_its_item(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.csv"
    file.write_text(HEADER + f"V1,{SEEN},,,office,\n")
    run("visits", "import", file, "--by", "ann")
    look(books, practice, date(2026, 3, 9))
    assert "its worth is not known" in open_items(books, practice)[0].reason
    assert run("visits", "excuse", 1, "--by", "ann", "--reason", "patient left").exit_code == 0
    assert open_items(books, practice) == []
    again = run("visits", "excuse", 1, "--by", "bob", "--reason", "other")
    assert again.exit_code == 1
    assert "excused by ann already" in again.error_line
    assert run("visits", "excuse", 7, "--by", "bob", "--reason", "x").exit_code == 1
    run("visits", "import", file, "--by", "ann")
    with books.transaction(practice) as session:
        row = session.scalars(select(Visit)).one()
        assert (row.state, row.decided_by, row.decided_reason) == ("excused", "ann", "patient left")
        assert session.execute(update(Visit).where(Visit.state == "waiting").values(state="x")).rowcount == 0
