"""Whether a remittance may be posted as a whole, before any claim is looked at."""

from __future__ import annotations

from domain.ledger.posting import announces_money
from domain.remittance import balancing
from domain.remittance.balancing import Level, dollars
from domain.remittance.remittance import Remittance


def whole_problems(remittance: Remittance) -> tuple[str, ...]:
    """Why the whole transaction waits for a person, with the arithmetic; empty where it may be posted."""
    found = [problem.message for problem in balancing.problems(remittance) if problem.level is Level.TRANSACTION]
    if not announces_money(remittance) and remittance.payment_cents:
        found.append(
            f"BPR01 {remittance.handling} moves no money, but BPR02 says {dollars(remittance.payment_cents)}: "
            "no deposit is booked"
        )
    if remittance.payment_cents < 0:
        found.append(f"BPR02 is {dollars(remittance.payment_cents)}: a payment is never negative")
    return tuple(found)
