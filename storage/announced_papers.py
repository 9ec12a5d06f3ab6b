"""Papers that a payer asked for and that an attempt announces: requests for records that wait or were just sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.cases.kinds import RECORDS, CaseState, Decision
from domain.claim.claim import AnnouncedPapers
from storage.models import CaseRow


def announced_papers(
    session: Session, attempts: Mapping[int, tuple[str, date]]
) -> dict[int, tuple[AnnouncedPapers, ...]]:
    """By claim, for attempts at a payer that were made ready on a day: one for each request of this payer that is
    open, or whose records left since."""
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.kind == RECORDS, CaseRow.claim_number.in_(list(attempts)))
        .order_by(CaseRow.number)
    )
    found: dict[int, list[AnnouncedPapers]] = defaultdict(list)
    for row in rows:
        number = row.details.get("attachment_control_number", "")
        if row.claim_number is not None and number and _follows(row, *attempts[row.claim_number]):
            found[row.claim_number].append(AnnouncedPapers(control_number=number))
    return {claim: tuple(papers) for claim, papers in found.items()}


def _follows(row: CaseRow, payer_code: str, ready_on: date) -> bool:
    if row.details.get("payer_code") != payer_code:
        return False
    if row.state != CaseState.CLOSED.value:
        return True
    return row.decision == Decision.SENT.value and row.closed_on is not None and row.closed_on >= ready_on
