"""A patient's payment that came back: taken back by a named person, and the account asked again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from activities.cash.by_hand import Entering
from activities.inbound.context import Inbound
from domain.cash.returned import plan_returned
from domain.doorbell import MessageKind
from domain.ledger.chart import LedgerAccount, Leg
from domain.remittance.balancing import dollars
from storage import deposit_matching, ledger, timeline, work_items
from storage.locks import lock_accounts
from storage.models import Entry, Posting, Receipt

CALL_WITHIN = timedelta(days=7)
"""How soon the patient is asked for another way to pay."""


class NotReturnable(ValueError):
    """No such payment, or it was never booked; the text says what is the case."""


def take_back_payment(
    entering: Entering, receipt_id: int, *, what: str, reason: str, deposit_id: int | None = None
) -> dict[str, Any]:
    """Reverse a payment in the open month, once: ``{"receipt", "account", "amount_cents", "claims", "new"}``.

    ``what`` names it (``returned check``, ``chargeback``); ``deposit_id`` is the bank's own line that took the money
    back, which is explained by it and not booked again.

    Raises:
        NotReturnable: there is no such payment, or the bank's line is over another amount.
        UnknownDeposit, CannotMatch: there is no such line, or something explains it already.
    """
    session = entering.session
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotReturnable(f"no payment has the number {receipt_id}: `claimflow payment list ACCOUNT` names them")
    lock_accounts(session, {receipt.account_number})
    paid = _legs(entering, [f"receipt:{receipt_id}"])
    if not paid:
        raise NotReturnable(f"receipt {receipt_id} was never booked: there is nothing to take back")
    cites = f"{what} {receipt.reference} of {receipt.received_on}, entered by {entering.by}: {reason}"
    legs = plan_returned(paid, _credit_cents(entering, receipt.account_number), _used(entering, receipt.account_number))
    new = ledger.post(
        session,
        entering.organisation_id,
        key=f"receipt:{receipt_id}:returned",
        kind="patient_payment",
        cites=cites,
        by=entering.by,
        business_date=entering.today,
        legs=legs,
    )
    claims = sorted({leg.claim_number for leg in legs if leg.claim_number is not None})
    if new:
        if deposit_id is not None:
            _explain(entering, deposit_id, receipt, cites)
        _tell(entering, receipt, claims, what, cites)
    return {
        "receipt": receipt_id,
        "account": receipt.account_number,
        "amount_cents": receipt.amount_cents,
        "claims": claims,
        "new": new,
    }


def _tell(entering: Entering, receipt: Receipt, claims: Iterable[int], what: str, cites: str) -> None:
    """The account and the claims look again; patient accounts calls the patient."""
    inbound = Inbound(
        session=entering.session,
        organisation_id=entering.organisation_id,
        file_id=0,
        ordinal=0,
        business_at=entering.at,
        today=entering.today,
    )
    key = f"receipt:{receipt.id}:returned"
    timeline.note(
        entering.session,
        entering.organisation_id,
        key=key,
        at=entering.at,
        by=entering.by,
        what=f"The patient's payment of ${dollars(receipt.amount_cents)} came back ({what})",
        why=cites,
        account_number=receipt.account_number,
    )
    for number in claims:
        inbound.note(number, f"{key}:claim:{number}", "The patient's payment came back", cites, by=entering.by)
        inbound.ring_claim(number, MessageKind.PATIENT_SETTLED, str(receipt.id), "returned")
    inbound.ring_account(receipt.account_number, MessageKind.BALANCE_CHANGED, str(receipt.id))
    work_items.open_item(
        entering.session,
        entering.organisation_id,
        key=key,
        kind="payment_returned",
        reason=f"${dollars(receipt.amount_cents)} came back: {cites}",
        remedy="Ask the patient for another way to pay; what the payment had settled is owed again",
        owner="patient_accounts",
        due_on=entering.today + CALL_WITHIN,
        opened_on=entering.today,
        account_number=receipt.account_number,
    )
    inbound.deliver_bells()


def _explain(entering: Entering, deposit_id: int, receipt: Receipt, cites: str) -> None:
    explained = deposit_matching.explain(
        entering.session, entering.organisation_id, deposit_id, by=entering.by, reason=cites, today=entering.today
    )
    if explained != -receipt.amount_cents:
        raise NotReturnable(
            f"deposit {deposit_id} leaves {dollars(explained)} to explain, but the payment that came back is "
            f"{dollars(receipt.amount_cents)}: nothing was booked"
        )


def _credit_cents(entering: Entering, account_number: int) -> int:
    booked = entering.session.scalar(
        select(func.coalesce(func.sum(Entry.amount_cents), 0)).where(
            Entry.account_number == account_number, Entry.ledger_account == LedgerAccount.PATIENT_CREDIT.value
        )
    )
    return -int(booked or 0)


def _used(entering: Entering, account_number: int) -> list[Leg]:
    """What credit has paid on claims of the account, in order."""
    keys = entering.session.scalars(
        select(Posting.key)
        .join(Entry, Entry.posting_id == Posting.id)
        .where(
            Entry.account_number == account_number,
            Posting.key.startswith(f"credit:{account_number}:", autoescape=True),
        )
        .distinct()
    ).all()
    return [leg for leg in _legs(entering, keys) if leg.ledger_account is LedgerAccount.PATIENT_RECEIVABLE]


def _legs(entering: Entering, keys: Iterable[str]) -> list[Leg]:
    rows = entering.session.execute(
        select(Entry.ledger_account, Entry.amount_cents, Entry.claim_number, Entry.account_number, Entry.cites)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Posting.key.in_(list(keys)))
        .order_by(Entry.id)
    )
    return [
        Leg(
            ledger_account=LedgerAccount(row.ledger_account),
            amount_cents=row.amount_cents,
            claim_number=row.claim_number,
            account_number=row.account_number,
            cites=row.cites,
        )
        for row in rows
    ]
