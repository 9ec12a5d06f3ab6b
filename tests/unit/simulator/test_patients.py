"""Patients pay what their habit says, once, and never more than their last statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from simulator.clearinghouse.day import advance
from simulator.clearinghouse.desk import Desk, Folders
from simulator.clearinghouse.misbehaviour import misbehave
from simulator.clearinghouse.patients import StatementInHand, habit_of, receive_statement
from simulator.store.database import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folders = Folders(state=tmp_path)
    folders.create()
    database = Database(folders.database)
    yield Desk(database=database, folders=folders, seed=5)
    database.close()


def _account(desk: Desk, habit: str) -> int:
    return next(number for number in range(1, 1000) if habit_of(desk.seed, number) == habit)


def _statement(account: int, step: int = 1, balance: int = 9001, dated: date = NOW.date()) -> StatementInHand:
    return StatementInHand(
        organisation=1, account=account, statement=account * 10, step=step, balance_cents=balance, dated=dated
    )


def _paid(desk: Desk) -> list[int]:
    return [row["amount_cents"] for row in desk.database.rows("SELECT amount_cents FROM patient_payments")]


def test_habits_are_spread_as_promised() -> None:
    found = Counter(habit_of(7, account) for account in range(20_000))
    shares = {habit: round(100 * count / 20_000) for habit, count in found.items()}
    assert shares == {"now": 55, "after the second": 25, "half": 8, "never": 12}


@pytest.mark.parametrize(
    ("habit", "first", "second"),
    [("now", [9001], [9001]), ("after the second", [], [9001]), ("half", [4501], [4501]), ("never", [], [])],
)
def test_a_habit_decides_what_is_paid_on_which_statement(
    desk: Desk, habit: str, first: list[int], second: list[int]
) -> None:
    account = _account(desk, habit)
    receive_statement(desk, _statement(account), NOW)
    assert _paid(desk) == first
    receive_statement(desk, _statement(account, step=2), NOW)
    assert _paid(desk) == second


def test_a_check_in_the_post_is_not_written_twice(desk: Desk) -> None:
    account = _account(desk, "now")
    receive_statement(desk, _statement(account), NOW)
    receive_statement(desk, _statement(account, step=2, balance=12000), NOW)
    assert sum(_paid(desk)) == 12000


def test_a_later_statement_is_paid_when_the_earlier_payment_was_counted(desk: Desk) -> None:
    account = _account(desk, "now")
    receive_statement(desk, _statement(account), NOW)
    later = NOW + timedelta(days=40)
    advance(desk, later)
    receive_statement(desk, _statement(account, balance=500, dated=later.date()), later)
    assert _paid(desk) == [9001, 500]


def test_a_patient_may_be_told_to_pay_twice(desk: Desk) -> None:
    misbehave(desk.database, {"pays_twice": True})
    receive_statement(desk, _statement(_account(desk, "now")), NOW)
    assert _paid(desk) == [9001, 9001]
    checks = desk.database.rows("SELECT DISTINCT check_number FROM patient_payments")
    assert len(checks) == 2


def test_a_days_checks_of_an_organisation_come_in_one_lockbox_file(desk: Desk) -> None:
    payers = [number for number in range(1, 200) if habit_of(desk.seed, number) == "now"]
    for account in payers:
        receive_statement(desk, _statement(account), NOW)
        receive_statement(desk, replace(_statement(account + 1000), organisation=2), NOW)
    advance(desk, NOW + timedelta(days=30))
    files = sorted(desk.folders.outbound.glob("lockbox-*.csv"))
    assert len({file.name for file in files}) == len(files)
    lines = [line for file in files for line in file.read_text().splitlines()[1:]]
    assert len(lines) == len(_paid(desk))
    for file in files:
        header, *rows = file.read_text().splitlines()
        assert header == "deposit,check_number,account,statement,amount_cents,received_on"
        assert {row.split(",")[0] for row in rows} == {file.stem}
        assert len({row.split(",")[-1] for row in rows}) == 1
