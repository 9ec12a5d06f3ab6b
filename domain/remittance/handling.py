"""Whether a remittance may be posted as a whole, before any claim is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ledger.posting import announces_money
from domain.remittance.balancing import Imbalance, Level, dollars
from domain.remittance.remittance import Remittance


def whole_problems(remittance: Remittance, imbalances: Sequence[Imbalance]) -> tuple[str, ...]:
    """Why the whole transaction waits for a person, with the arithmetic; empty where it may be posted.

    ``imbalances`` are those of ``balancing.problems``.
    """
    found = [problem.message for problem in imbalances if problem.level is Level.TRANSACTION]
    if not announces_money(remittance) and remittance.payment_cents:
        found.append(
            f"BPR01 {remittance.handling} moves no money, but BPR02 says {dollars(remittance.payment_cents)}: "
            "no deposit is booked"
        )
    if remittance.payment_cents < 0:
        found.append(f"BPR02 is {dollars(remittance.payment_cents)}: a payment is never negative")
    return tuple(found)
