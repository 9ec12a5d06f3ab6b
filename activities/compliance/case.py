"""The case of a referral: reminded, escalated, decided by a person who has the role."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from contracts.case import CaseAnswer, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from domain.cases.kinds import COMPLIANCE, CaseState, CaseVerb, Decision, kind_of
from domain.cases.orders import CaseOrder, OrderInvalid, parse_order, refusal
from domain.cases.reminders import next_look
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import cases, compliance, doorbells, work_items
from storage.models import CaseRow, Command

REMINDER_DAYS = 7
_DECISIONS = {
    CaseVerb.RELEASE: Decision.RELEASED, CaseVerb.VOID: Decision.VOIDED, CaseVerb.REPAY: Decision.REPAID,
}  # fmt: skip


def is_one(session: Session, case_number: int) -> bool:
    """Whether a case is compliance's; the transaction then goes on as compliance."""
    compliance.as_compliance(session)
    kind = session.scalar(select(CaseRow.kind).where(CaseRow.number == case_number))
    if kind == COMPLIANCE:
        return True
    compliance.not_as_compliance(session)
    return False


def look(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Where it stands."""
    return _snapshot(cases.get(session, ref.case_number, for_update=True))


def remind(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Ask again, and whoever is above from the due date on. The work item says no more than that a review waits."""
    desk = Desk.at(session, ref.organisation_id, ref.today)
    row = cases.get(session, ref.case_number, for_update=True)
    if row.state == CaseState.CLOSED.value or (row.next_at is not None and row.next_at > desk.now):
        return _snapshot(row)
    kind = kind_of(COMPLIANCE)
    if desk.today >= row.due_on:
        row.owner = kind.escalates_to
    work_items.open_item(
        session,
        ref.organisation_id,
        key=f"case:{row.number}:remind:{desk.today}",
        kind="review_due",
        reason=f"Review {row.number} waits for a decision, due {row.due_on}",
        remedy="Those who review know where to look",
        owner=row.owner,
        due_on=max(desk.today, row.due_on),
        opened_on=desk.today,
    )
    row.next_at = desk.morning_of(next_look(desk.today, row.due_on, REMINDER_DAYS, kind.after_due_days))
    return _snapshot(row)


def apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    """Carry a decision out once; whoever does not have the role is refused without learning anything."""
    number = ordered.case.case_number
    desk = Desk.at(session, ordered.case.organisation_id, ordered.case.today)
    row = cases.get(session, number, for_update=True)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return CaseAnswer(accepted=False, refusal=str(invalid), snapshot=_snapshot(row))
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        if (earlier.verb, earlier.changes.get("case")) != (kept_verb(order.verb), number):
            return CaseAnswer(accepted=False, refusal="the id belongs to another order", snapshot=_snapshot(row))
        return CaseAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=_snapshot(row))
    why = ""
    try:
        compliance.require_role(session, order.by)
        why = refusal(order.verb, COMPLIANCE, CaseState(row.state), "decided") or ""
    except compliance.NotCompliance as not_theirs:
        why = str(not_theirs)
    if not why:
        _decide(desk, row, order)
    _keep(desk, number, order, why)
    return CaseAnswer(accepted=not why, refusal=why, snapshot=_snapshot(row))


def record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    """An order from the Temporal UI that could not be carried out."""
    desk = Desk.at(session, misfit.case.organisation_id, misfit.case.today)
    row = cases.get(session, misfit.case.case_number, for_update=True)
    work_items.open_item(
        session,
        misfit.case.organisation_id,
        key=misfit.key,
        kind="command_refused",
        reason=f"An order about review {row.number} could not be carried out: {'; '.join(misfit.problems)}",
        remedy="Order it again; those who review know how",
        owner=row.owner,
        due_on=desk.today + timedelta(days=1),
        opened_on=desk.today,
    )
    return _snapshot(row)


def kept_verb(verb: CaseVerb) -> str:
    """As the table of commands, which everybody may read, has it: that something was decided, and not what."""
    return "review_decided" if verb in _DECISIONS else f"review_{verb.value}"


def _decide(desk: Desk, row: CaseRow, order: CaseOrder) -> None:
    decision = _DECISIONS[order.verb]
    for referral in compliance.of_case(desk.session, row.number, for_update=True):
        referral.decision, referral.decided_by = decision.value, order.by
        referral.reason, referral.decided_on = order.reason, desk.today
        bell = Doorbell(
            recipient=Recipient.CLAIM,
            number=str(referral.claim_number),
            kind=MessageKind.DECISION,
            business_at=desk.now,
        )
        doorbells.ring(desk.session, desk.organisation_id, bell)
    row.state, row.decision, row.decided_by = CaseState.CLOSED.value, decision.value, order.by
    row.closed_on, row.next_at, row.next_what = desk.today, None, ""
    desk.session.flush()


def _keep(desk: Desk, number: int, order: CaseOrder, why: str) -> None:
    desk.session.add(
        Command(
            organisation_id=desk.organisation_id,
            business_id=order.business_id,
            verb=kept_verb(order.verb),
            by=order.by,
            reason="",
            changes={"case": number},
            accepted=not why,
            answer=why,
            business_at=desk.now,
        )
    )


def _snapshot(row: CaseRow) -> CaseSnapshot:
    """What the story of the case is told: neither the kind nor the decision, which histories would keep."""
    return CaseSnapshot(
        kind=kind_of(COMPLIANCE).shown_as,
        state=row.state,
        owner=row.owner,
        next_at=row.next_at,
        next_what=row.next_what,
        due_on=row.due_on.isoformat(),
        decision="decided" if row.decision else "",
    )
