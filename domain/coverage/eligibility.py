"""What a payer answered to an eligibility question (271)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coverage.benefits import OtherPayer, PlanBenefit


class CoverageStatus(StrEnum):
    """The answer in one word. UNKNOWN never blocks a visit; it is asked again."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


RETRYABLE_REJECTIONS = frozenset({"42", "80"})
"""AAA03: unable to respond now, no response. Everything else is data to fix (``domain.coverage.rejections``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityAnswer:
    """Status and the patient's share as EB segments told it; cents, None where the payer was silent."""

    status: CoverageStatus
    plan: str = ""
    copay_cents: int | None = None
    deductible_remaining_cents: int | None = None
    coinsurance_percent: int | None = None
    authorization_required: bool | None = None
    rejections: tuple[str, ...] = ()
    """AAA03 codes."""
    out_of_pocket_remaining_cents: int | None = None
    benefits: tuple[PlanBenefit, ...] = ()
    """Every EB in the payer's order."""
    other_payers: tuple[OtherPayer, ...] = ()
    plan_begins: date | None = None
    plan_ends: date | None = None
    member_id: str = ""
    """Of the subscriber, as the payer has it (2100C NM109)."""
    group_number: str = ""
    """REF*6P of the subscriber."""
