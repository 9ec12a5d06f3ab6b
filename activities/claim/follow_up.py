"""Following up: silence, 276/277 answers, reminders and escalation. Every path sets a next date."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.claim import filing_watch
from activities.claim.advice import advice_on_status
from activities.claim.history import last_attempt
from activities.claim.next_payer import bill_this_payer, waits_for_crossover
from activities.claim.step import BILLER, BILLING_MANAGER, SYSTEM, Step
from activities.records.case import open_request
from contracts import policies
from contracts.claim import ClaimRef, ClaimSnapshot, PayerSilent
from domain.claim.stages import Owes, Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.claim.submission import AttemptState
from domain.coverage.coverage import SEQUENCES
from domain.denials.explaining import StatusCodes
from storage import work_items
from storage.models import TimelineEntry

SILENT_TIMES = 3
"""After so many unanswered eligibility questions the visit goes on with coverage unknown."""
WORK_WITHIN = timedelta(days=7)
REMITTANCE_AFTER_FINAL = timedelta(days=10)
"""A claim reported as finalised is followed by its 835 within days, or a person asks for it."""
REMIND_AFTER = (timedelta(days=7), timedelta(days=14), timedelta(days=28))
"""Days to the next reminder: the first ones come quickly, then monthly; never none."""
ACCOUNT_LOOKED_AT_EVERY = timedelta(days=60)


def payer_silent(session: Session, silent: PayerSilent) -> ClaimSnapshot:
    """Nobody answered a real-time question: ask again later, and go on without the answer after a while."""
    step = Step.begin(session, silent.claim)
    step.note(
        f"silent:{step.now:%Y%m%dT%H%M%S}",
        "The payer's real-time line did not answer",
        f"asked {silent.times} time{'s' if silent.times > 1 else ''} in a row",
    )
    if Stage(step.claim.stage) is Stage.CHECKED_IN and silent.times >= SILENT_TIMES:
        step.move(
            Stage.CODING, Owes.PAYER, next_in=timedelta(0), waits_for="coding and scrubbing", owner=SYSTEM
        )
    elif Stage(step.claim.stage) is Stage.CHECKED_IN:
        step.stay(
            next_in=policies.PAYER_SILENT_RETRY_AFTER,
            waits_for="the payer's eligibility line, which did not answer",
            owner=SYSTEM,
        )
    else:
        step.stay(
            next_in=timedelta(days=1), waits_for="the payer's status line, which did not answer", owner=SYSTEM
        )
    return step.snapshot()


def note_status(session: Session, ref: ClaimRef, answer: StatusAnswer) -> ClaimSnapshot:
    """A 277 to our 276: pending waits on, final waits for its 835, anything else is a person's."""
    step = Step.begin(session, ref)
    if Stage(step.claim.stage) is not Stage.WITH_PAYER:
        return step.snapshot()
    last = last_attempt(session, step.claim)
    asked = _asked(step) + 1
    crossing = waits_for_crossover(step)
    if last is not None and not crossing:
        last.category, last.status_code = answer.category, answer.code
        last.status_entity, last.status_action = answer.entity, ""
        last.payer_control_number = answer.payer_control_number or last.payer_control_number
    step.note(
        f"{_question(step)}{asked}",
        f"Payer asked for the status: {answer.kind.value.replace('_', ' ')}",
        f"277 {answer.category}:{answer.code}",
    )
    policy = step.policy
    if crossing and answer.kind is StatusKind.NOT_FOUND:
        bill_this_payer(step, f"{step.claim.payer_code} does not have it from the earlier payer")
    elif answer.kind is StatusKind.PENDING and asked <= policy.status_questions:
        step.stay(
            next_in=timedelta(days=policy.status_interval_days),
            waits_for=f"{step.claim.payer_code}, which is still working on the claim",
            owner=SYSTEM,
        )
    elif answer.kind in (StatusKind.FINALISED_PAID, StatusKind.FINALISED_DENIED) and asked <= policy.status_questions:
        step.stay(
            next_in=REMITTANCE_AFTER_FINAL,
            waits_for=f"the remittance of {step.claim.payer_code}, which has decided",
            owner=SYSTEM,
        )
    else:
        _to_person(step, answer, last.state if last is not None else "")
    return step.snapshot()


def _to_person(step: Step, answer: StatusAnswer, attempt_state: str) -> None:
    reasons = {
        StatusKind.NOT_FOUND: "The payer does not know the claim",
        StatusKind.PENDING: "The payer is still working on the claim, long after it should have answered",
        StatusKind.FINALISED_PAID: "The payer says it has paid, but no remittance came",
        StatusKind.FINALISED_DENIED: "The payer says it has denied, but no remittance came",
        StatusKind.NEEDS_INFORMATION: "The payer asks for information",
        StatusKind.ERROR: "The payer could not answer the question about the claim",
    }
    if answer.kind is StatusKind.NEEDS_INFORMATION:
        asked_by = f"277 {answer.category}:{answer.code}"
        open_request(step, key=f"status:{_asked(step)}", asked_by=asked_by, notice_on=step.today)
    lost = attempt_state in (AttemptState.BATCHED, AttemptState.SENT)
    last = last_attempt(step.session, step.claim)
    codes = StatusCodes(category=answer.category, status_code=answer.code, entity=answer.entity)
    words, details = advice_on_status(step, codes, last.frequency if last else "1")
    step.ask_person(
        f"silent:{_asked(step)}",
        "payer_silent",
        f"{reasons[answer.kind]} (277 {answer.category}:{answer.code}: {words})",
        "It was never acknowledged: check the batch, then resubmit"
        if lost
        else "Call the payer; resubmit, correct, or write off",
        within=WORK_WITHIN,
        details=details,
    )
    step.move(
        Stage.PAYER_SILENT,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for="a biller to find out why the payer is silent",
        owner=BILLER,
    )


def remind(session: Session, ref: ClaimRef) -> ClaimSnapshot:
    """The next date passed: remind the owner, and tell the manager from the second time on."""
    step = Step.begin(session, ref)
    if step.claim.next_at is not None and step.claim.next_at > step.now:
        return step.snapshot()
    if Stage(step.claim.stage) is Stage.PATIENT_BALANCE:
        # The account asks and has an owner and dates of its own; the claim only looks again.
        step.stay(next_in=ACCOUNT_LOOKED_AT_EVERY, waits_for=step.claim.next_what, owner=step.claim.owner)
        step.ring_account()
        return step.snapshot()
    if filing_watch.warn(step):
        return step.snapshot()
    times = _reminded(step) + 1
    pause = REMIND_AFTER[min(times, len(REMIND_AFTER)) - 1]
    owner = step.claim.owner if times == 1 and step.claim.owner != SYSTEM else BILLING_MANAGER
    waits_for = step.claim.next_what
    step.note(f"reminder:{times}", f"Reminder {times}: nobody acted", f"still waits for {waits_for}")
    work_items.close_items(
        step.session, claim_number=step.claim.number, kinds={"overdue"}, by=SYSTEM, on=step.today
    )
    step.ask_person(
        f"reminder:{times}",
        "overdue",
        f"Overdue for the {_ordinal(times)} time: {waits_for}",
        "Ask the payer for its decision, or put the claim on hold with a reason"
        if Stage(step.claim.stage) is Stage.UNDER_REVIEW
        else "Act on the claim now, or put it on hold with a reason",
        within=pause,
        owner=owner,
    )
    step.stay(next_in=pause, waits_for=waits_for, owner=owner)
    return step.snapshot()


def _question(step: Step) -> str:
    """Key of the questions to the payer whose turn it is: each payer is asked as often as its policy says."""
    later = "" if step.claim.sequence == SEQUENCES[0] else f"{step.claim.sequence}:"
    return f"status:{later}"


def _asked(step: Step) -> int:
    return _count(step, f"claim:{step.claim.number}:{_question(step)}")


def _reminded(step: Step) -> int:
    return _count(step, f"claim:{step.claim.number}:reminder:")


def _count(step: Step, prefix: str) -> int:
    return (
        step.session.scalar(
            select(func.count()).where(
                TimelineEntry.claim_number == step.claim.number, TimelineEntry.key.startswith(prefix)
            )
        )
        or 0
    )


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
