"""Two legs of one amount: the smallest posting there is."""

from __future__ import annotations

from domain.ledger.chart import LedgerAccount, Leg


def pair(
    debit: LedgerAccount,
    credit: LedgerAccount,
    amount_cents: int,
    cites: str,
    claim_number: int | None = None,
    account_number: int | None = None,
) -> tuple[Leg, ...]:
    """Two legs that sum to zero; none for zero cents. A negative amount turns the sides round."""
    if not amount_cents:
        return ()
    return tuple(
        Leg(
            ledger_account=account,
            amount_cents=amount,
            claim_number=claim_number,
            account_number=account_number,
            cites=cites,
        )
        for account, amount in ((debit, amount_cents), (credit, -amount_cents))
    )
