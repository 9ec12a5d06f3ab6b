"""Payment days: one 835 for each payer, provider and day, ordered by claim number."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from sqlite3 import Row

import x12
from simulator.clearinghouse.answers import free_name, keep_answer
from simulator.clearinghouse.bank import keep_deposit
from simulator.clearinghouse.decisions import decision_of
from simulator.clearinghouse.desk import Desk, opening_of
from simulator.clearinghouse.double_payments import recoupments_due
from simulator.derivation import claim_and_attempt
from simulator.store.database import stored
from simulator.wire.envelope import interchange
from simulator.wire.remittance import PaidClaim, ProviderEntry, remittance


def pay_due_claims(desk: Desk, now: datetime) -> int:
    """Make the remittances of every payment day up to now; returns how many.

    A run that cannot be written in X12 is held with a line on standard error: it never stops the others.
    """
    due = desk.database.rows(
        "SELECT d.*, c.received_on, c.control_number FROM decisions d JOIN claims c ON c.id = d.claim_id "
        "WHERE d.state = 'waiting' AND d.due <= ?",
        stored(now),
    )
    made = 0
    for _, members in groupby(sorted(due, key=_run_of), key=_run_of):
        rows = list(members)
        try:
            with desk.database.transaction():
                _pay_run(desk, rows, now)
            made += 1
        except x12.X12Invalid as unwritable:
            with desk.database.transaction():
                for row in rows:
                    desk.database.execute("UPDATE decisions SET state = 'held' WHERE id = ?", row["id"])
            found = ", ".join(f"{error.place} {error.code}" for error in unwritable.errors)
            sys.stderr.write(f"simulator: a remittance of {rows[0]['payer']} cannot be written: {found}\n")
    return made


def _run_of(row: Row) -> tuple[str, str, str, str]:
    return row["pay_on"], row["payer"], row["payee"], row["submitter"]


def _claim_order(row: Row) -> tuple[int, str, int, str, int, int]:
    """By claim number, then attempt; a reversal stands before the decision that follows it."""
    number, attempt = claim_and_attempt(row["control_number"])
    return len(number), number, len(attempt), attempt, 1 - int(row["reversal"]), int(row["id"])


def _pay_run(desk: Desk, rows: list[Row], now: datetime) -> None:
    rows.sort(key=_claim_order)
    pay_on_text, payer, payee, submitter = _run_of(rows[0])
    pay_on = date.fromisoformat(pay_on_text)
    made_at = min(now, opening_of(pay_on, now.tzinfo))
    persona = desk.personas[payer]
    trace = _trace(desk, payer, pay_on)
    paid = [
        PaidClaim(
            claim=decision.claim,
            verdict=decision.verdict,
            icn=decision.icn,
            received_on=date.fromisoformat(row["received_on"]),
        )
        for row in rows
        for decision in (decision_of(row),)
    ]
    recouped = recoupments_due(desk, payer, payee, trace, pay_on)
    entries = _provider_entries(desk, payer, payee, trace, paid, recouped)
    content = remittance(persona, trace, pay_on, made_at.date(), paid, entries)
    name = free_name(desk, f"835-{trace}".lower(), "x12")
    keep_answer(desk, "835", name, stored(made_at), interchange(desk, payer, submitter, made_at, content))
    desk.database.insert(
        "remittances",
        trace=trace,
        payer=payer,
        payee=payee,
        pay_on=pay_on_text,
        amount_cents=content.payment.amount_cents,
    )
    keep_deposit(desk, pay_on, content.payment.amount_cents, trace, persona.name, content.payment.method.lower())
    for row in rows:
        desk.database.execute("UPDATE decisions SET state = 'paid', trace = ? WHERE id = ?", trace, row["id"])


def _trace(desk: Desk, payer: str, pay_on: date) -> str:
    """TRN02: payer, day and the day's run; short enough for STC09 of a 277 (16 characters)."""
    earlier = desk.database.rows("SELECT 1 FROM remittances WHERE payer = ? AND pay_on = ?", payer, pay_on.isoformat())
    return f"{payer}{pay_on:%y%m%d}{len(earlier) + 1:04d}"


def _provider_entries(
    desk: Desk, payer: str, payee: str, trace: str, paid: Sequence[PaidClaim], recouped: Sequence[ProviderEntry]
) -> list[ProviderEntry]:
    """PLB: what is held back for payments made twice (WO), the contract's withhold (E3), and money the provider
    owes, carried from one remittance to the next (FB: positive is taken now, negative is forwarded; X221A1 1.10.2)."""
    entries = list(recouped)
    withheld = sum(item.verdict.withheld_cents for item in paid)
    if withheld:
        entries.append(ProviderEntry(reason="E3", reference=trace, amount_cents=withheld))
    owed = desk.database.row(
        "SELECT owed_cents, reference FROM forwarding_balances WHERE payer = ? AND payee = ?", payer, payee
    )
    if owed is not None:
        entries.append(ProviderEntry(reason="FB", reference=owed["reference"], amount_cents=owed["owed_cents"]))
        desk.database.execute("DELETE FROM forwarding_balances WHERE payer = ? AND payee = ?", payer, payee)
    left = sum(item.verdict.paid_cents for item in paid) - sum(entry.amount_cents for entry in entries)
    if left < 0:
        entries.append(ProviderEntry(reason="FB", reference=trace, amount_cents=left))
        desk.database.insert("forwarding_balances", payer=payer, payee=payee, owed_cents=-left, reference=trace)
    return entries
