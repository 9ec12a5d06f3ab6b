"""The bank's deposits through the command line: imported once, matched, explained, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.ledger.chart import LedgerAccount
from storage import ledger
from storage.models import BankDeposit, DepositMatch, Posting, RemittanceRow, WorkItem
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import leg, post

HEADER = "payer,date,trace,amount,method\n"


def announce(books: Books, practice: int, trace: str, cents: int, payer: str = "EVERGREEN PPO") -> int:
    """A remittance as an 835 leaves it: its row, and its money in clearing."""
    with books.transaction(practice) as session:
        row = RemittanceRow(
            organisation_id=practice,
            key=f"npi|1234567890|{trace}|20261014",
            file_id=_a_file(session, practice),
            payee_npi="1234567893",
            payer_identifier="1234567890",
            trace_number=trace,
            payment_date=date(2026, 10, 14),
            payment_cents=cents,
            method="ACH",
            balanced=True,
            payer_name=payer,
        )
        session.add(row)
        session.flush()
        clearing = leg(LedgerAccount.REMITTANCE_CLEARING, cents)
        post(session, practice, f"deposit|{trace}", clearing, leg(LedgerAccount.UNAPPLIED_CASH, -cents))
        return row.id


def _a_file(session, practice: int) -> int:  # type: ignore[no-untyped-def]
    from storage import files
    from tests.integration.storage.samples import NOW

    return files.receive(session, practice, "835.x12", b"ISA", NOW).id


def balances(books: Books, practice: int) -> dict[str, int]:
    with books.transaction(practice) as session:
        assert ledger.is_balanced(session)
        return {name: cents for name, cents in ledger.trial_balance(session).items() if cents}


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return tmp_path / "bank.csv"


def test_a_matched_deposit_moves_the_money_from_clearing_to_the_bank(
    run: CommandLine, books: Books, practice: int, bank: Path
) -> None:
    number = announce(books, practice, "T0001", 50000)
    bank.write_text(HEADER + "EVERGREEN,2026-10-15,T0001,500.00,ach\nCEDAR,2026-10-15,T0002,20,ach\n")
    done = run("deposit", "import", bank, "--by", "ann", "--json")
    assert done.exit_code == 0
    (matched,) = done.document["matched"]
    assert (matched["remittance"], matched["amount_cents"], matched["by"]) == (number, 50000, "trace")
    assert balances(books, practice) == {"bank": 50000, "unapplied_cash": -50000}
    listed = run("deposit", "list", "--json").document
    assert [(row["trace"], row["state"], row["open_cents"]) for row in listed] == [
        ("T0002", "open", 2000),
        ("T0001", "matched", 0),
    ]
    assert [row["trace"] for row in run("deposit", "list", "--open", "--json").document] == ["T0002"]


def test_a_file_imported_twice_or_entered_by_hand_as_well_changes_nothing(
    run: CommandLine, books: Books, practice: int, bank: Path
) -> None:
    announce(books, practice, "T0001", 50000)
    bank.write_text(HEADER + "EVERGREEN,2026-10-15,T0001,500.00,ach\n")
    run("deposit", "import", bank, "--by", "ann")
    before = balances(books, practice)
    again = run("deposit", "import", bank, "--by", "ann", "--json").document
    assert (again["new"], again["already"], again["matched"]) == ([], 1, [])
    by_hand = ("--date", "2026-10-15", "--amount", "500", "--trace", "T0001", "--payer", "Evergreen PPO")
    assert run("deposit", "add", *by_hand, "--by", "bob", "--json").document["already"] == 1
    assert balances(books, practice) == before
    another = run("deposit", "add", *by_hand, "--by", "bob", "--id", "second", "--json").document
    assert (len(another["new"]), another["matched"]) == (1, [])


def test_a_bad_row_is_named_and_the_others_are_kept(run: CommandLine, bank: Path) -> None:
    bank.write_text(HEADER + "EVERGREEN,yesterday,T1,500.00,ach\nCEDAR,2026-10-15,T2,20,ach\n")
    done = run("deposit", "import", bank, "--by", "ann", "--json")
    assert done.exit_code == 1
    assert done.document["refused"] == [
        {"row": 2, "column": "date", "why": "must be a date, as 2026-10-31 or 10/31/2026"}
    ]
    assert len(done.document["new"]) == 1
    bank.write_text("nothing\n")
    refused = run("deposit", "import", bank, "--by", "ann")
    assert refused.exit_code == 1
    assert "date and amount not found" in refused.error_line


def test_a_person_matches_a_part_and_never_more_than_was_announced(
    run: CommandLine, books: Books, practice: int
) -> None:
    announce(books, practice, "T0001", 50000)
    (number,) = run(
        "deposit", "add", "--date", "2026-10-20", "--amount", "700", "--trace", "X", "--by", "ann", "--json"
    ).document["new"]
    too_much = run("deposit", "match", number, "--trace", "T0001", "--amount", "600", "--by", "ann")
    assert too_much.exit_code == 1
    assert "announces 500.00, of which 0.00 is in the bank: 600.00 does not fit" in too_much.error_line
    part = run("deposit", "match", number, "--trace", "T0001", "--by", "ann", "--json").document
    assert (part["matched_cents"], part["open_cents"]) == (50000, 20000)
    assert run("deposit", "match", number, "--trace", "T0001", "--by", "ann").exit_code == 1
    rest = run("deposit", "explain", number, "--by", "ann", "--reason", "the bank's interest", "--account", "interest")
    assert rest.exit_code == 0
    assert balances(books, practice) == {"bank": 70000, "unapplied_cash": -50000, "interest": -20000}
    with books.transaction(practice) as session:
        assert session.scalars(select(BankDeposit.state)).one() == "explained"
        assert set(session.scalars(select(Posting.by).where(Posting.kind == "bank"))) == {"ann"}


def test_a_card_deposit_less_its_fee_covers_the_remittance_and_can_be_taken_back(
    run: CommandLine, books: Books, practice: int
) -> None:
    number = announce(books, practice, "T0001", 50000)
    line = ("--date", "2026-10-20", "--amount", "487.50", "--trace", "VCARD9", "--method", "card")
    (deposit,) = run("deposit", "add", *line, "--by", "ann", "--json").document["new"]
    order = ("deposit", "match", deposit, "--remittance", f"R{number}", "--by", "ann")
    assert "with a fee of 12.51 does not fit" in run(*order, "--amount", "487.50", "--fee", "12.51").error_line
    assert run(*order, "--fee", "12.50").exit_code == 0
    assert balances(books, practice) == {"bank": 48750, "write_off": 1250, "unapplied_cash": -50000}
    assert run("deposit", "expected", "--json").document == []
    assert [row["state"] for row in run("deposit", "list", "--json").document] == ["matched"]
    run("deposit", "unmatch", deposit, "--by", "ann", "--reason", "the fee was less")
    assert balances(books, practice) == {"remittance_clearing": 50000, "unapplied_cash": -50000}
    assert run("deposit", "match", deposit, "--remittance", "x", "--by", "ann").exit_code == 2


def test_what_was_matched_wrongly_is_taken_back_by_reversal_and_not_matched_again_by_itself(
    run: CommandLine, books: Books, practice: int
) -> None:
    announce(books, practice, "T0001", 50000)
    line = ("--date", "2026-10-20", "--amount", "500", "--trace", "T0001", "--by", "ann", "--json")
    (number,) = run("deposit", "add", *line).document["new"]
    assert run("deposit", "unmatch", number, "--by", "bob", "--reason", "another practice's money").exit_code == 0
    assert balances(books, practice) == {"remittance_clearing": 50000, "unapplied_cash": -50000}
    assert run("deposit", "add", *line).document["matched"] == []
    assert [row["open_cents"] for row in run("deposit", "expected", "--json").document] == [50000]
    assert run("deposit", "unmatch", number, "--by", "bob", "--reason", "again").exit_code == 1
    assert run("deposit", "match", number, "--trace", "T0001", "--by", "bob").exit_code == 0
    assert balances(books, practice) == {"bank": 50000, "unapplied_cash": -50000}


def test_a_returned_check_takes_the_money_out_of_the_bank_again(run: CommandLine, books: Books, practice: int) -> None:
    announce(books, practice, "1001", 50000)
    for amount, day in (("500", "2026-10-20"), ("-500", "2026-10-22")):
        run("deposit", "add", "--date", day, "--amount", amount, "--trace", "1001", "--by", "ann")
    assert balances(books, practice) == {"remittance_clearing": 50000, "unapplied_cash": -50000}
    with books.transaction(practice) as session:
        assert [row.amount_cents for row in session.scalars(select(DepositMatch))] == [50000, -50000]


def test_answers_that_cannot_be_given_are_one_clear_line(run: CommandLine, books: Books, practice: int) -> None:
    announce(books, practice, "SAME", 100)
    announce(books, practice, "OTHER", 100)
    assert "no deposit has the number 7" in run("deposit", "match", 7, "--trace", "SAME", "--by", "ann").error_line
    assert "no remittance has the trace" in run("deposit", "match", 7, "--trace", "NONE", "--by", "ann").error_line
    assert run("deposit", "match", 7, "--by", "ann").exit_code == 2
    assert run("deposit", "explain", 7, "--by", " ", "--reason", "x").exit_code == 1
    assert run("deposit", "add", "--date", "14.10.2026", "--amount", "5", "--by", "ann").exit_code == 2


def test_no_work_item_of_money_names_anybody(run: CommandLine, books: Books, practice: int, bank: Path) -> None:
    bank.write_text(HEADER + "ANN SECRET,2026-10-15,,500.00,check\n")
    run("deposit", "import", bank, "--by", "ann")
    with books.transaction(practice) as session:
        assert "SECRET" not in "".join(session.scalars(select(BankDeposit.key)))
        assert session.scalars(select(WorkItem)).all() == []
