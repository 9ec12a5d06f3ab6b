"""Whose a credit balance is: the payers' first, and the patient's only what the patient paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Creditor(StrEnum):
    """Who is owed money back."""

    PAYER = "payer"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerPaid:
    """What one payer paid on a claim, in cents, decision by decision; what it took back is negative."""

    payer_code: str
    rank: int
    """Place in the order of benefits: 1 primary."""
    payments: tuple[int, ...]

    @property
    def total_cents(self) -> int:
        """What the practice has of it now."""
        return sum(self.payments)

    @property
    def beyond_once_cents(self) -> int:
        """What it paid beyond its largest single decision: it decided once, and paid again."""
        return max(0, self.total_cents - max(self.payments, default=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overpayment:
    """Cents that belong to somebody else, and why."""

    creditor: Creditor
    amount_cents: int
    why: str
    payer_code: str = ""
    """Empty for a patient."""


def owed_to_payers(payer_receivable_cents: int, payers: Iterable[PayerPaid]) -> tuple[Overpayment, ...]:
    """Split what payers paid beyond the charge after all adjustments; at most one entry for each payer.

    First whoever paid the same decision more than once gets the repetition back. What is left goes back to the
    later payer before the earlier one: a later payer is liable only for what the earlier ones left (42 CFR 411.33,
    and coordination of benefits alike). Nobody gets more than it paid. Empty where the receivable is no credit.
    """
    left = -payer_receivable_cents
    later_first = sorted(payers, key=lambda payer: -payer.rank)
    back: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for payer in later_first:
        if (part := min(left, payer.beyond_once_cents)) > 0:
            back[payer.payer_code] = part
            reasons[payer.payer_code] = "it paid the same services more than once"
            left -= part
    for payer in later_first:
        if (part := min(left, payer.total_cents - back.get(payer.payer_code, 0))) > 0:
            back[payer.payer_code] = back.get(payer.payer_code, 0) + part
            reasons.setdefault(payer.payer_code, _beyond(payer, later_first))
            left -= part
    return tuple(
        Overpayment(
            creditor=Creditor.PAYER,
            amount_cents=back[payer.payer_code],
            why=reasons[payer.payer_code],
            payer_code=payer.payer_code,
        )
        for payer in sorted(later_first, key=lambda payer: payer.rank)
        if payer.payer_code in back
    )


def _beyond(payer: PayerPaid, payers: Sequence[PayerPaid]) -> str:
    if any(other.rank < payer.rank and other.total_cents > 0 for other in payers):
        return "it is the later payer, and together they paid more than was charged after all adjustments"
    return "it paid more than was charged after all adjustments"


def owed_to_patient(credit_cents: int, asked_cents: int) -> Overpayment | None:
    """What a guarantor's credit leaves once everything that is asked of the account is paid from it.

    ``credit_cents`` holds the patient's own payments only: a payer's second payment never becomes a patient's
    credit (it stays in the payer's receivable), so that nobody is refunded out of it.
    """
    amount = credit_cents - max(0, asked_cents)
    if amount <= 0:
        return None
    return Overpayment(
        creditor=Creditor.PATIENT, amount_cents=amount, why="the patient paid more than was asked, and nothing is open"
    )
