"""Closed months: their totals are kept, and the database dates nothing into them any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, select, text
from sqlalchemy.orm import Session

from storage.models import AccountingPeriod, Entry, Posting

_PAST_ANY_MONTH = timedelta(days=31)
_ASKED = "first open days"


class CannotClose(ValueError):
    """The month cannot be closed; the text says why and what to do first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A closed month; ``new`` is False when it was closed before."""

    month: date
    closed_by: str
    closed_on: date
    totals: dict[str, Any]
    """``{"postings", "accounts": {name: {"debit_cents", "credit_cents", "balance_cents"}}}``: what moved in the month,
    and the balance at its end."""
    new: bool


def first_open_day(session: Session, organisation_id: int) -> date:
    """The first day on which a posting may be dated. Read once for each transaction: a month that is closed
    meanwhile refuses the posting itself, and the repeated transaction sees it."""
    known: dict[int, date] = session.info.setdefault(_ASKED, {})
    if organisation_id not in known:
        last = session.scalar(
            select(func.max(AccountingPeriod.month)).where(AccountingPeriod.organisation_id == organisation_id)
        )
        known[organisation_id] = next_month(last) if last is not None else date.min
    return known[organisation_id]


def next_month(day: date) -> date:
    """The first day of the month after ``day``."""
    return (day.replace(day=1) + _PAST_ANY_MONTH).replace(day=1)


def close(session: Session, organisation_id: int, month: date, *, by: str, today: date) -> ClosedMonth:
    """Close a month and keep its totals; again, it is closed as it was. Needs a transaction of the system: no posting
    may be on its way while the totals are taken, and only the owner of a table may lock it.

    Raises:
        CannotClose: the month is not over, or an earlier one with postings is open.
    """
    month = month.replace(day=1)
    if today < next_month(month):
        raise CannotClose(f"{month:%Y-%m} is not over yet: close it on {next_month(month)} or later")
    session.execute(text("lock table postings in share mode"))
    earlier = _of(session, organisation_id, month)
    if earlier is not None:
        return _as_closed(earlier, new=False)
    waiting = _first_open_month(session, organisation_id)
    if waiting is not None and waiting < month:
        raise CannotClose(f"{waiting:%Y-%m} is still open: close it before {month:%Y-%m}")
    row = AccountingPeriod(
        organisation_id=organisation_id,
        month=month,
        closed_by=by,
        closed_on=today,
        totals=totals(session, organisation_id, month),
    )
    session.add(row)
    session.flush()
    return _as_closed(row, new=True)


def listed(session: Session, organisation_id: int, today: date) -> list[dict[str, Any]]:
    """Return every month from the first posting to today, newest first: ``{"month", "state", "closed_by",
    "closed_on", "postings", "accounts"}``, with the totals kept at closing or those of this moment."""
    rows = session.scalars(select(AccountingPeriod).where(AccountingPeriod.organisation_id == organisation_id))
    closed = {row.month: row for row in rows}
    first = session.scalar(select(func.min(Posting.business_date)).where(Posting.organisation_id == organisation_id))
    months = sorted(closed)
    month = min(filter(None, (first and first.replace(day=1), *months[:1])), default=None)
    found: list[dict[str, Any]] = []
    while month is not None and month <= today:
        row = closed.get(month)
        found.append(
            {
                "month": f"{month:%Y-%m}",
                "state": "closed" if row is not None else "open",
                "closed_by": row.closed_by if row is not None else "",
                "closed_on": row.closed_on.isoformat() if row is not None else None,
                **(row.totals if row is not None else totals(session, organisation_id, month)),
            }
        )
        month = next_month(month)
    return found[::-1]


def totals(session: Session, organisation_id: int, month: date) -> dict[str, Any]:
    """What moved in a month by ledger account, in cents, and each account's balance at its end."""
    after = next_month(month)
    in_month = Posting.business_date >= month
    debit = func.coalesce(func.sum(Entry.amount_cents).filter(in_month, Entry.amount_cents > 0), 0)
    credit = func.coalesce(-func.sum(Entry.amount_cents).filter(in_month, Entry.amount_cents < 0), 0)
    rows = session.execute(
        select(Entry.ledger_account, debit, credit, func.sum(Entry.amount_cents))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Posting.organisation_id == organisation_id, Posting.business_date < after)
        .group_by(Entry.ledger_account)
        .order_by(Entry.ledger_account)
    )
    accounts = {
        name: {"debit_cents": int(debited), "credit_cents": int(credited), "balance_cents": int(balance)}
        for name, debited, credited, balance in rows
    }
    postings = session.scalar(
        select(func.count()).where(
            Posting.organisation_id == organisation_id, in_month, Posting.business_date < after
        )
    )
    return {"postings": postings or 0, "accounts": accounts}


def _of(session: Session, organisation_id: int, month: date) -> AccountingPeriod | None:
    return session.scalars(
        select(AccountingPeriod).where(
            AccountingPeriod.organisation_id == organisation_id, AccountingPeriod.month == month
        )
    ).one_or_none()


def _first_open_month(session: Session, organisation_id: int) -> date | None:
    """The month after the last closed one, or that of the first posting; None where nothing was ever posted."""
    open_from = first_open_day(session, organisation_id)
    if open_from > date.min:
        return open_from
    month = cast(func.date_trunc("month", func.min(Posting.business_date)), Date)
    return session.scalar(select(month).where(Posting.organisation_id == organisation_id))


def _as_closed(row: AccountingPeriod, *, new: bool) -> ClosedMonth:
    return ClosedMonth(
        month=row.month, closed_by=row.closed_by, closed_on=row.closed_on, totals=row.totals, new=new
    )
