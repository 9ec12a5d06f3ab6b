"""What a statement asked for: read where a payment quotes it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Statement

WITHDRAWN = "withdrawn"
"""Kind of a statement that was written and stayed in the house."""


def claims_of(session: Session, account_number: int, statement_number: int | None) -> tuple[int, ...]:
    """The visits on a statement of this account; none where it is another account's: a slip is often misread."""
    if statement_number is None:
        return ()
    entries = session.scalar(
        select(Statement.claims).where(
            Statement.number == statement_number, Statement.account_number == account_number
        )
    )
    return tuple(int(entry["claim"]) for entry in entries or ())
