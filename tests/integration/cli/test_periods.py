"""Closed months: refused when early, kept with their totals, never written into again; and the ledger's export."""

from __future__ import annotations

import csv
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from domain.ledger.chart import LedgerAccount
from storage import ledger, periods
from storage.clock import PostgresBusinessClock
from storage.models import Posting
from storage.organisations import ensure_organisation, local_practice
from storage.serialise import from_json
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import leg

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)
BANK, CASH = LedgerAccount.BANK, LedgerAccount.UNAPPLIED_CASH


def book(books: Books, practice: int, key: str, on: date, cents: int = 100) -> bool:
    with books.transaction(practice) as session:
        return ledger.post(
            session,
            practice,
            key=key,
            kind="deposit",
            cites="test",
            by="test",
            business_date=on,
            legs=[leg(BANK, cents), leg(CASH, -cents)],
        )


def dated(books: Books, practice: int, key: str) -> tuple[date, str]:
    with books.transaction(practice) as session:
        row = session.scalars(select(Posting).where(Posting.key == key)).one()
        return row.business_date, row.cites


@pytest.fixture(autouse=True)
def november(books: Books, practice: int) -> None:
    """The business clock stands in late November 2026 or later."""
    clock = PostgresBusinessClock(books)
    if clock.now() < datetime(2026, 11, 20, tzinfo=UTC):
        clock.move_to(datetime(2026, 11, 20, tzinfo=UTC))


def test_a_month_is_closed_with_its_totals_once(run: CommandLine, books: Books, practice: int) -> None:
    book(books, practice, "a", SEPTEMBER)
    book(books, practice, "b", OCTOBER, 250)
    early = run("period", "close", "2026-10", "--by", "ann")
    assert early.exit_code == 1
    assert "2026-09 is still open: close it before 2026-10" in early.error_line
    assert run("period", "close", "2026-09", "--by", "ann").exit_code == 0
    done = run("period", "close", "2026-10", "--by", "bob", "--json").document
    assert (done["new"], done["postings"]) == (True, 1)
    assert done["accounts"]["bank"] == {"debit_cents": 250, "credit_cents": 0, "balance_cents": 350}
    again = run("period", "close", "2026-10", "--by", "eve", "--json").document
    assert (again["new"], again["closed_by"]) == (False, "bob")
    listed = run("period", "list", "--json").document
    assert [(row["month"], row["state"]) for row in listed][-2:] == [("2026-10", "closed"), ("2026-09", "closed")]
    assert listed[0]["state"] == "open"


def test_a_month_that_is_not_over_is_not_closed(run: CommandLine) -> None:
    refused = run("period", "close", "2099-01", "--by", "ann")
    assert refused.exit_code == 1
    assert "2099-01 is not over yet: close it on 2099-02-01 or later" in refused.error_line
    assert run("period", "close", "october", "--by", "ann").exit_code == 2
    assert run("period", "close", "2026-10", "--by", " ").exit_code == 1


def test_what_belongs_to_a_closed_month_is_dated_into_the_open_one_and_says_so(
    run: CommandLine, books: Books, practice: int
) -> None:
    book(books, practice, "a", OCTOBER)
    run("period", "close", "2026-10", "--by", "ann")
    assert book(books, practice, "late", OCTOBER)
    assert dated(books, practice, "late") == (date(2026, 11, 1), "test (of 2026-10-31, whose month is closed)")
    assert not book(books, practice, "a", OCTOBER)
    assert dated(books, practice, "a") == (OCTOBER, "test")
    book(books, practice, "now", date(2026, 11, 5))
    assert dated(books, practice, "now") == (date(2026, 11, 5), "test")


def test_the_database_itself_refuses_a_posting_into_a_closed_month_of_its_organisation_only(
    run: CommandLine, books: Books, practice: int
) -> None:
    book(books, practice, "a", OCTOBER)
    run("period", "close", "2026-10", "--by", "ann")
    row = {"key": "behind", "kind": "deposit", "cites": "", "by": "x", "business_date": OCTOBER}
    with pytest.raises(IntegrityError, match="its month 2026-10 is closed"), books.transaction(practice) as session:
        session.execute(insert(Posting).values(organisation_id=practice, **row))
    with books.system() as session:
        from domain.people.parties import BillingProvider

        provider = from_json(BillingProvider, local_practice()["provider"])
        ensure_organisation(session, 2, name="Harbor", time_zone="America/New_York", provider=provider)
    assert book(books, 2, "theirs", OCTOBER)
    assert dated(books, 2, "theirs")[0] == OCTOBER


def test_closing_waits_for_postings_on_their_way_and_later_ones_are_dated_into_the_open_month(
    books: Books, practice: int
) -> None:
    """The close begins while a posting is written and not committed; the totals hold it all the same."""
    with ThreadPoolExecutor(1) as pool:
        with books.transaction(practice) as session:
            legs = [leg(BANK, 100), leg(CASH, -100)]
            told = {"kind": "deposit", "cites": "test", "by": "test", "business_date": OCTOBER}
            ledger.post(session, practice, key="on its way", legs=legs, **told)
            closing = pool.submit(_close_october, books, practice)
            assert waits_for_a_lock(books)
        assert closing.result(timeout=20).totals["postings"] == 1
    book(books, practice, "after", OCTOBER)
    assert dated(books, practice, "after")[0] == date(2026, 11, 1)


def _close_october(books: Books, practice: int) -> periods.ClosedMonth:
    with books.system() as session:
        return periods.close(session, practice, date(2026, 10, 1), by="ann", today=date(2026, 11, 20))


def waits_for_a_lock(books: Books) -> bool:
    """Whether some transaction waits for the table of postings, within ten seconds."""
    waiting = text("select count(*) from pg_locks where not granted and relation = 'postings'::regclass")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with books.system() as session:
            if session.scalar(waiting):
                return True
    return False


def test_the_export_balances_and_ends_with_its_totals(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    for key, on, cents in (("a", SEPTEMBER, 100), ("b", date(2026, 10, 2), 250), ("c", date(2026, 10, 9), -50)):
        book(books, practice, key, on, cents)
    out = tmp_path / "gl.csv"
    done = run("ledger", "export", "--from", "2026-10-01", "--to", "2026-10-20", "--out", out, "--json")
    assert done.exit_code == 0
    assert done.document["balanced"] is True
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows == [
        ["date", "account", "debit", "credit", "organisation"],
        ["2026-10-20", "bank", "2.50", "0.50", "1"],
        ["2026-10-20", "unapplied_cash", "0.50", "2.50", "1"],
        ["total", "", "3.00", "3.00", "1"],
    ]
    by_day = run("ledger", "export", "--from", "2026-09-01", "--to", "2026-10-31", "--by-day")
    assert [line.split(",")[0] for line in by_day.stdout.splitlines()[1:-1]] == [
        "2026-09-30",
        "2026-09-30",
        "2026-10-02",
        "2026-10-02",
        "2026-10-09",
        "2026-10-09",
    ]
    assert "are not closed" in by_day.stderr
    months = run("ledger", "export", "--from", "2026-09-01", "--to", "2026-10-31").stdout.splitlines()
    assert [line.split(",")[0] for line in months[1::2]] == ["2026-09-30", "2026-10-31", "total"]
    assert run("ledger", "export", "--from", "2026-10-02", "--to", "2026-10-01").exit_code == 2


def test_an_export_of_nothing_is_balanced_and_only_totals(run: CommandLine) -> None:
    nothing = run("ledger", "export", "--from", "2026-10-01", "--to", "2026-10-31")
    assert nothing.stdout.splitlines()[1:] == ["total,,0.00,0.00,1"]
