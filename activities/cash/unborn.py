"""The nightly look at visits: link those whose charges came, ask for the others with what each is worth."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from domain.remittance.balancing import dollars
from storage import visits, work_items
from storage.reference import cash_policy

LOOKED_AT_WITHIN = timedelta(days=3)
BY = "nightly look"


def link_and_ask(session: Session, organisation_id: int, today: date) -> int:
    """Link visits to encounters, then open one work item for each overdue visit; returns how many are new."""
    visits.link(session, by=BY, today=today)
    days = cash_policy(session, today).visit_charges_days
    late = visits.waiting_before(session, today - timedelta(days=days))
    usual = visits.medians(session) if late else {}
    asked = 0
    for visit in late:
        worth, kind = visit.expected_cents or usual.get(visit.visit_type, 0), visit.visit_type
        told = f"worth {dollars(worth)}" if worth else "its worth is not known"
        asked += work_items.open_item(
            session,
            organisation_id,
            key=visits.item_key(visit.id),
            kind=visits.WITHOUT_CHARGES,
            reason=(
                f"Visit {visit.id} of {visit.seen_on}{f' ({kind})' if kind else ''} has no charges after {days} days: "
                f"{told}"
            ),
            remedy="Enter its charges, or say why there is nothing to bill (`claimflow visits excuse`)",
            owner="coder",
            due_on=today + LOOKED_AT_WITHIN,
            opened_on=today,
            details={"visit": visit.id, "worth_cents": worth},
        )
    return asked
