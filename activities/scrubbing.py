"""The scrubber with the tables and dates of a claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import holidays
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, ClaimForSubmission
from domain.claim.submission import claim_control_number
from domain.coverage.coverage import PayerKind
from domain.coverage.policy import FilingUnit
from domain.deadlines.timely_filing import FilingLimit, LimitUnit, claim_deadline
from domain.people.parties import BillingProvider, Person
from domain.scrubbing.finding import Finding, ScrubContext, Severity, error
from domain.scrubbing.registry import scrub
from edi import claim_interchange
from storage.models import Claim, EncounterRow, Patient
from storage.reference import policy
from storage.serialise import from_json


def findings_of(session: Session, claim: Claim, content: ClaimContent, today: date) -> tuple[Finding, ...]:
    """Everything the rules say about one version of a claim."""
    encounter = session.get_one(EncounterRow, claim.encounter_id)
    patient = session.get_one(Patient, claim.patient_id)
    rules = policy(session, claim.payer_kind, claim.payer_code, today)
    by_year = rules.timely_filing_unit is FilingUnit.CALENDAR_YEAR
    limit = FilingLimit(
        amount=1 if by_year else rules.timely_filing_days,
        unit=LimitUnit.CALENDAR_YEARS if by_year else LimitUnit.DAYS,
        source="payer_policies",
        next_workday=claim.payer_kind == PayerKind.MEDICARE,
        warn_days=rules.timely_filing_warning_days,
    )
    return scrub(
        ScrubContext(
            content=content,
            patient=from_json(Person, patient.person),
            provider=content.billing.applied_to(from_json(BillingProvider, encounter.provider)),
            today=today,
            filing_deadline=claim_deadline(content, limit, _federal_holidays(content.first_service.year)),
            filing_warning_days=rules.timely_filing_warning_days,
        )
    )


def unwritable(session: Session, claim: Claim, content: ClaimContent, at: datetime) -> list[Finding]:
    """What would keep the claim from being written as an 837P: one bad claim must not stop a whole batch."""
    encounter = session.get_one(EncounterRow, claim.encounter_id)
    patient = session.get_one(Patient, claim.patient_id)
    problems = claim_interchange.problems_of(
        ClaimForSubmission(
            control_number=claim_control_number(claim.number, 1),
            frequency="1",
            original_reference="",
            provider=content.billing.applied_to(from_json(BillingProvider, encounter.provider)),
            patient=from_json(Person, patient.person),
            content=content,
        ),
        at=at,
    )
    return [error("x12-unwritable", "837P", problem, "correct the named element") for problem in problems]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep the claim in the house."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@lru_cache(maxsize=32)
def _federal_holidays(year: int) -> frozenset[date]:
    """Federal non-workdays of a year and the two after it: where filing limits fall."""
    return frozenset(holidays.country_holidays("US", years=[year, year + 1, year + 2]))
