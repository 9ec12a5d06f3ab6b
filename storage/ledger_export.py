"""The ledger for the general ledger of the practice's accountant: debits and credits by account and day or month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from storage.models import Entry, Posting
from storage.periods import first_open_day, next_month


def export(session: Session, organisation_id: int, first: date, last: date, *, by_day: bool) -> dict[str, Any]:
    """Return ``{"organisation", "from", "to", "rows": [{"date", "account", "debit_cents", "credit_cents"}],
    "totals": {"debit_cents", "credit_cents"}, "balanced", "open_from"}``.

    A row's date is its day, or the last day of its month within the range. Figures from ``open_from`` on (null where
    every day is closed) may still grow.
    """
    day = Posting.business_date
    group = day if by_day else cast(func.date_trunc("month", day), Date)
    debit = func.coalesce(func.sum(Entry.amount_cents).filter(Entry.amount_cents > 0), 0)
    credit = func.coalesce(-func.sum(Entry.amount_cents).filter(Entry.amount_cents < 0), 0)
    found = session.execute(
        select(group, Entry.ledger_account, debit, credit)
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Posting.organisation_id == organisation_id, day.between(first, last))
        .group_by(group, Entry.ledger_account)
        .order_by(group, Entry.ledger_account)
    )
    rows: list[dict[str, Any]] = [
        {
            "date": (when if by_day else _month_end(when, last)).isoformat(),
            "account": account,
            "debit_cents": int(debited),
            "credit_cents": int(credited),
        }
        for when, account, debited, credited in found
    ]
    total_debit, total_credit = (sum(int(row[side]) for row in rows) for side in ("debit_cents", "credit_cents"))
    open_from = max(first, first_open_day(session, organisation_id))
    return {
        "organisation": organisation_id,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "rows": rows,
        "totals": {"debit_cents": total_debit, "credit_cents": total_credit},
        "balanced": total_debit == total_credit,
        "open_from": open_from.isoformat() if open_from <= last else None,
    }


def _month_end(month: date, last: date) -> date:
    return min(next_month(month) - timedelta(days=1), last)
