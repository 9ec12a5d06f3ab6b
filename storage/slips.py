"""Deposit slips: what was taken to the bank together, by the lockbox or by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cash.payment import HandPayment
from domain.remittance.balancing import dollars
from storage.models import Account, FileTransaction, Posting, Receipt, RemittanceRow, WorkItem
from storage.models.base import LARGEST_NUMBER

UNKNOWN_ACCOUNT = "unknown_account"
"""Kind of the work item for a check that names no account of ours: its money went to the bank all the same."""
BY_HAND = "by hand"
"""Kind of the file transaction of a remittance that a person entered."""


class UnknownAccounts(LookupError):
    """Some payments name accounts that do not exist; nothing was booked."""


class EnteredBefore(ValueError):
    """A payment looks like one that is in the books already; nothing was booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was entered under one slip's number."""

    number: str
    patients_cents: int
    """Patients' money: booked to the bank when it was entered."""
    payments: int
    remittances: tuple[int, ...]
    """Remittances entered by hand whose checks lay with it."""


def find(session: Session, numbers: Collection[str]) -> dict[str, Slip]:
    """The slips that have these numbers."""
    if not numbers:
        return {}
    of_receipt = Receipt.details["deposit"].as_string()
    of_unknown = WorkItem.details["deposit"].as_string()
    unknown_cents = func.sum(cast(WorkItem.details["amount_cents"].as_string(), Integer))
    patients: Counter[str] = Counter()
    payments: Counter[str] = Counter()
    for wanted in (
        select(of_receipt, func.sum(Receipt.amount_cents), func.count())
        .where(of_receipt.in_(numbers))
        .group_by(of_receipt),
        select(of_unknown, unknown_cents, func.count())
        .where(WorkItem.kind == UNKNOWN_ACCOUNT, of_unknown.in_(numbers))
        .group_by(of_unknown),
    ):
        for number, cents, count in session.execute(wanted):
            patients[number] += int(cents)
            payments[number] += int(count)
    remittances = _remittances(session, numbers)
    return {
        number: Slip(
            number=number,
            patients_cents=patients[number],
            payments=payments[number],
            remittances=tuple(remittances.get(number, ())),
        )
        for number in payments.keys() | remittances.keys()
    }


def _remittances(session: Session, numbers: Collection[str]) -> dict[str, list[int]]:
    of_slip = FileTransaction.summary["slip"].as_string()
    rows = session.execute(
        select(of_slip, RemittanceRow.id)
        .join(RemittanceRow, FileTransaction.file_id == RemittanceRow.file_id)
        .where(
            FileTransaction.kind == BY_HAND,
            of_slip.in_(numbers),
            FileTransaction.control_number == RemittanceRow.trace_number,
        )
        .order_by(RemittanceRow.id)
        .distinct()
    )
    found: dict[str, list[int]] = {}
    for number, remittance_id in rows:
        found.setdefault(number, []).append(remittance_id)
    return found


def receipts_of(session: Session, account_number: int) -> list[dict[str, Any]]:
    """``[{"receipt", "received_on", "amount_cents", "method", "reference", "came_back_on"}]``, the newest first."""
    came_back = select(Posting.key, Posting.business_date).where(Posting.key.like("receipt:%:returned")).subquery()
    rows = session.execute(
        select(Receipt, came_back.c.business_date)
        .outerjoin(came_back, came_back.c.key == func.concat("receipt:", Receipt.id, ":returned"))
        .where(Receipt.account_number == account_number)
        .order_by(Receipt.id.desc())
    )
    return [
        {
            "receipt": receipt.id,
            "received_on": receipt.received_on.isoformat(),
            "amount_cents": receipt.amount_cents,
            "method": receipt.method,
            "reference": receipt.reference,
            "came_back_on": day.isoformat() if day else None,
        }
        for receipt, day in rows
    ]


def require_accounts(session: Session, payments: Sequence[HandPayment]) -> None:
    """Accept payments for accounts of this organisation.

    Raises:
        UnknownAccounts: with the numbers that are not ours.
    """
    wanted = {payment.account_number for payment in payments}
    possible = {number for number in wanted if number <= LARGEST_NUMBER}
    known = session.scalars(select(Account.number).where(Account.number.in_(possible)))
    if missing := sorted(wanted - set(known)):
        raise UnknownAccounts(f"no account has the number {', '.join(map(str, missing))}; nothing was booked")


def keep_receipt(session: Session, organisation_id: int, payment: HandPayment, *, by: str, at: object) -> int | None:
    """Write a patient's payment and return its number; None when this very payment was entered before.

    Raises:
        EnteredBefore: the same reference stands for another amount, or the lockbox reported this check.
    """
    receipt_id: int | None = session.scalar(
        insert(Receipt)
        .values(
            organisation_id=organisation_id,
            key=payment.key,
            account_number=payment.account_number,
            amount_cents=payment.amount_cents,
            method=payment.method.value,
            received_on=payment.received_on,
            reference=payment.reference,
            received_at=at,
            details={"deposit": payment.slip, "by": by},
        )
        .on_conflict_do_nothing()
        .returning(Receipt.id)
    )
    if receipt_id is None:
        _require_same(session, payment)
        return None
    if not payment.own_id:
        _require_not_reported(session, payment, receipt_id)
    return receipt_id


def _require_same(session: Session, payment: HandPayment) -> None:
    row = session.scalars(select(Receipt).where(Receipt.key == payment.key)).one()
    if (row.account_number, row.amount_cents) != (payment.account_number, payment.amount_cents):
        raise EnteredBefore(
            f"receipt {row.id} holds {payment.method} {payment.reference} of account {row.account_number} with "
            f"{dollars(row.amount_cents)} already: give another reference, or your own --id; nothing was booked"
        )


def _require_not_reported(session: Session, payment: HandPayment, receipt_id: int) -> None:
    other = session.scalar(
        select(Receipt.id).where(
            Receipt.account_number == payment.account_number,
            Receipt.reference == payment.reference,
            Receipt.amount_cents == payment.amount_cents,
            Receipt.id != receipt_id,
        )
    )
    if other is not None:
        raise EnteredBefore(
            f"receipt {other} holds {dollars(payment.amount_cents)} of account {payment.account_number} with the "
            f"reference {payment.reference} already: give your own --id if this is another payment; nothing was booked"
        )
