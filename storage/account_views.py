"""A guarantor's account as screens show it; it keeps no balance, the ledger does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from storage import ledger, timeline
from storage.models import Account, Organisation, Receipt, Statement


class UnknownAccount(LookupError):
    """No account has this number in this organisation."""


def get(session: Session, number: int) -> Account:
    """Return an account's row.

    Raises:
        UnknownAccount: no such account in this organisation.
    """
    account = session.get(Account, number)
    if account is None:
        raise UnknownAccount(f"no account has the number {number}")
    return account


def account_show(session: Session, number: int) -> dict[str, Any]:
    """Return an account: what is owed for which claim, what was asked and paid, what comes next and when.

    Raises:
        UnknownAccount: no such account in this organisation.
    """
    account = get(session, number)
    next_date = session.scalar(
        select(cast(func.timezone(Organisation.time_zone, Account.next_at), Date))
        .select_from(Account)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.number == number)
    )
    open_by_claim = ledger.open_by_claim(session, number)
    return {
        "account": account.number,
        "stage": account.stage,
        "balance_cents": ledger.account_open_cents(session, number),
        "next_date": next_date.isoformat() if next_date else None,
        "next_what": account.next_what,
        "owner": account.owner,
        "claims": [{"claim": claim, "cents": cents} for claim, cents in open_by_claim.items()],
        "statements": _statements(session, number),
        "payments": _payments(session, number),
        "timeline": timeline.of_account(session, number),
    }


def _statements(session: Session, number: int) -> list[dict[str, Any]]:
    rows = session.scalars(select(Statement).where(Statement.account_number == number).order_by(Statement.number))
    return [
        {
            "statement": row.number,
            "kind": row.kind,
            "date": row.business_date.isoformat(),
            "balance_cents": row.balance_cents,
            "claims": row.claims,
        }
        for row in rows
    ]


def _payments(session: Session, number: int) -> list[dict[str, Any]]:
    rows = session.scalars(select(Receipt).where(Receipt.account_number == number).order_by(Receipt.id))
    return [
        {
            "receipt": row.id,
            "date": row.received_on.isoformat(),
            "amount_cents": row.amount_cents,
            "method": row.method,
            "reference": row.reference,
        }
        for row in rows
    ]
