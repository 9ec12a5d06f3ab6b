"""Patients' checks from the bank's lockbox: each posted once, to its statement's visits, then the oldest."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from activities.inbound.context import Inbound
from activities.patient_payments import post_patient_payment
from domain.billing.lockbox import LockboxFile, LockboxPayment
from domain.cash.payment import PaymentMethod
from domain.ledger.chart import LedgerAccount, Leg
from storage import ledger
from storage.locks import lock_accounts
from storage.models import Posting, Receipt
from storage.slips import UNKNOWN_ACCOUNT


def lockbox_received(inbound: Inbound, file: LockboxFile) -> None:
    """Post every readable payment; a line that cannot be read waits for a person."""
    known = {
        account.number for account in lock_accounts(inbound.session, {p.account_number for p in file.payments})
    }
    for payment in file.payments:
        if payment.account_number in known:
            _post(inbound, payment)
        else:
            _unknown_account(inbound, payment)
    for problem in file.problems:
        inbound.ask_person(
            f"file:{inbound.file_id}:line:{problem.line}",
            "lockbox_line",
            f"Lockbox file, {problem}",
            "Look at the bank's copy of the check and post it by hand",
            owner="patient_accounts",
        )


def _post(inbound: Inbound, payment: LockboxPayment) -> None:
    entered = _entered_by_hand(inbound, payment)
    if entered is not None:
        inbound.matched += 1
        inbound.ask_person(
            f"{payment.key}:entered",
            "lockbox_entered_before",
            f"Lockbox check {payment.check_number} of account {payment.account_number} looks like receipt {entered}, "
            "entered by hand: it was not booked again",
            "If it is another check, enter it by hand with an --id of its own; else nothing is to do",
            owner="patient_accounts",
            details={"deposit": payment.deposit, "amount_cents": payment.amount_cents},
        )
        return
    receipt_id = inbound.session.scalar(
        insert(Receipt)
        .values(
            organisation_id=inbound.organisation_id,
            key=payment.key,
            account_number=payment.account_number,
            amount_cents=payment.amount_cents,
            method="check",
            received_on=payment.received_on,
            reference=payment.check_number,
            received_at=inbound.business_at,
            details={"statement": payment.statement_number, "deposit": payment.deposit},
        )
        .on_conflict_do_nothing()
        .returning(Receipt.id)
    )
    inbound.matched += 1
    if receipt_id is not None:
        post_patient_payment(
            inbound,
            receipt_id=receipt_id,
            account_number=payment.account_number,
            amount_cents=payment.amount_cents,
            cites=f"lockbox check {payment.check_number} of {payment.received_on}",
            by="bank",
            statement_number=payment.statement_number,
        )


def _entered_by_hand(inbound: Inbound, payment: LockboxPayment) -> int | None:
    """A receipt that a person entered for this very check, and that did not come back; its account is locked."""
    came_back = select(Posting.id).where(Posting.key == func.concat("receipt:", Receipt.id, ":returned"))
    return inbound.session.scalar(
        select(Receipt.id)
        .where(
            Receipt.account_number == payment.account_number,
            Receipt.reference == payment.check_number,
            Receipt.amount_cents == payment.amount_cents,
            Receipt.method.in_((PaymentMethod.CHECK.value, PaymentMethod.LOCKBOX.value)),
            Receipt.key.startswith("hand/"),
            ~came_back.exists(),
        )
        .order_by(Receipt.id)
        .limit(1)
    )


def _unknown_account(inbound: Inbound, payment: LockboxPayment) -> None:
    """The money is in the bank in any case: it waits as unapplied cash."""
    ledger.post(
        inbound.session,
        inbound.organisation_id,
        key=payment.key,
        kind="patient_payment",
        cites=f"lockbox check {payment.check_number} for an account that is not ours",
        by="bank",
        business_date=inbound.today,
        legs=[
            Leg(ledger_account=LedgerAccount.BANK, amount_cents=payment.amount_cents),
            Leg(ledger_account=LedgerAccount.UNAPPLIED_CASH, amount_cents=-payment.amount_cents),
        ],
    )
    inbound.ask_person(
        f"{payment.key}:unknown",
        UNKNOWN_ACCOUNT,
        f"Lockbox check {payment.check_number} names account {payment.account_number}, which does not exist",
        "Find the payer of the check and apply the money, or return it",
        owner="patient_accounts",
        details={"deposit": payment.deposit, "amount_cents": payment.amount_cents},
    )
