"""What named persons order about a level: carried out in one transaction, or refused with the reason."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.appeals import held
from activities.appeals.deciding import decide
from activities.appeals.desk import AppealDesk
from activities.appeals.evidence import in_words, lacking
from activities.appeals.filing import file_request
from activities.appeals.following import follow
from activities.claim.refusal import Refused
from contracts.appeal import AppealAnswer, AppealSnapshot, MisfitAppealOrder, OrderedAppeal
from domain.appeals.clock import may_escalate
from domain.appeals.evidence import Need
from domain.appeals.examination import RecordState
from domain.appeals.orders import AppealOrder, OrderInvalid, parse_order
from domain.appeals.states import AppealState, AppealVerb, Outcome, refusal
from storage import appeals
from storage.models import Command


def apply_order(session: Session, ordered: OrderedAppeal) -> AppealAnswer:
    """Carry an order out once: the same business id again gives the same answer and does nothing."""
    desk = AppealDesk.lock(session, ordered.appeal)
    try:
        order = parse_order(vars(ordered.order))
    except OrderInvalid as invalid:
        return AppealAnswer(accepted=False, refusal=str(invalid), snapshot=desk.snapshot())
    earlier = session.scalars(select(Command).where(Command.business_id == order.business_id)).one_or_none()
    if earlier is not None:
        if (earlier.verb, earlier.changes.get("appeal")) != (_verb(order), desk.row.number):
            return AppealAnswer(accepted=False, refusal="the id belongs to another order", snapshot=desk.snapshot())
        return AppealAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=desk.snapshot())
    if desk.state is not AppealState.CLOSED and not desk.step.claim.held_for_review:
        follow(desk)
    why = ""
    nested = session.begin_nested()
    try:
        _carry_out(desk, order)
        session.flush()
    except Refused as refused:
        nested.rollback()
        session.expire_all()
        desk = AppealDesk.lock(session, ordered.appeal)
        why = str(refused)
    else:
        nested.commit()
    _keep(desk, order, why)
    return AppealAnswer(accepted=not why, refusal=why, snapshot=desk.snapshot())


def record_misfit(session: Session, misfit: MisfitAppealOrder) -> AppealSnapshot:
    """An order from the Temporal UI that could not be carried out: a person is told why."""
    desk = AppealDesk.lock(session, misfit.appeal)
    desk.ask(
        misfit.key,
        "command_refused",
        f"An order about {desk.words()} could not be carried out: {'; '.join(misfit.problems)}",
        f"See `claimflow appeal show {desk.row.number}`, and order it again as docs/appeals.md describes",
        due_on=desk.step.today + timedelta(days=1),
    )
    return desk.snapshot()


def _carry_out(desk: AppealDesk, order: AppealOrder) -> None:
    if why := held.refused(desk, order.verb):
        raise Refused(why)
    if why := refusal(order.verb, desk.state, desk.row.decision) or "":
        raise Refused(why)
    match order.verb:
        case AppealVerb.EVIDENCE:
            _provide(desk, order)
        case AppealVerb.FILE:
            file_request(desk, order.by, order.good_cause or desk.row.good_cause)
            desk.ring_claim()
        case AppealVerb.DECIDE:
            _decide(desk, order)
        case AppealVerb.ESCALATE:
            _escalate(desk, order)
        case AppealVerb.WITHDRAW:
            desk.close(Outcome.WITHDRAWN, order.by, f"{desk.words().capitalize()} withdrawn", order.reason)
            desk.move_register({"state": RecordState.DUE.value}, order.by, RecordState.FILED.value)
            desk.ring_claim()
        case AppealVerb.END:
            outcome = Outcome(desk.row.decision)
            desk.close(outcome, order.by, f"{desk.words().capitalize()} accepted: no next level", order.reason)


def _provide(desk: AppealDesk, order: AppealOrder) -> None:
    listed = appeals.evidence_of(desk.step.session, desk.row.number)
    found = next((one for one in listed if one.item == order.item), None)
    if found is None:
        raise Refused(f"the checklist has no such item; it has {', '.join(one.item for one in listed)}")
    found.provided_by, found.provided_on, found.note, found.waived = (
        order.by, desk.step.today, order.reason, order.waive,
    )  # fmt: skip
    desk.note(
        f"evidence:{order.item}:{order.business_id}",
        f"{'Filed without' if order.waive else 'Evidence for the appeal'}: {found.item.replace('_', ' ')}",
        order.reason,
        order.by,
    )
    missing = lacking(listed, Need.REQUIRED)
    still = f" ({in_words(missing)})" if missing else ": nothing required is missing, file it"
    desk.row.next_what = f"papers for the {desk.row.level_name}{still}"


def _decide(desk: AppealDesk, order: AppealOrder) -> None:
    assert order.dated is not None, "the order was read"
    if order.dated > desk.step.today:
        raise Refused("the decision is dated in the future: enter the date on the letter")
    decide(desk, Outcome(order.decision), order.dated, order.by)
    desk.ring_claim()


def _escalate(desk: AppealDesk, order: AppealOrder) -> None:
    if (why := may_escalate(desk.level, desk.row.decision_due, desk.step.today)) is not None:
        raise Refused(why)
    source = desk.level.overdue_source
    what = f"{desk.words().capitalize()} escalated: no decision in time ({source})"
    desk.close(Outcome.ESCALATED, order.by, what, order.reason)
    desk.move_register({"state": RecordState.UPHELD.value}, order.by, RecordState.FILED.value)
    desk.ring_claim()


def _verb(order: AppealOrder) -> str:
    return f"appeal_{order.verb.value}"


def _keep(desk: AppealDesk, order: AppealOrder, why_not: str) -> None:
    words = {"item": order.item, "decision": order.decision, "good_cause": order.good_cause}
    desk.step.session.add(
        Command(
            organisation_id=desk.step.ref.organisation_id,
            business_id=order.business_id,
            claim_number=desk.row.claim_number,
            verb=_verb(order),
            by=order.by,
            reason=order.reason,
            changes={"appeal": desk.row.number} | {key: value for key, value in words.items() if value},
            accepted=not why_not,
            answer=why_not,
            business_at=desk.step.now,
        )
    )
