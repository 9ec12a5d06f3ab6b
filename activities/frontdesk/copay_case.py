"""The research about an unpaid copay: a case with an owner and a day, decided by a rule or by a named person.

It never touches the claim's stage: an unpaid copay holds nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from contracts.case import CaseAnswer, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from domain.cases.kinds import COPAY_RESEARCH, CaseState, CaseVerb, kind_of
from domain.cases.orders import OrderInvalid, parse_order, refusal
from domain.cases.reminders import next_look
from domain.checkin.copay import RULES, CopayResult, Ground, copay_due
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.remittance.balancing import dollars
from storage import care, cases, doorbells, frontdesk, frontdesk_copays, timeline, work_items
from storage.frontdesk_copays import RESEARCHED
from storage.models import CaseRow, Command, CopayRow, PatientFlagRow
from storage.models.base import Json

DECIDE_WITHIN = timedelta(days=14)
REMINDER_DAYS = 7
FRONT_DESK = "front_desk"
REFUND_OWNER = "patient_accounts"


class NotThisWay(ValueError):
    """Why a research cannot be decided so, and what to do instead."""


def open_research(desk: Desk, copay: CopayRow, by: str) -> CaseRow | None:
    """Begin the research once for each copay. Where a rule says that nothing was owed, it ends at once, as exempt."""
    kind = kind_of(COPAY_RESEARCH)
    due_on = desk.today + DECIDE_WITHIN
    found = findings(desk, copay)
    row = cases.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": f"copay_research:{copay.number}",
            "kind": COPAY_RESEARCH,
            "claim_number": None,
            "account_number": copay.account_number,
            "amount_cents": copay.due_cents - copay.paid_cents,
            "state": CaseState.OPEN.value,
            "opened_on": desk.today,
            "due_on": due_on,
            "due_rule": "house policy: within 14 days of the visit",
            "owner": kind.owner,
            "next_at": desk.morning_of(next_look(desk.today, due_on, REMINDER_DAYS, kind.after_due_days)),
            "next_what": kind.waits_for[CaseState.OPEN],
            "details": {"copay": copay.number, "claim": copay.claim_number, **found},
        },
    )
    if row is None:
        return None
    copay.case_number = row.number
    open_cents = dollars(row.amount_cents)
    _tell(desk, row, "opened", f"Research {row.number} begins: ${open_cents} of the copay was not paid",
          "the claim goes on", by)  # fmt: skip
    desk.session.flush()
    if found["ground"]:
        settle(desk, copay, CopayResult.EXEMPT, "system", RULES[Ground(found["ground"])])
    else:
        _ask(desk, row, "copay_unpaid", due_on, "decide")
    _ring(desk, row, MessageKind.OPEN)
    return row


def findings(desk: Desk, copay: CopayRow) -> Json:
    """What the books know: was it owed, is there other coverage, was need documented."""
    appointment = frontdesk.get(desk.session, copay.appointment_number)
    coverages = frontdesk.coverages_of(appointment)
    payer = coverages[0].coverage.payer if coverages else None
    answer = frontdesk.latest_answer(desk.session, appointment.number, payer.code) if payer else None
    flags = {
        row.kind
        for row in desk.session.scalars(
            select(PatientFlagRow).where(PatientFlagRow.account_number == copay.account_number)
        )
        if row.began_on <= appointment.on_day and (row.ends_on is None or appointment.on_day <= row.ends_on)
    }
    now_due = copay_due(answer, payer.kind if payer else None, frontdesk.services_of(appointment), flags)
    return {
        "ground": now_due.ground.value if now_due.ground else "",
        "was_it_owed": now_due.why,
        "other_payers": [other.name for other in answer.other_payers] if answer else [],
        "other_coverages": [one.coverage.payer.code for one in coverages[1:]],
        "assistance": [award.number for award in care.awards_of(desk.session, copay.account_number)],
    }


def decide(
    desk: Desk, case_number: int, result: CopayResult, *, ground: Ground | None, by: str, reason: str
) -> CaseRow:
    """A named person's decision; the same again changes nothing.

    Raises:
        UnknownCase: no such research.
        NotThisWay: what it rests on is not there.
    """
    row = cases.get(desk.session, case_number, for_update=True)
    if row.kind != COPAY_RESEARCH:
        raise cases.UnknownCase(f"no research about a copay has the number {case_number}")
    if row.state == CaseState.CLOSED.value:
        if row.decision == result.value:
            return row
        raise NotThisWay(f"research {case_number} was decided: {row.decision.replace('_', ' ')} by {row.decided_by}")
    copay = frontdesk_copays.of_case(desk.session, case_number)
    _require(desk, copay, result, ground)
    settle(desk, copay, result, by, f"{RULES[ground]}: {reason}" if ground else reason)
    return row


def settle(desk: Desk, copay: CopayRow, result: CopayResult, by: str, reason: str) -> None:
    """Close the research with what follows from it, and wake its workflow."""
    assert copay.case_number is not None, "only a research is settled"
    row = cases.get(desk.session, copay.case_number, for_update=True)
    if row.state == CaseState.CLOSED.value:
        return
    row.state, row.decision, row.decided_by = CaseState.CLOSED.value, result.value, by
    row.closed_on, row.next_at, row.next_what = desk.today, None, ""
    copay.decided_by, copay.decided_reason = by, reason
    copay.state = {CopayResult.PAID: "paid", CopayResult.EXEMPT: "exempt", CopayResult.REFUND: "refund"}.get(
        result, RESEARCHED
    )
    _done_asking(desk, row, by)
    words = result.value.replace("_", " ")
    _tell(desk, row, "closed", f"Research {row.number} about the copay ended: {words}", reason, by)
    if result is CopayResult.REFUND:
        _ask_to_refund(desk, row, copay)
    desk.session.flush()
    _ring(desk, row, MessageKind.DECISION)


def _require(desk: Desk, copay: CopayRow, result: CopayResult, ground: Ground | None) -> None:
    if result is CopayResult.PAID and copay.paid_cents < copay.due_cents:
        raise NotThisWay(f"the receipts do not say so: `claimflow copay collect {copay.number}` enters the payment")
    if result is CopayResult.REFUND and not copay.paid_cents:
        raise NotThisWay("nothing was paid: there is nothing to give back")
    if result is CopayResult.EXEMPT and ground is None:
        raise NotThisWay(f"an exemption names its ground: {', '.join(one.value for one in Ground)}")
    if ground is Ground.HARDSHIP and not care.awards_of(desk.session, copay.account_number):
        raise NotThisWay(
            "a copay is waived for documented need only, never as a routine (42 CFR 1003.110): "
            "let the patient apply (`claimflow assistance apply`) and decide that first"
        )
    known = findings(desk, copay)
    if ground is not None and ground is not Ground.HARDSHIP and known["ground"] != ground.value:
        raise NotThisWay(f"the books do not show it ({known['was_it_owed']}): correct coverage, plan or flag first")


def _ask_to_refund(desk: Desk, row: CaseRow, copay: CopayRow) -> None:
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"case:{row.number}:refund",
        kind="copay_refund",
        reason=f"${dollars(copay.paid_cents)} of copay {copay.number} was not owed and goes back to the patient",
        remedy="The credit becomes a refund case by itself once nothing of the account is open; "
        f"until then tell the patient: `claimflow copay show {copay.number}`",
        owner=REFUND_OWNER,
        due_on=desk.today + DECIDE_WITHIN,
        opened_on=desk.today,
        account_number=copay.account_number,
    )


# The steps of the case's workflow.


def is_one(session: Session, case_number: int) -> bool:
    """Whether a case is a research about a copay."""
    return session.scalar(select(CaseRow.kind).where(CaseRow.number == case_number)) == COPAY_RESEARCH


def look(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Where it stands."""
    return _snapshot(cases.get(session, ref.case_number))


def remind(session: Session, ref: CaseRef) -> CaseSnapshot:
    """Ask again before its day; from that day on ask whoever is above."""
    desk = Desk.at(session, ref.organisation_id, ref.today)
    row = cases.get(session, ref.case_number, for_update=True)
    if row.state == CaseState.CLOSED.value or (row.next_at is not None and row.next_at > desk.now):
        return _snapshot(row)
    kind = kind_of(COPAY_RESEARCH)
    if desk.today >= row.due_on:
        row.owner = kind.escalates_to
    _done_asking(desk, row, "system")
    overdue = desk.today >= row.due_on
    _ask(desk, row, "copay_overdue" if overdue else "copay_unpaid", max(desk.today, row.due_on), f"remind:{desk.today}")
    row.next_at = desk.morning_of(next_look(desk.today, row.due_on, REMINDER_DAYS, kind.after_due_days))
    return _snapshot(row)


def apply_order(session: Session, ordered: OrderedCase) -> CaseAnswer:
    """An order from the Temporal UI: ``reject`` says that the copay is owed as it stands, with the reason."""
    desk = Desk.at(session, ordered.case.organisation_id, ordered.case.today)
    row = cases.get(session, ordered.case.case_number, for_update=True)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return CaseAnswer(accepted=False, refusal=str(invalid), snapshot=_snapshot(row))
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        same = (earlier.verb, earlier.changes.get("case")) == (f"copay_{order.verb.value}", row.number)
        why = earlier.answer if same else "the id belongs to another order"
        return CaseAnswer(accepted=same and earlier.accepted, refusal=why, snapshot=_snapshot(row))
    why = refusal(order.verb, COPAY_RESEARCH, CaseState(row.state), row.decision) or ""
    if not why and order.verb is CaseVerb.REJECT:
        settle(desk, frontdesk_copays.of_case(session, row.number), CopayResult.OWED, order.by, order.reason)
    session.add(
        Command(
            organisation_id=desk.organisation_id,
            business_id=order.business_id,
            account_number=row.account_number,
            verb=f"copay_{order.verb.value}",
            by=order.by,
            reason=order.reason,
            changes={"case": row.number},
            accepted=not why,
            answer=why,
            business_at=desk.now,
        )
    )
    return CaseAnswer(accepted=not why, refusal=why, snapshot=_snapshot(row))


def record_misfit(session: Session, misfit: MisfitOrder) -> CaseSnapshot:
    """An order that could not be carried out: somebody is told why."""
    desk = Desk.at(session, misfit.case.organisation_id, misfit.case.today)
    row = cases.get(session, misfit.case.case_number)
    work_items.open_item(
        session,
        desk.organisation_id,
        key=f"case:{row.number}:{misfit.key}",
        kind="command_refused",
        reason=f"An order about research {row.number} could not be carried out: {'; '.join(misfit.problems)}",
        remedy="Order it again as docs/front-desk.md describes",
        owner=row.owner or FRONT_DESK,
        due_on=desk.today + timedelta(days=1),
        opened_on=desk.today,
        account_number=row.account_number,
    )
    return _snapshot(row)


def _ask(desk: Desk, row: CaseRow, kind: str, due_on: date, key: str) -> None:
    known = row.details["was_it_owed"]
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"case:{row.number}:{key}",
        kind=kind,
        reason=f"${dollars(row.amount_cents)} of copay {row.details['copay']} was not paid at the desk ({known})",
        remedy=f"Ask the patient kindly, look for other coverage, offer help; `claimflow copay decide {row.number}`",
        owner=row.owner,
        due_on=due_on,
        opened_on=desk.today,
        account_number=row.account_number,
        details={"case": row.number},
    )


def _done_asking(desk: Desk, row: CaseRow, by: str) -> None:
    work_items.close_items(
        desk.session,
        account_number=row.account_number,
        kinds=("copay_unpaid", "copay_overdue"),
        by=by,
        on=desk.today,
    )


def _tell(desk: Desk, row: CaseRow, key: str, what: str, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"case:{row.number}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=row.account_number,
        claim_number=row.details.get("claim"),
    )


def _ring(desk: Desk, row: CaseRow, kind: MessageKind) -> None:
    bell = Doorbell(recipient=Recipient.CASE, number=str(row.number), kind=kind, business_at=desk.now)
    doorbells.ring(desk.session, desk.organisation_id, bell)


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
