"""Claim status categories (X12 code list 507) as a table of data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BY_PAYMENT = "by_payment"
"""Finalised without saying how: the paid amount says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCategory:
    """What one category means in a 277CA (accepted or not) and in a 277 (a ``StatusKind`` or BY_PAYMENT)."""

    code: str
    accepted: bool
    status: str


@cache
def status_categories() -> dict[str, StatusCategory]:
    """Every known category by its code. An unknown one is never taken as accepted."""
    text = files("edi").joinpath("data/claim_status_categories.csv").read_text(encoding="utf-8")
    return {
        row["code"]: StatusCategory(
            code=row["code"], accepted=row["acknowledgement"] == "accepted", status=row["status"]
        )
        for row in csv.DictReader(text.splitlines())
    }
