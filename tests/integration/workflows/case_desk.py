"""Cases of the in-memory practice: a row, its reminders, and what people ordered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import activity

from contracts.case import CaseAnswer, CaseBooks, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from domain.cases.kinds import REFUND, CaseState, CaseVerb, Decision

REMIND_EVERY = timedelta(days=14)


@dataclass(kw_only=True)
class OneCase:
    """A refund case."""

    number: int
    next_at: datetime
    due_on: str = "2026-05-19"
    state: CaseState = CaseState.OPEN
    owner: str = "biller"
    decision: str = ""
    settled: bool = False
    """The books say that nothing is owed any more."""
    refuses: str = ""
    orders: list[str] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    known: dict[str, CaseAnswer] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)

    def snapshot(self) -> CaseSnapshot:
        return CaseSnapshot(
            kind=REFUND,
            state=self.state.value,
            owner=self.owner,
            next_at=None if self.state is CaseState.CLOSED else self.next_at,
            next_what="a named person to approve the refund or to reject it",
            due_on=self.due_on,
            decision=self.decision,
        )

    def close(self, decision: Decision) -> None:
        self.state, self.decision = CaseState.CLOSED, decision.value


class CaseDesk(CaseBooks):
    """Reminds every fortnight, escalates from the second time on."""

    def __init__(self) -> None:
        self.rows: dict[int, OneCase] = {}

    def new_case(self, next_at: datetime) -> OneCase:
        row = OneCase(number=50_001 + len(self.rows), next_at=next_at)
        self.rows[row.number] = row
        return row

    @activity.defn(name="look_at_case")
    def look(self, case: CaseRef) -> CaseSnapshot:
        row = self.rows[case.case_number]
        row.steps["look"] += 1
        if row.settled and row.state is not CaseState.CLOSED:
            row.close(Decision.RECOUPED)
        return row.snapshot()

    @activity.defn(name="remind_case")
    def remind(self, case: CaseRef) -> CaseSnapshot:
        row = self.rows[case.case_number]
        if row.next_at <= case.today:
            row.steps["remind"] += 1
            row.owner = "biller" if row.steps["remind"] == 1 else "billing_manager"
            row.next_at = case.today + REMIND_EVERY
        return row.snapshot()

    @activity.defn(name="apply_case_order")
    def apply_order(self, ordered: OrderedCase) -> CaseAnswer:
        row, order = self.rows[ordered.case.case_number], ordered.order
        if order.id in row.known:
            return row.known[order.id]
        if row.refuses:
            return CaseAnswer(accepted=False, refusal=row.refuses, snapshot=row.snapshot())
        row.orders.append(order.verb)
        match CaseVerb(order.verb):
            case CaseVerb.APPROVE:
                row.state = CaseState.APPROVED
            case CaseVerb.SENT:
                row.close(Decision.REFUNDED)
            case CaseVerb.REJECT:
                row.close(Decision.REJECTED)
            case CaseVerb.SUSPEND:
                row.next_at = ordered.case.today + timedelta(days=180)
        row.known[order.id] = CaseAnswer(accepted=True, snapshot=row.snapshot())
        return row.known[order.id]

    @activity.defn(name="record_misfit_case_order")
    def record_misfit(self, misfit: MisfitOrder) -> CaseSnapshot:
        row = self.rows[misfit.case.case_number]
        row.misfits += misfit.problems
        return row.snapshot()
