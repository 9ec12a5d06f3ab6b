"""Deposit slips: what patients paid and was taken to the bank together, by the lockbox or by hand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from storage.models import Receipt, WorkItem

UNKNOWN_ACCOUNT = "unknown_account"
"""Kind of the work item for a check that names no account of ours: its money went to the bank all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was entered under one slip's number."""

    number: str
    total_cents: int
    entries: int


def of(session: Session, number: str) -> Slip | None:
    """The slip of this number, or None."""
    receipts = session.execute(
        select(func.coalesce(func.sum(Receipt.amount_cents), 0), func.count()).where(
            Receipt.details["deposit"].as_string() == number
        )
    ).one()
    unknown = session.execute(
        select(func.coalesce(func.sum(cast(WorkItem.details["amount_cents"].as_string(), Integer)), 0), func.count())
        .where(WorkItem.kind == UNKNOWN_ACCOUNT, WorkItem.details["deposit"].as_string() == number)
    ).one()
    entries = int(receipts[1]) + int(unknown[1])
    if not entries:
        return None
    return Slip(number=number, total_cents=int(receipts[0]) + int(unknown[0]), entries=entries)
