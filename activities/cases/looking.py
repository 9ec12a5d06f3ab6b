"""What a case's own story does: look at its row, and remind people when a date has come."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from activities.cases.following import follow
from activities.cases.refund import RefundCase
from contracts.case import CaseRef, CaseSnapshot
from domain.cases.kinds import CaseState


def look(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Read the row against the ledger; what was settled meanwhile is closed."""
    case = open_case(session, ref)
    follow(case, ring_case=False)
    return snapshot(case)


def remind(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Ask the owner again, and whoever is above from the due date on; nothing when its date has not come."""
    case = open_case(session, ref)
    follow(case, ring_case=False)
    row, today = case.row, case.desk.today
    if case.state is CaseState.CLOSED or (row.next_at is not None and row.next_at > case.desk.now):
        return snapshot(case)
    overdue = today >= row.due_on
    if overdue:
        row.owner = case.kind.escalates_to
    case.done_asking("system")
    case.ask(
        f"remind:{today}",
        "refund_overdue" if overdue else "refund_due",
        f"Refund case {row.number}, {case.words()}, {'was' if overdue else 'is'} due on {row.due_on}: {row.due_rule}",
        f"It waits for {row.next_what}: `claimflow refund show {row.number}`",
        max(today, row.due_on),
    )
    case.note(f"remind:{today}", f"Asked again: {case.words()}", f"due {row.due_on}; owner {row.owner}")
    case.wait(case.state)
    return snapshot(case)


def open_case(session: Session, ref: CaseRef) -> RefundCase:
    """The case of a step, locked."""
    return RefundCase.lock(Desk.at(session, ref.organisation_id, ref.today), ref.case_number)


def snapshot(case: RefundCase) -> CaseSnapshot:
    """What the row says now."""
    case.desk.session.flush()
    row = case.row
    return CaseSnapshot(
        kind=row.kind,
        state=row.state,
        owner=row.owner,
        next_at=row.next_at,
        next_what=row.next_what,
        due_on=row.due_on.isoformat(),
        decision=row.decision,
    )
