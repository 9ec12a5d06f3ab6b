"""One claim of a file, ready to be scrubbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.claim.claim import ClaimContent
from domain.people.parties import BillingProvider, Person
from domain.scrubbing.context import ClaimType
from domain.scrubbing.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubSubject:
    """What the rules ask of, and what was missing already when the claim was read."""

    claim: str
    """CLM01."""
    claim_type: ClaimType
    content: ClaimContent
    patient: Person
    provider: BillingProvider
    admission_date: date | None = None
    discharge_date: date | None = None
    death_date: date | None = None
    missing: tuple[Finding, ...] = ()

    @property
    def same_patient(self) -> tuple[str, str, str, date | None]:
        """Tells whether two claims of a file are of one person at one payer."""
        coverage = self.content.coverage
        return coverage.payer.name, coverage.member_id, self.patient.first_name, self.patient.birth_date
