"""The demo's compliance officer: reads what is held for review, and releases what the chart explains."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.demo.refund_desk import CaseOrder
from contracts.case import CaseOrderBody
from domain.cases.kinds import COMPLIANCE, CaseState, CaseVerb
from storage import compliance
from storage.models import CaseRow

OFFICER = "demo.compliance"
REASON = "the chart shows what was done: the claim goes on, and is corrected where it says something else"


def review_orders(session: Session, organisation_id: int, today: date) -> list[CaseOrder]:
    """A decision for each open review, in order of case. The officer is appointed at the first one."""
    compliance.as_compliance(session)
    open_cases = select(CaseRow.number).where(
        CaseRow.kind == COMPLIANCE, CaseRow.state != CaseState.CLOSED.value
    )
    numbers = list(session.scalars(open_cases.order_by(CaseRow.number)))
    if numbers:
        compliance.grant(session, organisation_id, OFFICER, OFFICER, today)
    compliance.not_as_compliance(session)
    return [
        CaseOrder(
            case_number=number,
            body=CaseOrderBody(verb=CaseVerb.RELEASE.value, id=f"demo/review/{number}", by=OFFICER, reason=REASON),
        )
        for number in numbers
    ]
