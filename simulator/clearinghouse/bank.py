"""The practice's bank: one CSV for each day on which money came in."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from itertools import groupby

from simulator.clearinghouse.answers import free_name, keep_answer
from simulator.clearinghouse.desk import Desk, opening_of
from simulator.store.database import stored

HEADER = ("date", "amount", "trace", "payer", "method")
_LONGEST_NAME = 16
"""The company name of an ACH entry holds no more."""


def keep_deposit(desk: Desk, day: date, amount_cents: int, trace: str, payer: str, method: str) -> None:
    """Note money that came in; call it inside the transaction of its cause. Nothing is noted for no money."""
    if amount_cents:
        desk.database.insert(
            "bank_lines",
            day=day.isoformat(),
            amount_cents=amount_cents,
            trace=trace,
            payer=payer[:_LONGEST_NAME].strip().upper(),
            method=method,
            state="waiting",
        )


def report_deposits(desk: Desk, now: datetime) -> int:
    """Make the bank's file of every day that has unreported money; returns how many."""
    with desk.database.transaction():
        lines = desk.database.rows("SELECT * FROM bank_lines WHERE state = 'waiting' ORDER BY day, trace, id")
        made = 0
        for day_text, members in groupby(lines, key=lambda row: row["day"]):
            day = date.fromisoformat(day_text)
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(HEADER)
            for row in members:
                cents = int(row["amount_cents"])
                amount = f"{cents // 100}.{cents % 100:02d}"
                writer.writerow((day_text, amount, row["trace"], row["payer"], row["method"]))
                desk.database.execute("UPDATE bank_lines SET state = 'reported' WHERE id = ?", row["id"])
            made_at = min(now, opening_of(day, now.tzinfo))
            name = free_name(desk, f"bank-{day:%Y%m%d}", "csv")
            keep_answer(desk, "bank", name, stored(made_at), text.getvalue().encode())
            made += 1
        return made
