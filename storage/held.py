"""Claims held for review, as everybody's screens treat them: that they are held is told, and nothing of why.

The payer's codes of a held claim are left out wherever we show them. The payer's own file is its text and stays as it
is (`claimflow x12 show`).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.models import Claim

HELD_FOR_REVIEW = "held for review"


def held_among(session: Session, numbers: Collection[int]) -> set[int]:
    """Those of these claims that are held for review."""
    if not numbers:
        return set()
    return set(session.scalars(select(Claim.number).where(Claim.number.in_(numbers), Claim.held_for_review)))


def of_no_held_claim(column: InstrumentedAttribute[int | None] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition on a claim's number (null where a row is about no claim): the claim is not held for review."""
    return or_(column.is_(None), column.not_in(select(Claim.number).where(Claim.held_for_review)))
