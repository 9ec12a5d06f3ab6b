"""What the story of a case of care does: look, remind and escalate, carry out an order from the Temporal UI."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.care import applications, complaints
from activities.care.case import SYSTEM, CareCase, NotPossible
from activities.cases.desk import Desk
from contracts.case import CaseAnswer, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from domain.cases.kinds import ASSISTANCE, COMPLAINT, CaseState, CaseVerb, kind_of
from domain.cases.orders import CaseOrder, OrderInvalid, parse_order, refusal
from storage.care_rules import category
from storage.models import Command

_OPEN = "`claimflow {kind} show {number}` tells its story"


def look(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Where it stands."""
    return _locked(session, ref).snapshot()


def remind(session: Session, ref: CaseRef) -> CaseSnapshot:
    """A date passed: ask its owner again; from the due date on whoever is above."""
    case = _locked(session, ref)
    row, today = case.row, case.desk.today
    if not case.is_open or (row.next_at is not None and row.next_at > case.desk.now):
        return case.snapshot()
    overdue = today >= row.due_on
    if overdue:
        row.owner = _escalates_to(case)
        case.tell(person=None)
    case.done_asking(SYSTEM)
    resting = case.row.details.get("paused_until")
    what = kind_of(row.kind).waits_for[CaseState.OPEN] if resting else row.next_what
    case.ask(
        f"remind:{today}",
        f"{row.kind}_{'overdue' if overdue else 'due'}",
        f"{row.kind.capitalize()} {row.number} {'was' if overdue else 'is'} due on {row.due_on} ({row.due_rule})",
        f"It waits for {what}: {_OPEN.format(kind=row.kind, number=row.number)}",
        max(today, row.due_on),
    )
    case.note(f"remind:{today}", f"Asked again about {row.kind} {row.number}", f"due {row.due_on}; owner {row.owner}")
    if resting and date.fromisoformat(resting) <= today:
        case.tell(paused_until=None)
    case.wait(what)
    return case.snapshot()


def apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    """Carry an order out once: approve or reject an application, answer a complaint."""
    case = _locked(session, ordered.case)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return CaseAnswer(accepted=False, refusal=str(invalid), snapshot=case.snapshot())
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        if (earlier.verb, earlier.changes.get("case")) != (_verb(case, order), case.row.number):
            return CaseAnswer(accepted=False, refusal="the id belongs to another order", snapshot=case.snapshot())
        return CaseAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=case.snapshot())
    why = refusal(order.verb, case.row.kind, CaseState(case.row.state), case.row.decision) or ""
    if not why:
        try:
            _carry_out(case, order)
        except NotPossible as not_possible:
            why = str(not_possible)
    _keep(case, order, why)
    return CaseAnswer(accepted=not why, refusal=why, snapshot=case.snapshot())


def record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    """An order from the Temporal UI that could not be carried out: its owner is told why."""
    case = _locked(session, misfit.case)
    case.ask(
        misfit.key,
        "command_refused",
        f"An order about {case.row.kind} {case.row.number} could not be carried out: {'; '.join(misfit.problems)}",
        f"See `claimflow {case.row.kind} show {case.row.number}`, and order it again as docs/care.md describes",
        case.desk.today + timedelta(days=1),
    )
    return case.snapshot()


def _carry_out(case: CareCase, order: CaseOrder) -> None:
    """Each of these checks everything before it writes."""
    match order.verb:
        case CaseVerb.APPROVE:
            applications.approve(case, order.by, order.reason)
        case CaseVerb.REJECT:
            applications.reject(case, order.by, order.reason)
        case CaseVerb.ANSWER:
            # The body's ``check`` names the root cause; upheld is whatever has one.
            cause = order.check or "other"
            complaints.answer(case, order.reason, cause=cause, upheld=cause != "no_fault_found", by=order.by)


def _locked(session: Session, ref: CaseRef) -> CareCase:
    return CareCase.lock(Desk.at(session, ref.organisation_id, ref.today), ref.case_number)


def _escalates_to(case: CareCase) -> str:
    if case.row.kind == COMPLAINT:
        return category(str(case.row.details["category"])).escalates_to
    return kind_of(ASSISTANCE).escalates_to


def _verb(case: CareCase, order: CaseOrder) -> str:
    return f"{case.row.kind}_{order.verb.value}"


def _keep(case: CareCase, order: CaseOrder, why_not: str) -> None:
    case.desk.session.add(
        Command(
            organisation_id=case.desk.organisation_id,
            business_id=order.business_id,
            claim_number=case.row.claim_number,
            account_number=case.row.account_number,
            verb=_verb(case, order),
            by=order.by,
            reason=order.reason,
            changes={"case": case.row.number},
            accepted=not why_not,
            answer=why_not,
            business_at=case.desk.now,
        )
    )
