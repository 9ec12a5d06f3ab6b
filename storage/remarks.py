"""Remark codes of posted decisions."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.bulk import chunks
from storage.models import RemittanceClaim


def remark_codes(session: Session, keys: Collection[str]) -> dict[int, set[str]]:
    """By claim: the remark codes, of claim and lines, of the decisions with these keys."""
    found: dict[int, set[str]] = {}
    for chunk in chunks(sorted(keys)):
        rows = session.execute(
            select(RemittanceClaim.claim_number, RemittanceClaim.remarks).where(
                RemittanceClaim.key == func.any(list(chunk)), RemittanceClaim.claim_number.is_not(None)
            )
        )
        for number, remarks in rows:
            if number is not None and (codes := {entry["code"] for entry in remarks if "code" in entry}):
                found.setdefault(number, set()).update(codes)
    return found
