"""A payer that pays a claim twice by mistake, and what it holds back for that by itself."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.adjudication.verdict import Verdict
from simulator.claim import SubmittedClaim
from simulator.clearinghouse.desk import Desk
from simulator.wire.remittance import ProviderEntry


def repeats_payment(desk: Desk, claim: SubmittedClaim, verdict: Verdict) -> bool:
    """Whether this payer's fault strikes: a first payer's clean payment of one of the procedures."""
    struck = desk.personas[claim.payer].pays_twice.procedures
    return (
        claim.sequence == "P"
        and verdict.paid_cents > 0
        and not verdict.denied_lines
        and any(line.procedure in struck for line in claim.lines)
    )


def keep_recoupment(desk: Desk, claim: SubmittedClaim, verdict: Verdict, again_on: date) -> None:
    """Plan that the second payment is held back, where this payer finds its faults by itself."""
    days = desk.personas[claim.payer].pays_twice.recoups_days
    if not days:
        return
    desk.database.insert(
        "recoupments",
        payer=claim.payer,
        payee=claim.payee,
        reference=claim.control_number,
        amount_cents=verdict.paid_cents,
        first_day=(again_on + timedelta(days=days[0])).isoformat(),
        last_day=(again_on + timedelta(days=days[-1])).isoformat(),
    )


def recoupments_due(desk: Desk, payer: str, payee: str, trace: str, pay_on: date) -> list[ProviderEntry]:
    """PLB WO of what is held back from this remittance, each with the claim that was paid twice."""
    due = desk.database.rows(
        "SELECT id, reference, amount_cents FROM recoupments "
        "WHERE payer = ? AND payee = ? AND trace = '' AND first_day <= ? AND last_day >= ? ORDER BY id",
        payer,
        payee,
        pay_on.isoformat(),
        pay_on.isoformat(),
    )
    for row in due:
        desk.database.execute("UPDATE recoupments SET trace = ? WHERE id = ?", trace, row["id"])
    return [ProviderEntry(reason="WO", reference=row["reference"], amount_cents=row["amount_cents"]) for row in due]
