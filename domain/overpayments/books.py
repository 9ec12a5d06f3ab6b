"""What a refund does to the books: approved, sent, taken back; or recouped by the payer instead."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.pair import pair
from domain.overpayments.owed import Creditor


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlace:
    """Where the credit of a refund case stands."""

    creditor: Creditor
    claim_number: int | None
    account_number: int | None

    @property
    def credit(self) -> LedgerAccount:
        """The account whose credit balance is returned."""
        return LedgerAccount.PAYER_RECEIVABLE if self.creditor is Creditor.PAYER else LedgerAccount.PATIENT_CREDIT


def plan_approved(place: RefundPlace, amount_cents: int, cites: str) -> tuple[Leg, ...]:
    """The credit becomes a debt of ours to be paid."""
    return _pair(place, place.credit, LedgerAccount.REFUNDS_PAYABLE, amount_cents, cites)


def plan_taken_back(place: RefundPlace, amount_cents: int, cites: str) -> tuple[Leg, ...]:
    """An approval that is not carried out: the debt is a credit again."""
    return _pair(place, LedgerAccount.REFUNDS_PAYABLE, place.credit, amount_cents, cites)


def plan_sent(place: RefundPlace, amount_cents: int, cites: str) -> tuple[Leg, ...]:
    """The check left. The bank's leg names no claim: what a claim has in ``bank`` is its patient's payment."""
    debt = Leg(
        ledger_account=LedgerAccount.REFUNDS_PAYABLE,
        amount_cents=amount_cents,
        claim_number=place.claim_number,
        account_number=place.account_number,
        cites=cites,
    )
    return (debt, Leg(ledger_account=LedgerAccount.BANK, amount_cents=-amount_cents, cites=cites))


def plan_recouped(place: RefundPlace, amount_cents: int, cites: str, *, approved: bool) -> tuple[Leg, ...]:
    """What the payer held back at provider level (PLB WO) settles the credit, or the debt when it was approved."""
    settled = LedgerAccount.REFUNDS_PAYABLE if approved else place.credit
    held = Leg(ledger_account=LedgerAccount.PROVIDER_LEVEL, amount_cents=-amount_cents, cites=cites)
    own = Leg(
        ledger_account=settled,
        amount_cents=amount_cents,
        claim_number=place.claim_number,
        account_number=place.account_number,
        cites=cites,
    )
    return (own, held)


def _pair(
    place: RefundPlace, debit: LedgerAccount, credit: LedgerAccount, amount_cents: int, cites: str
) -> tuple[Leg, ...]:
    return pair(debit, credit, amount_cents, cites, place.claim_number, place.account_number)
