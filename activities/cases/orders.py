"""What named persons order about a refund: carried out in one transaction, or refused with the reason."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.following import follow, undo_approval
from activities.cases.looking import open_case, snapshot
from activities.cases.refund import RefundCase
from contracts.case import CaseAnswer, CaseSnapshot, MisfitOrder, OrderedCase
from domain.cases.kinds import CaseState, CaseVerb, Decision
from domain.cases.orders import CaseOrder, OrderInvalid, parse_order, refusal
from domain.overpayments.books import plan_approved, plan_sent
from domain.overpayments.clock import CannotSuspend, concluded, suspended
from domain.remittance.balancing import dollars
from storage.models import Command

SEND_WITHIN = timedelta(days=7)


class Refused(ValueError):
    """The order cannot be carried out now; the text says why."""


def apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    """Carry an order out once: the same business id again gives the same answer and does nothing."""
    case = open_case(session, ordered.case)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return CaseAnswer(accepted=False, refusal=str(invalid), snapshot=snapshot(case))
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        if (earlier.verb, earlier.changes.get("case")) != (_verb(order), case.row.number):
            return CaseAnswer(accepted=False, refusal="the id belongs to another order", snapshot=snapshot(case))
        return CaseAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=snapshot(case))
    follow(case, ring_case=False)
    why = ""
    try:
        _carry_out(case, order)
    except (Refused, CannotSuspend) as refused:
        why = str(refused)
    _keep(case, order, why)
    return CaseAnswer(accepted=not why, refusal=why, snapshot=snapshot(case))


def record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    """An order from the Temporal UI that could not be carried out: its case's owner is told why."""
    case = open_case(session, misfit.case)
    case.ask(
        misfit.key,
        "command_refused",
        f"An order about refund case {case.row.number} could not be carried out: {'; '.join(misfit.problems)}",
        f"See `claimflow refund show {case.row.number}`, and order it again as docs/refunds.md describes",
        case.desk.today + timedelta(days=1),
    )
    return snapshot(case)


def _carry_out(case: RefundCase, order: CaseOrder) -> None:
    """Every check comes before anything is written."""
    if (why := refusal(order.verb, case.row.kind, case.state, case.row.decision)) is not None:
        raise Refused(why)
    match order.verb:
        case CaseVerb.APPROVE:
            _approve(case, order)
        case CaseVerb.REJECT:
            _reject(case, order)
        case CaseVerb.SENT:
            _sent(case, order)
        case CaseVerb.SUSPEND:
            case.set_clock(suspended(case.clock, case.desk.today, case.policy))
            case.note(
                f"suspended:{order.business_id}",
                f"Clock of refund case {case.row.number} suspended; due {case.row.due_on}",
                f"{order.reason} (42 CFR 401.305(b)(3))",
                order.by,
            )
            case.wait(case.state)


def _approve(case: RefundCase, order: CaseOrder) -> None:
    """The credit becomes a debt; the approval also ends an investigation."""
    row = case.row
    approvals = int(row.details.get("approvals", 0)) + 1
    cites = f"refund {row.number} approved by {order.by}"
    case.post(
        f"approved:{approvals}", "refund", f"{cites}: {order.reason}", order.by,
        plan_approved(case.place, row.amount_cents, cites),
    )  # fmt: skip
    case.tell(approvals=approvals, approved_by=order.by, approved_why=order.reason)
    case.set_clock(concluded(case.clock, case.desk.today))
    case.done_asking(order.by)
    case.ask(
        f"send:{approvals}",
        "refund_to_send",
        f"Refund case {row.number}: {case.words()} is approved by {order.by}; due {row.due_on}",
        f"Send it, then `claimflow refund sent {row.number} --check NUMBER`",
        min(row.due_on, case.desk.today + SEND_WITHIN),
    )
    case.note(f"approved:{approvals}", f"Refund approved: {case.words()}", order.reason, order.by)
    case.wait(CaseState.APPROVED)


def _reject(case: RefundCase, order: CaseOrder) -> None:
    if case.state is CaseState.APPROVED:
        undo_approval(case, order.reason, order.by)
    what = f"Refund case {case.row.number} rejected: {case.words()} is not returned"
    case.close(Decision.REJECTED, order.by, what, order.reason, ring_case=False)


def _sent(case: RefundCase, order: CaseOrder) -> None:
    row = case.row
    second_person = case.policy.refund_second_person_cents
    if 0 < second_person <= row.amount_cents and order.by == row.details.get("approved_by"):
        raise Refused(
            f"from ${dollars(second_person)} on another person sends a refund than the one who approved it: "
            "let a second person say that it was sent"
        )
    case.post(
        "sent", "refund", f"refund {row.number} sent, check {order.check}", order.by,
        plan_sent(case.place, row.amount_cents, f"refund {row.number}, check {order.check}"),
    )  # fmt: skip
    case.tell(check=order.check, sent_on=case.desk.today.isoformat())
    case.returned(row.amount_cents)
    what = f"Refund case {row.number} closed: ${dollars(row.amount_cents)} sent, check {order.check}"
    case.close(Decision.REFUNDED, order.by, what, str(row.details.get("approved_why", "")), ring_case=False)


def _verb(order: CaseOrder) -> str:
    return f"refund_{order.verb.value}"


def _keep(case: RefundCase, order: CaseOrder, why_not: str) -> None:
    case.desk.session.add(
        Command(
            organisation_id=case.desk.organisation_id,
            business_id=order.business_id,
            claim_number=case.row.claim_number,
            account_number=case.row.account_number,
            verb=_verb(order),
            by=order.by,
            reason=order.reason,
            changes={"case": case.row.number} | ({"check": order.check} if order.check else {}),
            accepted=not why_not,
            answer=why_not,
            business_at=case.desk.now,
        )
    )
