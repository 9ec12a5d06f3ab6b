"""Services that are planned for an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.coverage.benefits import OFFICE_VISIT


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedService:
    """One service that a patient is expected to have."""

    procedure: str
    charge_cents: int
    """The practice's own charge for all units."""
    units: Decimal = Decimal(1)
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    place_of_service: str = "11"
    service_type: str = OFFICE_VISIT
    """EB03 under which a payer speaks of it."""
    words: str = ""
    """What it is, in plain words of the practice's own."""
    provider_npi: str = ""
    """Who renders it; empty: the billing provider."""
    preventive: bool = False
    """A preventive service that a plan covers without cost sharing (45 CFR 147.130)."""
