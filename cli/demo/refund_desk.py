"""The demo's people at the refund desk: one approves, another sends; a payer that helps itself is let do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.case import CaseOrderBody
from domain.cases.kinds import REFUND, CaseState, CaseVerb
from storage.models import CaseRow

APPROVES, SENDS = "demo.billing_manager", "demo.accounts_payable"
RECOUPS_ITSELF = frozenset({"PPO01"})
"""Payers known to hold their overpayments back: their cases rest until shortly before they are due."""
RESTS_UNTIL_DUE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOrder:
    """An order about one case."""

    case_number: int
    body: CaseOrderBody


def refund_orders(session: Session, today: date) -> list[CaseOrder]:
    """What is to be done about the open refund cases, in order of their numbers."""
    rows = session.scalars(
        select(CaseRow).where(CaseRow.kind == REFUND, CaseRow.state != CaseState.CLOSED.value).order_by(CaseRow.number)
    )
    return [
        CaseOrder(case_number=row.number, body=body)
        for row in rows
        if (body := order_about(row.number, row.state, row.details, row.due_on, today)) is not None
    ]


def order_about(
    number: int, state: str, details: Mapping[str, object], due_on: date, today: date
) -> CaseOrderBody | None:
    """The next order about one case; None where it is let be."""
    if state == CaseState.APPROVED.value:
        return CaseOrderBody(
            verb=CaseVerb.SENT.value, id=f"demo/refund/{number}/sent", by=SENDS, reason="", check=f"RF{number}"
        )
    if details.get("payer_code") in RECOUPS_ITSELF and today < due_on - RESTS_UNTIL_DUE:
        return None
    approvals = details.get("approvals", 0)
    return CaseOrderBody(
        verb=CaseVerb.APPROVE.value,
        id=f"demo/refund/{number}/approve/{approvals}",
        by=APPROVES,
        reason="the balance is not ours: it was paid twice",
        check="",
    )
