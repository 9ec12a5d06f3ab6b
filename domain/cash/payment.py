"""Patients' money that people enter by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PaymentMethod(StrEnum):
    """How a patient paid."""

    CHECK = "check"
    CARD = "card"
    CASH = "cash"
    LOCKBOX = "lockbox"
    """A check that the lockbox took but its file could not tell."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPayment:
    """One payment for one account."""

    account_number: int
    amount_cents: int
    method: PaymentMethod
    reference: str
    """Check number, card authorisation or the number of the receipt that was given for cash."""
    received_on: date
    slip: str = ""
    """Number of the deposit slip it went to the bank with."""
    own_id: str = ""
    """The caller's own id, where the reference does not tell two payments apart."""
    claims: tuple[int, ...] = ()
    """Visits that the patient chose to pay first; empty: those of the statement, then the oldest."""
    statement_number: int | None = None
    """The statement whose slip came with the money."""

    @property
    def key(self) -> str:
        """What makes it post once."""
        return f"hand/{self.own_id}" if self.own_id else f"hand/{self.method}/{self.reference}/{self.account_number}"
