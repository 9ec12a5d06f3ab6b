"""Patients with a statement in hand: pay at once, after the second, half, or never."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from sqlite3 import Row

from simulator.clearinghouse.answers import free_name, keep_answer
from simulator.clearinghouse.bank import keep_deposit
from simulator.clearinghouse.desk import Desk, opening_of
from simulator.clearinghouse.misbehaviour import misbehaviour
from simulator.derivation import derived_between, derived_number
from simulator.store.database import stored

LOCKBOX_HEADER = ("deposit", "check_number", "account", "statement", "amount_cents", "received_on")
DAYS_TO_PAY = (4, 16)
_FORGETFUL = "accounts that pay twice"
_HABITS = ((55, "now"), (25, "after the second"), (8, "half"), (12, "never"))
"""Per cent of patients and when they pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementInHand:
    """A statement as it reached the patient."""

    organisation: int
    account: int
    statement: int
    step: int
    """The first statement of a balance is step 1."""
    balance_cents: int
    dated: date


def habit_of(seed: int, account: int) -> str:
    """When this patient pays: part of the seed's world, the same for every statement of an account."""
    throw = derived_number(seed, account, "patient habit") % 100
    for percent, habit in _HABITS:
        if throw < percent:
            return habit
        throw -= percent
    raise AssertionError("the habits cover every patient")


def forgetful_accounts(desk: Desk) -> set[int]:
    """Accounts whose patient pays each statement at once, and then once more."""
    return {int(account) for account in desk.database.fact(_FORGETFUL).split()}


def make_forgetful(desk: Desk, account: int) -> None:
    """Let this account's patient pay each statement twice."""
    known = sorted({*forgetful_accounts(desk), account})
    desk.database.remember(_FORGETFUL, " ".join(map(str, known)))


def receive_statement(desk: Desk, paper: StatementInHand, now: datetime) -> None:
    """Plan what the patient pays on this statement; a statement that repeats is paid once."""
    twice = misbehaviour(desk.database).pays_twice or paper.account in forgetful_accounts(desk)
    habit = "now" if paper.account in forgetful_accounts(desk) else habit_of(desk.seed, paper.account)
    wanted = _wanted_cents(habit, paper)
    amount = max(0, wanted - _already_on_its_way(desk, paper))
    if not amount:
        return
    question = (desk.seed, paper.account, paper.statement, paper.step)
    days = derived_between(*DAYS_TO_PAY, *question, "days to pay")
    received_on = now.date() + timedelta(days=days)
    copies = 2 if twice else 1
    for copy in range(copies):
        desk.database.insert(
            "patient_payments",
            organisation=paper.organisation,
            account=paper.account,
            statement=paper.statement,
            check_number=str(1000 + derived_number(*question, copy, "check") % 900_000),
            amount_cents=amount,
            received_on=received_on.isoformat(),
            due=stored(opening_of(received_on, now.tzinfo)),
            state="waiting",
        )


def _wanted_cents(habit: str, paper: StatementInHand) -> int:
    if habit == "now":
        return paper.balance_cents
    if habit == "after the second":
        return paper.balance_cents if paper.step >= 2 else 0
    if habit == "half":
        return (paper.balance_cents + 1) // 2 if paper.step <= 1 else 0
    return 0


def _already_on_its_way(desk: Desk, paper: StatementInHand) -> int:
    """Payments of the account that this statement cannot have counted yet."""
    row = desk.database.row(
        "SELECT COALESCE(SUM(amount_cents), 0) AS cents FROM patient_payments "
        "WHERE account = ? AND (state = 'waiting' OR received_on >= ?)",
        paper.account,
        paper.dated.isoformat(),
    )
    return int(row["cents"]) if row is not None else 0


def bank_due_payments(desk: Desk, now: datetime) -> int:
    """Make the lockbox files of every day up to now, one for each organisation; returns how many."""
    with desk.database.transaction():
        due = desk.database.rows(
            "SELECT * FROM patient_payments WHERE state = 'waiting' AND due <= ? "
            "ORDER BY received_on, organisation, account, statement, id",
            stored(now),
        )
        days = groupby(due, key=lambda row: (row["received_on"], row["organisation"]))
        return sum(_bank_day(desk, list(rows), now) for _, rows in days)


def _bank_day(desk: Desk, rows: Sequence[Row], now: datetime) -> int:
    received_on = date.fromisoformat(rows[0]["received_on"])
    name = free_name(desk, f"lockbox-{rows[0]['organisation']}-{received_on:%Y%m%d}", "csv")
    deposit = name.removesuffix(".csv")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LOCKBOX_HEADER)
    for row in rows:
        writer.writerow((deposit, *(row[column] for column in LOCKBOX_HEADER[1:])))
        desk.database.execute("UPDATE patient_payments SET state = 'delivered' WHERE id = ?", row["id"])
    keep_deposit(desk, received_on, sum(row["amount_cents"] for row in rows), deposit, "LOCKBOX", "lockbox")
    made_at = min(now, opening_of(received_on, now.tzinfo))
    keep_answer(desk, "lockbox", name, stored(made_at), text.getvalue().encode())
    return 1
