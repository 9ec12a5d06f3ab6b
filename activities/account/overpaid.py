"""What a patient paid for a share that its payer took back: the patient's money, used before anything is asked."""

from __future__ import annotations

from sqlalchemy import func, select

from activities.account.balance import OpenAccount
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from storage import ledger
from storage.models import Entry, Posting


def release_overpaid(account: OpenAccount) -> None:
    """Move to the patient's credit what was paid on a claim beyond its share, and no more than was paid.

    A share that was placed with an agency or written off, and then taken back, leaves no money of the patient's.
    """
    number = account.row.number
    for claim_number, open_cents in ledger.open_by_claim(account.session, number).items():
        released = min(-open_cents, _paid(account, claim_number))
        if released <= 0:
            continue
        ledger.post(
            account.session,
            account.ref.organisation_id,
            key=f"overpaid:{claim_number}:{account.now:%Y%m%dT%H%M%S%f}",
            kind="patient_payment",
            cites="paid for a share that the payer took back",
            by="system",
            business_date=account.today,
            legs=pair(
                LedgerAccount.PATIENT_RECEIVABLE,
                LedgerAccount.PATIENT_CREDIT,
                released,
                "paid for a share that the payer took back",
                claim_number,
                number,
            ),
        )
        account.credit_cents += released
        if claim_number in account.owed:
            account.owed[claim_number] += released


def _paid(account: OpenAccount, claim_number: int) -> int:
    """What the patient's payments on the claim add up to, releases taken off."""
    cents = account.session.scalar(
        select(func.coalesce(func.sum(Entry.amount_cents), 0))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(
            Entry.claim_number == claim_number,
            Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            Posting.kind == "patient_payment",
        )
    )
    return -int(cents or 0)
