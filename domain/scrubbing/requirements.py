"""Procedures for which a payer demands an authorization or a referral, as rows of an operator's table."""

from __future__ import annotations

import json
from datetime import date

from domain.coverage.coverage import PayerKind
from domain.scrubbing.context import RequiredField

NEEDS = {"authorization": "authorization_number", "referral": "referral_number"}
"""What a row may demand, and the field that answers it."""


def says_requirement(payer: str, needs: str, why: str, source: str) -> str:
    """One row as the text that is kept beside its procedures.

    Raises:
        ValueError: in words, what does not fit.
    """
    if needs not in NEEDS:
        raise ValueError("authorization or referral in the column needs")
    if not source:
        raise ValueError("a source: a requirement without one is not used")
    return json.dumps({"payer": payer, "needs": needs, "why": why, "source": source}, sort_keys=True)


def requirement(procedures: str, says: str, start: date | None, end: date | None) -> RequiredField:
    """The row again; ``payer`` is a kind of payer, a payer's own code, or empty for all."""
    told: dict[str, str] = json.loads(says)
    payer, needs = told["payer"], told["needs"]
    is_kind = payer in set(PayerKind)
    return RequiredField(
        field=NEEDS[needs],
        why=told["why"] or f"{needs} before the service",
        source=told["source"],
        procedures=(procedures,),
        payer_kind=PayerKind(payer) if is_kind else None,
        payer_code="" if is_kind else payer,
        effective_from=start or date.min,
        effective_to=end,
    )
