"""A payer's request for records: opened once for what asked, answered in time with proof, or late and told so."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from activities.claim.step import SYSTEM, Step
from contracts.case import CaseAnswer, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from contracts.claim import ClaimRef
from domain.appeals.evidence import Purpose, checklist
from domain.cases.kinds import RECORDS, CaseState, CaseVerb, Decision, kind_of
from domain.cases.orders import CaseOrder, OrderInvalid, parse_order, refusal
from domain.cases.reminders import next_look
from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.ledger.chart import LedgerAccount
from storage import cases, doorbells, work_items
from storage.appeal_rules import evidence_rules
from storage.models import CaseRow, Command

REMINDER_DAYS = 14
_RULES = {PayerKind.MEDICARE: "a Medicare request (ADR) is answered within 45 days and denied on day 46 (CGS)"}


def open_request(step: Step, *, key: str, asked_by: str, notice_on: date) -> CaseRow | None:
    """Open a case for a request; None when one is open for this cause already."""
    due_on = notice_on + timedelta(days=step.policy.records_due_days)
    kind = PayerKind(step.claim.payer_kind)
    items = checklist(evidence_rules(), Purpose.RECORDS, kind, DenialGroup.INCOMPLETE, ())
    desk = Desk.at(step.session, step.ref.organisation_id, step.now)
    waits_for = kind_of(RECORDS).waits_for[CaseState.OPEN]
    row = cases.add(
        step.session,
        {
            "organisation_id": step.ref.organisation_id,
            "key": f"records:{step.claim.number}:{key}",
            "kind": RECORDS,
            "claim_number": step.claim.number,
            "account_number": step.claim.account_number,
            "amount_cents": step.balance(LedgerAccount.PAYER_RECEIVABLE),
            "state": CaseState.OPEN.value,
            "opened_on": step.today,
            "due_on": due_on,
            "due_rule": _RULES.get(kind, "the payer's policy for requests of records"),
            "owner": kind_of(RECORDS).owner,
            "next_at": desk.morning_of(_next_day(step.today, due_on)),
            "next_what": waits_for,
            "details": {
                "payer_code": step.claim.payer_code,
                "asked_by": asked_by,
                "checklist": [{"item": one.item, "what": one.what, "need": one.need.value} for one in items],
            },
        },
    )
    if row is None:
        return None
    row.details = row.details | {"attachment_control_number": attachment_number(row.number)}
    step.note(f"records:{row.number}:opened", f"Records asked for ({asked_by})", f"send them by {due_on}")
    _ring(step, row, MessageKind.OPEN)
    return row


def attachment_number(case_number: int) -> str:
    """The number that ties papers to the claim (PWK06 of an 837, printed on the cover sheet)."""
    return f"MR{case_number}"


def open_cases(step: Step) -> list[CaseRow]:
    """Requests about a claim that are not answered."""
    known = cases.of_claim(step.session, RECORDS, step.claim.number)
    return [row for row in known if row.state != CaseState.CLOSED.value]


def records_sent(step: Step, by: str, proof: str) -> None:
    """The mail room has the records: every open request about the claim is answered."""
    for row in open_cases(step):
        _close(step, row, Decision.SENT, by, f"Records sent for request {row.number}", proof)
        row.details = row.details | {"proof": proof, "late": step.today > row.due_on}
        _ring(step, row, MessageKind.DECISION)


def settle_requests(step: Step) -> None:
    """Nobody waits for records of a claim that was settled another way."""
    for row in open_cases(step):
        _close(step, row, Decision.SETTLED, SYSTEM, f"Request {row.number} for records ended", "the claim is settled")
        _ring(step, row, MessageKind.DECISION)


def is_one(session: Session, case_number: int) -> bool:
    """Whether a case is a request for records."""
    return session.scalar(select(CaseRow.kind).where(CaseRow.number == case_number)) == RECORDS


def look(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Where it stands."""
    return _snapshot(_locked(session, ref)[1])


def remind(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Ask again before the request is due; from that day on ask the manager, and say what late means."""
    step, row = _locked(session, ref)
    if row.state == CaseState.CLOSED.value or (row.next_at is not None and row.next_at > step.now):
        return _snapshot(row)
    kind = kind_of(RECORDS)
    late = step.today > row.due_on
    if step.today >= row.due_on:
        row.owner = kind.escalates_to
    _done_asking(step, row, SYSTEM)
    step.ask_person(
        f"case:{row.number}:remind:{step.today}",
        "records_overdue" if late else "records_due",
        f"Records that {row.details['payer_code']} asked for {'were' if late else 'are'} due on {row.due_on} "
        f"({row.due_rule})",
        "Send them late and ask the payer to take them; a denial for it can be appealed with the records"
        if late
        else f"`claimflow claim send-records {row.claim_number}`, or `claimflow records sent {row.number}`",
        within=max(row.due_on - step.today, timedelta(days=1)),
        owner=row.owner,
        details={"case": row.number},
    )
    desk = Desk.at(session, ref.organisation_id, ref.today)
    row.next_at = desk.morning_of(_next_day(step.today, row.due_on))
    return _snapshot(row)


def apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    """Carry an order out once: sent with its proof, or not sent with the reason."""
    step, row = _locked(session, ordered.case)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return CaseAnswer(accepted=False, refusal=str(invalid), snapshot=_snapshot(row))
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        if (earlier.verb, earlier.changes.get("case")) != (_verb(order), row.number):
            return CaseAnswer(accepted=False, refusal="the id belongs to another order", snapshot=_snapshot(row))
        return CaseAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=_snapshot(row))
    why = refusal(order.verb, RECORDS, CaseState(row.state), row.decision) or ""
    if not why:
        _carry_out(step, row, order)
    _keep(step, row, order, why)
    return CaseAnswer(accepted=not why, refusal=why, snapshot=_snapshot(row))


def record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    """An order from the Temporal UI that could not be carried out: somebody is told why."""
    step, row = _locked(session, misfit.case)
    step.ask_person(
        f"case:{row.number}:{misfit.key}",
        "command_refused",
        f"An order about request {row.number} could not be carried out: {'; '.join(misfit.problems)}",
        "Order it again as docs/appeals.md describes",
        within=timedelta(days=1),
    )
    return _snapshot(row)


def _carry_out(step: Step, row: CaseRow, order: CaseOrder) -> None:
    if order.verb is CaseVerb.SENT:
        row.details = row.details | {"proof": order.check, "late": step.today > row.due_on}
        _close(step, row, Decision.SENT, order.by, f"Records sent for request {row.number}", order.check)
    else:
        _close(
            step, row, Decision.REJECTED, order.by, f"Request {row.number} for records is not answered", order.reason
        )


def _close(step: Step, row: CaseRow, decision: Decision, by: str, what: str, why: str) -> None:
    row.state, row.decision, row.decided_by = CaseState.CLOSED.value, decision.value, by
    row.closed_on, row.next_at, row.next_what = step.today, None, ""
    _done_asking(step, row, by)
    step.note(f"records:{row.number}:closed", what, why, by=by)
    step.session.flush()


def _done_asking(step: Step, row: CaseRow, by: str) -> None:
    work_items.close_items(
        step.session, claim_number=row.claim_number, kinds=("records_due", "records_overdue"), by=by, on=step.today
    )


def _locked(session: Session, ref: CaseRef) -> tuple[Step, CaseRow]:
    claim = cases.get(session, ref.case_number).claim_number
    assert claim is not None, "a request is about a claim"
    step = Step.begin(session, ClaimRef(organisation_id=ref.organisation_id, claim_number=claim, today=ref.today))
    return step, cases.get(session, ref.case_number, for_update=True)


def _next_day(today: date, due_on: date) -> date:
    return next_look(today, due_on, REMINDER_DAYS, kind_of(RECORDS).after_due_days)


def _ring(step: Step, row: CaseRow, kind: MessageKind) -> None:
    bell = Doorbell(recipient=Recipient.CASE, number=str(row.number), kind=kind, business_at=step.now)
    doorbells.ring(step.session, step.ref.organisation_id, bell)


def _snapshot(row: CaseRow) -> CaseSnapshot:
    return CaseSnapshot(
        kind=row.kind,
        state=row.state,
        owner=row.owner,
        next_at=row.next_at,
        next_what=row.next_what,
        due_on=row.due_on.isoformat(),
        decision=row.decision,
    )


def _verb(order: CaseOrder) -> str:
    return f"records_{order.verb.value}"


def _keep(step: Step, row: CaseRow, order: CaseOrder, why: str) -> None:
    step.session.add(
        Command(
            organisation_id=step.ref.organisation_id,
            business_id=order.business_id,
            claim_number=row.claim_number,
            verb=_verb(order),
            by=order.by,
            reason=order.reason,
            changes={"case": row.number} | ({"check": order.check} if order.check else {}),
            accepted=not why,
            answer=why,
            business_at=step.now,
        )
    )
