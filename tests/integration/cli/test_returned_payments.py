"""``claimflow payment list`` and ``payment returned``."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import ledger
from storage.models import Account, BankDeposit
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import check_in, encounter


@pytest.fixture
def account(books: Books, practice: int) -> int:
    check_in(books, practice, encounter(1))
    with books.transaction(practice) as session:
        return session.scalars(select(Account.number)).one()


def bank(books: Books, practice: int) -> int:
    with books.transaction(practice) as session:
        return ledger.trial_balance(session)["bank"]


def taken_by_the_bank(run: CommandLine, day: str, amount: str) -> int:
    run("deposit", "add", "--date", day, "--amount", amount, "--method", "check", "--by", "ann")
    (line,) = run("deposit", "list", "--json").document
    return int(line["deposit"])


def test_a_check_that_came_back_is_listed_explains_the_banks_line_and_is_taken_back_once(
    run: CommandLine, books: Books, practice: int, account: int
) -> None:
    run("payment", "add", account, "--amount", "25", "--reference", "1001", "--by", "ann")
    (paid,) = run("payment", "list", account, "--json").document
    assert (paid["amount_cents"], paid["reference"], paid["came_back_on"]) == (2500, "1001", None)
    deposit = taken_by_the_bank(run, paid["received_on"], "-25")

    order = ("payment", "returned", paid["receipt"], "--by", "dana", "--reason", "no funds", "--deposit", deposit)
    done = run(*order, "--json")

    assert (done.exit_code, done.document["new"], done.document["account"]) == (0, True, account)
    assert bank(books, practice) == 0
    with books.transaction(practice) as session:
        assert session.scalars(select(BankDeposit.state)).all() == ["explained"]
    assert run("payment", "list", account, "--json").document[0]["came_back_on"] is not None
    assert run(*order, "--json").document["new"] is False
    assert bank(books, practice) == 0


def test_a_bank_line_over_another_amount_explains_nothing(
    run: CommandLine, books: Books, practice: int, account: int
) -> None:
    run("payment", "add", account, "--amount", "25", "--reference", "1001", "--by", "ann")
    (paid,) = run("payment", "list", account, "--json").document
    deposit = taken_by_the_bank(run, paid["received_on"], "-20")
    refused = run("payment", "returned", paid["receipt"], "--by", "dana", "--reason", "x", "--deposit", deposit)
    assert refused.exit_code == 1
    assert "the payment that came back is 25.00: nothing was booked" in refused.error_line
    assert bank(books, practice) == 2500


@pytest.mark.parametrize(("receipt", "reason", "code"), [("7", "x", 1), ("0", "x", 2), ("7", " ", 1)])
def test_what_cannot_come_back_is_one_clear_line(run: CommandLine, receipt: str, reason: str, code: int) -> None:
    refused = run("payment", "returned", receipt, "--by", "dana", "--reason", reason)
    assert refused.exit_code == code
    assert refused.error_line
