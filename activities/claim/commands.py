"""What people order, carried out in one transaction or refused with the reason."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from activities.appeals.following import follow_appeals
from activities.claim import review
from activities.claim.answer import hand_on_balance
from activities.claim.coverage_orders import change_coverages, refuse_unfit
from activities.claim.history import what_may_follow
from activities.claim.next_payer import kept_for_next_payer, order_next_payer
from activities.claim.patients_part import leave_to_patient, make_self_pay
from activities.claim.refusal import Refused
from activities.claim.step import BILLER, SYSTEM, Step
from activities.claim.voiding import void
from contracts.claim import ClaimSnapshot, CommandAnswer, CommandBody, MisfitCommand, OrderedCommand
from domain.claim.commands import Verb
from domain.claim.correction import NEXT_PAYER, CorrectionRefused, apply_changes
from domain.claim.coverage_change import coverage_changes
from domain.claim.resubmission import NotAllowed
from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_write_off
from domain.remittance.balancing import dollars
from storage import claims, ledger
from storage.models import Command

HELD_FOR = timedelta(days=14)
"""A hold is looked at again after two weeks: nothing rests for ever."""


def apply_command(session: Session, ordered: OrderedCommand) -> CommandAnswer:
    """Carry out an order once: the same business id again gives the same answer and does nothing."""
    step = Step.begin(session, ordered.claim)
    earlier = _earlier(step, ordered.command)
    if earlier is not None:
        return CommandAnswer(accepted=earlier.accepted, refusal=earlier.answer, snapshot=step.snapshot())
    nested = session.begin_nested()
    try:
        _carry_out(step, ordered.command)
        follow_appeals(step)
        session.flush()
    except (Refused, CorrectionRefused) as refusal:
        nested.rollback()
        session.expire_all()
        step = Step.begin(session, ordered.claim)
        _keep(step, ordered.command, accepted=False, answer=str(refusal))
        return CommandAnswer(accepted=False, refusal=str(refusal), snapshot=step.snapshot())
    nested.commit()
    _keep(step, ordered.command, accepted=True, answer="")
    return CommandAnswer(accepted=True, snapshot=step.snapshot())


def record_misfit(session: Session, misfit: MisfitCommand) -> ClaimSnapshot:
    """A signal from the Temporal UI whose body did not fit: a person is told why."""
    step = Step.begin(session, misfit.claim)
    step.ask_person(
        misfit.key,
        "command_refused",
        f"A biller_command could not be carried out: {'; '.join(misfit.problems)}",
        "Send it again as `claimflow claim command-schema` describes",
        within=timedelta(days=1),
    )
    step.note(misfit.key, "A command was refused", "; ".join(misfit.problems))
    return step.snapshot()


def _earlier(step: Step, body: CommandBody) -> Command | None:
    return step.session.query(Command).filter_by(business_id=body.id).one_or_none()


def _keep(step: Step, body: CommandBody, *, accepted: bool, answer: str) -> None:
    step.session.add(
        Command(
            organisation_id=step.ref.organisation_id,
            business_id=body.id,
            claim_number=step.claim.number,
            verb=body.command,
            by=body.by,
            reason=body.reason,
            changes=body.changes,
            accepted=accepted,
            answer=answer,
            business_at=step.now,
        )
    )


def _carry_out(step: Step, body: CommandBody) -> None:
    if step.claim.version != body.expected_version:
        raise Refused(
            f"the claim was changed meanwhile: it has version {step.claim.version}, the command expects "
            f"{body.expected_version}; look at the claim again, then repeat the command"
        )
    match Verb(body.command):
        case Verb.CORRECT:
            _correct(step, body)
        case Verb.RESUBMIT:
            _resubmit(step, body)
        case Verb.WRITE_OFF:
            _write_off(step, body)
        case Verb.SELF_PAY:
            _self_pay(step, body)
        case Verb.VOID:
            void(step, body)
        case Verb.HOLD:
            _hold(step, body)
        case Verb.RELEASE:
            _release(step, body)
        case Verb.APPEAL:
            review.appeal(step, body)
        case Verb.SEND_RECORDS:
            review.answer_with_records(step, body)


def _correct(step: Step, body: CommandBody) -> None:
    before = claims.content(step.session, step.claim.number)
    if coverages := coverage_changes(body.changes):
        values = {name: value for name, value in body.changes.items() if name not in coverages}
        if change_coverages(step, body, apply_changes(before, values), coverages):
            _prepare_again(step, body.by)
        return
    after = apply_changes(before, body.changes)
    if after == before:
        raise Refused("changes: every field already has that value; nothing was corrected")
    refuse_unfit(step, after)
    claims.add_version(
        step.session,
        step.claim.number,
        content=after,
        by=body.by,
        reason=body.reason,
        changes=body.changes,
        business_date=step.today,
    )
    may = what_may_follow(step.session, step.claim, step.today, body.reason)
    if isinstance(may, NotAllowed):
        raise Refused(may.why)
    step.note(
        f"command:{body.id}", f"Corrected: {', '.join(sorted(body.changes))}", body.reason, by=body.by
    )
    _prepare_again(step, body.by)


def _resubmit(step: Step, body: CommandBody) -> None:
    if NEXT_PAYER in body.changes:
        if len(body.changes) > 1:
            raise Refused(f"{NEXT_PAYER} is ordered alone: correct the claim first")
        order_next_payer(step, body.by, body.reason)
        return
    if body.changes:
        _correct(step, body)
        return
    may = what_may_follow(step.session, step.claim, step.today, body.reason)
    if isinstance(may, NotAllowed):
        raise Refused(may.why)
    step.note(f"command:{body.id}", "Ordered to be sent again", body.reason, by=body.by)
    _prepare_again(step, body.by)


def _prepare_again(step: Step, by: str) -> None:
    step.done_by(by)
    if Stage(step.claim.stage) is Stage.CHECKED_IN:
        return
    again = Stage.CHECKED_IN if Stage(step.claim.stage) is Stage.COVERAGE_ISSUE else Stage.CODING
    step.move(
        again,
        Owes.PAYER,
        next_in=timedelta(0),
        waits_for="eligibility is asked" if again is Stage.CHECKED_IN else "coding and scrubbing",
        owner=SYSTEM,
    )


def _self_pay(step: Step, body: CommandBody) -> None:
    step.lock_account()
    cents = make_self_pay(step, body)
    step.note(f"command:{body.id}", f"Made self-pay: ${dollars(cents)}", body.reason, by=body.by)
    step.done_by(body.by)
    hand_on_balance(step)


def _write_off(step: Step, body: CommandBody) -> None:
    step.lock_account()
    # What an earlier payer left to the patient is not given up with what the last one refused.
    leave_to_patient(step, given_up=True)
    owed_in = (
        LedgerAccount.PATIENT_RECEIVABLE
        if Stage(step.claim.stage) is Stage.PATIENT_BALANCE
        else LedgerAccount.PAYER_RECEIVABLE
    )
    owed = step.balance(owed_in)
    if owed_in is LedgerAccount.PAYER_RECEIVABLE:
        owed -= kept_for_next_payer(step)
    if owed > 0:
        ledger.post(
            step.session,
            step.ref.organisation_id,
            key=f"write-off:{step.claim.number}:{body.id}",
            kind="write_off",
            cites=f"written off by {body.by}",
            by=body.by,
            business_date=step.today,
            legs=plan_write_off(owed, body.by, step.claim.number, step.claim.account_number, owed_in),
        )
    step.note(f"command:{body.id}", f"Written off: ${dollars(owed)}", body.reason, by=body.by)
    step.done_by(body.by)
    hand_on_balance(step)
    if owed_in is LedgerAccount.PATIENT_RECEIVABLE:
        step.ring_account()


def _hold(step: Step, body: CommandBody) -> None:
    step.claim.held = True
    step.note(f"command:{body.id}", "Put on hold", body.reason, by=body.by)
    if step.claim.next_at is not None and step.claim.next_at < step.now + HELD_FOR:
        step.stay(next_in=HELD_FOR, waits_for=step.claim.next_what, owner=BILLER)


def _release(step: Step, body: CommandBody) -> None:
    step.claim.held = False
    step.note(f"command:{body.id}", "Released", body.reason, by=body.by)
    step.stay(next_in=timedelta(days=1), waits_for=step.claim.next_what, owner=step.claim.owner)

