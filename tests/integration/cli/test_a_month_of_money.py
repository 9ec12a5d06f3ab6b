"""October's money from a slip, a card and a bank file to the close and the accountant: each figure ties to the next."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.cli.test_deposits import announce
from tests.integration.cli.test_money_by_hand import account, balances, claim, eob, written

__all__ = ["account", "claim"]


@pytest.fixture
def late_november(books: Books, practice: int) -> None:
    """October is over, November is not."""
    clock = PostgresBusinessClock(books)
    if clock.now() < datetime(2026, 11, 20, tzinfo=UTC):
        clock.move_to(datetime(2026, 11, 20, tzinfo=UTC))


def exported(run: CommandLine, out: Path) -> dict[str, int]:
    """Balance in cents of each ledger account, as the accountant's file adds up."""
    assert run("ledger", "export", "--from", "2026-01-01", "--to", "2099-12-31", "--out", out).exit_code == 0
    *rows, total = list(csv.DictReader(out.read_text().splitlines()))
    assert total["date"] == "total"
    assert total["debit"] == total["credit"]
    found: dict[str, int] = {}
    for row in rows:
        cents = int((Decimal(row["debit"]) - Decimal(row["credit"])) * 100)
        found[row["account"]] = found.get(row["account"], 0) + cents
    return {name: cents for name, cents in found.items() if cents}


@pytest.mark.usefixtures("late_november")
def test_a_slip_a_card_and_a_bank_file_reach_the_accountant_to_the_cent(
    run: CommandLine, books: Books, practice: int, claim: int, account: int, tmp_path: Path
) -> None:
    check = {"account": str(account), "amount": "15.00", "method": "check", "reference": "77"}
    slip = {"number": "D-1", "total": "135.00"}
    file = written(tmp_path / "slip.json", slip=slip, remittances=[eob(claim)], payments=[check])
    assert run("remit", "enter", file, "--by", "ann").exit_code == 0
    card = announce(books, practice, "VC-1", 50000, payer="CARD PLAN")
    announce(books, practice, "ACH-1", 30000)
    bank = tmp_path / "bank.csv"
    bank.write_text(
        "date,amount,trace,payer,method\n2026-10-14,135.00,D-1,DEPOSIT,check\n"
        "2026-10-15,300.00,ACH-1,EVERGREEN PPO,ach\n"
        "2026-10-16,487.50,MERCHANT 5,CARD SERVICES,card\n2026-10-30,1.25,,INTEREST,other\n"
    )
    assert run("deposit", "import", bank, "--by", "ann").exit_code == 0
    waiting = {row["amount_cents"]: row["deposit"] for row in run("deposit", "list", "--open", "--json").document}
    assert sorted(waiting) == [125, 48750], "the slip and the ACH are proved by their numbers; nothing is guessed"
    assert (
        run("deposit", "match", waiting[48750], "--remittance", f"R{card}", "--fee", "12.50", "--by", "ann").exit_code
        == 0
    )
    why = ("--by", "ann", "--reason", "the bank's own interest", "--account", "interest")
    assert run("deposit", "explain", waiting[125], *why).exit_code == 0

    ledger = balances(books, practice)
    in_the_bank = sum(row["amount_cents"] for row in run("deposit", "list", "--json").document)
    assert ledger["bank"] == in_the_bank == 13500 + 30000 + 48750 + 125
    assert "remittance_clearing" not in ledger
    assert (ledger["write_off"], ledger["interest"]) == (1250, -125)
    assert run("deposit", "expected", "--json").document == []
    assert exported(run, tmp_path / "before.csv") == ledger

    open_months = [row["month"] for row in run("period", "list", "--json").document if row["state"] == "open"]
    for month in sorted(month for month in open_months if month < "2026-11"):
        assert run("period", "close", month, "--by", "bob").exit_code == 0
    returned = run("payment", "returned", _receipt(run, account), "--by", "ann", "--reason", "no funds", "--json")
    assert returned.exit_code == 0
    after = balances(books, practice)
    assert after["bank"] == ledger["bank"] - 1500
    assert exported(run, tmp_path / "after.csv") == after
    closed = ("ledger", "export", "--from", "2026-01-01", "--to", "2026-10-31", "--json")
    assert run(*closed).document["open_from"] is None, "what is closed grows no more"


def _receipt(run: CommandLine, account: int) -> object:
    (receipt,) = run("payment", "list", account, "--json").document
    return receipt["receipt"]
