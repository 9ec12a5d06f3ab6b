"""How long the house waits for money, for its remittance, and for a visit's charges: dated data, typed here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CashPolicy:
    """Waiting times of one day."""

    deposit_business_days: int
    """Business days after BPR16 within which the bank shows the money (CAQH CORE 370)."""
    remittance_business_days: int
    """Business days after a deposit within which its remittance comes (CAQH CORE 370)."""
    deposit_window_days: int
    """Calendar days between BPR16 and a deposit that may still be the same money when no trace number says so."""
    visit_charges_days: int
    """Calendar days after a visit within which its charges are in."""
