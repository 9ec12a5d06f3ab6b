"""Papers shown without being sent: the statement of this moment, and a payment's receipt."""

from __future__ import annotations

from sqlalchemy import select

from activities import parties
from activities.account import contents
from activities.account.balance import OpenAccount
from activities.cash.by_hand import Entering
from contracts.account import AccountRef
from domain.cash.payment import PaymentMethod
from domain.ledger.chart import LedgerAccount
from domain.people.parties import Person
from gateways.papers.receipt import ReceiptPaper
from gateways.papers.statement import StatementPaper
from storage import account_views, contact_preferences
from storage.models import Entry, Posting, Receipt, Statement
from storage.serialise import from_json


class NothingToShow(LookupError):
    """Nothing is owed, or there is no such payment; the text says which."""


def statement_now(entering: Entering, account_number: int, language: str = "") -> StatementPaper:
    """What a statement would say now, over everything that is owed, also what is paused or paid by instalments.

    Raises:
        UnknownAccount, NothingToShow: there is no such account, or it owes nothing.
    """
    account_views.get(entering.session, account_number)
    ref = AccountRef(organisation_id=entering.organisation_id, account_number=account_number, today=entering.at)
    account = OpenAccount.lock(entering.session, ref)
    if account.owed_cents == 0:
        raise NothingToShow(f"account {account_number} owes nothing: there is no statement to show")
    shown = Statement(
        number=0,
        organisation_id=entering.organisation_id,
        account_number=account_number,
        kind="statement",
        balance_cents=account.owed_cents,
        claims=[{"claim": number, "cents": cents} for number, cents in account.owed.items()],
        business_date=account.today,
    )
    return contents.statement_of(account, shown, language)


def receipt_of(entering: Entering, receipt_id: int, language: str = "") -> ReceiptPaper:
    """A payment's receipt, with what the ledger used it for when it came.

    Raises:
        NothingToShow: there is no such payment, or it was never booked.
    """
    session = entering.session
    receipt = session.get(Receipt, receipt_id)
    legs = session.execute(
        select(Entry.claim_number, Entry.ledger_account, Entry.amount_cents)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Posting.key == f"receipt:{receipt_id}", Entry.amount_cents < 0)
        .order_by(Entry.id)
    ).all()
    if receipt is None or not legs:
        raise NothingToShow(f"no booked payment has the number {receipt_id}: `claimflow payment list ACCOUNT`")
    back = session.scalar(select(Posting.business_date).where(Posting.key == f"receipt:{receipt_id}:returned"))
    row = account_views.get(session, receipt.account_number)
    guarantor, us = from_json(Person, row.guarantor), parties.submitter(session, entering.organisation_id)
    credit = LedgerAccount.PATIENT_CREDIT.value
    return ReceiptPaper(
        receipt_number=receipt.id,
        account_number=receipt.account_number,
        received_on=receipt.received_on,
        amount_cents=receipt.amount_cents,
        method=receipt.method if receipt.method in set(PaymentMethod) else PaymentMethod.OTHER.value,
        reference=receipt.reference,
        applied=tuple((leg.claim_number, -leg.amount_cents) for leg in legs if leg.ledger_account != credit),
        ahead_cents=-sum(leg.amount_cents for leg in legs if leg.ledger_account == credit),
        came_back_on=back,
        practice_name=us.name,
        practice_address=contents.address_lines(us.address),
        practice_phone=us.contact_phone,
        guarantor_name=f"{guarantor.first_name} {guarantor.last_name}",
        guarantor_address=contents.address_lines(guarantor.address),
        language=language or contact_preferences.read(session, receipt.account_number).language,
    )
