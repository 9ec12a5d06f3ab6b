"""Row locks in one order for everybody, so that two transactions seldom meet head on.

The lock leaves the key alone: rows that only refer to a locked claim can still be written.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Claim
from storage.models.base import LARGEST_NUMBER


def lock_claims(session: Session, numbers: Iterable[int]) -> list[Claim]:
    """Lock claims in ascending order until the end of the transaction; unknown numbers are left out.

    Lock claims before accounts.
    """
    statement = (
        select(Claim)
        .where(Claim.number.in_(_possible(numbers)))
        .order_by(Claim.number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def lock_accounts(session: Session, numbers: Iterable[int]) -> list[Account]:
    """Lock guarantor accounts in ascending order until the end of the transaction."""
    statement = (
        select(Account)
        .where(Account.number.in_(_possible(numbers)))
        .order_by(Account.number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _possible(numbers: Iterable[int]) -> set[int]:
    """A payer may echo any digits: a number past bigint would cost the index, and is nobody's."""
    return {number for number in numbers if number <= LARGEST_NUMBER}
