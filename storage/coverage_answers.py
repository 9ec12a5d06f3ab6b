"""What payers answered about a patient's coverage (271), as days on which it was or was not active."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.scrubbing.context import CoveragePeriod
from storage.models import EligibilityRow
from storage.serialise import from_json

_TELLING = (CoverageStatus.ACTIVE.value, CoverageStatus.INACTIVE.value)


def coverage_periods(session: Session, patient_id: int, payer_code: str) -> tuple[CoveragePeriod, ...]:
    """By the newest answer about each day that was asked about; silence and 'not found' say nothing."""
    rows = session.scalars(
        select(EligibilityRow)
        .where(
            EligibilityRow.patient_id == patient_id,
            EligibilityRow.payer_code == payer_code,
            EligibilityRow.status.in_(_TELLING),
        )
        .order_by(EligibilityRow.asked_at, EligibilityRow.id)
    )
    newest = {row.service_date: row for row in rows}
    return tuple(
        period
        for row in newest.values()
        for period in periods_of(row.service_date, from_json(EligibilityAnswer, row.answer))
    )


def periods_of(asked_about: date, answer: EligibilityAnswer) -> Iterable[CoveragePeriod]:
    """An answer without the plan's own days is of the day that was asked about, and no other."""
    begins, ends = answer.plan_begins, answer.plan_ends
    if answer.status is CoverageStatus.ACTIVE:
        yield CoveragePeriod(start=begins or asked_about, end=ends or (None if begins else asked_about))
    elif begins is not None and begins > asked_about:
        yield CoveragePeriod(start=asked_about, end=begins - timedelta(days=1), active=False)
    else:
        yield CoveragePeriod(start=asked_about, end=asked_about, active=False)
    if ends is not None and (ends < asked_about or answer.status is CoverageStatus.ACTIVE):
        yield CoveragePeriod(start=ends + timedelta(days=1), active=False)
