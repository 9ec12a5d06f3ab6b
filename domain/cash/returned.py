"""A patient's payment that came back: a check returned unpaid, or a card payment charged back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.ledger.chart import LedgerAccount, Leg

RETURNED = "came back unpaid: "
"""How the legs of the reversal begin what they cite."""


def plan_returned(paid: Sequence[Leg], credit_cents: int, used: Sequence[Leg]) -> tuple[Leg, ...]:
    """What the payment did, taken back leg by leg; ``paid`` are the legs of its posting.

    ``credit_cents`` is what the patient has paid ahead at this moment, ``used`` the legs on the patient's receivable
    that credit has paid since, in order: what it paid out of this payment is owed again, the last first. What was
    refunded meanwhile stays as a debit of the patient's credit for a person to collect.
    """
    legs = tuple(_turned(leg) for leg in paid)
    short = sum(leg.amount_cents for leg in legs if leg.ledger_account is LedgerAccount.PATIENT_CREDIT) - credit_cents
    for leg in reversed(used):
        back = min(short, -leg.amount_cents)
        if back <= 0:
            continue
        owed = replace(leg, amount_cents=back, cites=RETURNED + leg.cites)
        legs += (owed, replace(owed, ledger_account=LedgerAccount.PATIENT_CREDIT, amount_cents=-back))
        short -= back
    return legs


def _turned(leg: Leg) -> Leg:
    return replace(leg, amount_cents=-leg.amount_cents, cites=RETURNED + leg.cites)
