"""One receivable leg for each decision of a payer, in place of one for each thing it said.

Planning pairs every leg with the payer's receivable. In the books those halves stand as one leg, their sum: the
legs beside it say what it is made of, and a remittance of ten thousand claims writes half as many entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.ledger.chart import LedgerAccount, Leg

SETTLED = "sum of this decision's legs"
"""What the receivable leg cites."""


def with_one_receivable(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs of a decision on one claim, with their receivable halves added up; none where they cancel out."""
    kept: list[Leg] = []
    half: Leg | None = None
    cents = 0
    for leg in legs:
        if leg.ledger_account is LedgerAccount.PAYER_RECEIVABLE:
            half = leg
            cents += leg.amount_cents
        else:
            kept.append(leg)
    if half is not None and cents:
        kept.append(replace(half, amount_cents=cents, cites=SETTLED))
    return tuple(kept)


def in_pairs(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs as they were planned: each beside its receivable half, whether these were added up or not."""
    pairs: list[Leg] = []
    for leg in legs:
        if leg.ledger_account is not LedgerAccount.PAYER_RECEIVABLE:
            half = replace(leg, ledger_account=LedgerAccount.PAYER_RECEIVABLE, amount_cents=-leg.amount_cents)
            pairs += (leg, half)
    return tuple(pairs)
