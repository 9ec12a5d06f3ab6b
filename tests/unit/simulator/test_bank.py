"""The bank tells of every payment once, on the day it came in."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from tests.unit.simulator.claims_for_tests import a_claim
from tests.unit.simulator.practice_for_tests import LATER, Practice, parts_of


def deposits(files: dict[str, bytes]) -> list[dict[str, str]]:
    names = sorted(name for name in files if name.startswith("bank-"))
    return [row for name in names for row in csv.DictReader(files[name].decode().splitlines())]


def test_each_payment_of_an_835_is_in_the_bank_on_its_day_under_its_trace_number(practice: Practice) -> None:
    practice.sends(a_claim(), a_claim("MCARE", control_number="3-1"))
    practice.waits_until(LATER)
    files = practice.fetches()
    remitted = [part for name, content in files.items() if name.startswith("835") for part in parts_of(content)]
    told = {(row["date"], row["trace"], row["amount"], row["method"]) for row in deposits(files)}
    payments = [(part.payment, part.trace.number) for part in remitted]  # type: ignore[union-attr]
    assert told == {
        (payment.effective_date.isoformat(), trace, f"{payment.amount_cents / 100:.2f}", "ach")
        for payment, trace in payments
        if payment.amount_cents
    }
    assert told
    practice.waits_until(LATER + timedelta(days=30))
    assert deposits(practice.fetches()) == []


def test_the_days_lockbox_is_one_deposit_under_its_own_number(practice: Practice) -> None:
    for account in range(1, 9):
        practice.mails(
            f"S-{account}",
            "statement",
            account=account,
            statement=account,
            step=2,
            balance_cents=5000,
            date="2026-01-12",
        )
    practice.waits_until(LATER)
    files = practice.fetches()
    sums = {
        name.removesuffix(".csv"): sum(int(row["amount_cents"]) for row in csv.DictReader(text.decode().splitlines()))
        for name, text in files.items()
        if name.startswith("lockbox")
    }
    assert sums
    told = {row["trace"]: row["amount"] for row in deposits(files) if row["method"] == "lockbox"}
    assert told == {name: f"{cents / 100:.2f}" for name, cents in sums.items()}


def test_a_restart_reports_nothing_twice(practice: Practice, tmp_path: Path) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    before = deposits(practice.fetches())
    again = Practice(state=practice.state)
    again.waits_until(LATER + timedelta(days=1))
    assert len(before) == 1
    assert deposits(again.fetches()) == []
    again.desk.database.close()
