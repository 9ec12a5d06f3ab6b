"""One line of a practice's schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit that took place, as the schedule tells it."""

    key: str
    """The schedule's own id of the visit."""
    seen_on: date
    account_number: int | None = None
    """The patient's account with us, where the schedule knows it."""
    provider_npi: str = ""
    visit_type: str = ""
    expected_cents: int = 0
    """Zero: not known."""
