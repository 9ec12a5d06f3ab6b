"""Taking a claim back: here where no payer has it, else at the payer by a void (frequency 8) that it confirms."""

from __future__ import annotations

from datetime import timedelta

from activities.claim.closing import outcome_of
from activities.claim.history import last_attempt, no_payer_has_it, what_void_follows
from activities.claim.refusal import Refused
from activities.claim.step import SYSTEM, Step
from contracts.claim import CommandBody
from domain.claim.resubmission import NotAllowed, ReopeningRequested
from domain.claim.stages import Owes, Stage
from domain.claim.submission import OPEN_STATES, AttemptState
from domain.ledger.chart import LedgerAccount
from domain.ledger.posting import pair
from storage import claims, ledger

VOID = "8"
"""CLM05-3 of an attempt that takes the claim back."""


def void(step: Step, body: CommandBody) -> None:
    """Withdraw the claim, or ask its payer to void it; the same order again, once it has, closes the claim.

    Raises:
        Refused: this payer takes no void, an appeal waits, or money of the claim is not settled.
    """
    attempts = claims.attempts(step.session, step.claim.number)
    if no_payer_has_it(step.session, step.claim):
        for attempt in attempts:
            if attempt.state == AttemptState.READY:
                attempt.state = AttemptState.WITHDRAWN
        _close(step, body.id, body.by, "Voided before any payer took it up", body.reason)
        return
    last = attempts[-1]
    if last.frequency == VOID and last.state in (AttemptState.ACCEPTED, AttemptState.ANSWERED):
        _refuse_unsettled(step)
        last.state = AttemptState.ANSWERED
        _close(step, body.id, body.by, "Voided: the payer has taken the void", body.reason)
        return
    following = what_void_follows(step.session, step.claim, step.today)
    if isinstance(following, NotAllowed):
        raise Refused(following.why)
    if isinstance(following, ReopeningRequested):
        raise Refused(f"this payer takes no void by 837 ({following.why}): return what it paid, or write it off")
    if last.state in OPEN_STATES:
        last.state = AttemptState.WITHDRAWN
        last.answered_on = step.today
        step.session.flush()
    claims.commit_ready(step.session, step.claim.number, following, step.today)
    number = last.attempt + 1
    step.note(f"command:{body.id}", f"To be voided at the payer (attempt {number})", body.reason, by=body.by)
    step.done_by(body.by)
    step.move(
        Stage.WITH_PAYER,
        Owes.PAYER,
        next_in=timedelta(days=step.policy.follow_up_days),
        waits_for=f"{step.claim.payer_code} to take the claim back (attempt {number})",
        owner=SYSTEM,
        denial_group="",
    )


def is_being_voided(step: Step) -> bool:
    """Whether the newest attempt takes the claim back."""
    last = last_attempt(step.session, step.claim)
    return last is not None and last.frequency == VOID


def voided_by_payer(step: Step) -> bool:
    """The payer's reversal confirms the void: the claim ends. False where its money is not settled yet."""
    last = last_attempt(step.session, step.claim)
    assert last is not None, "a void was sent"
    if _unsettled(step):
        return False
    last.state, last.answered_on = AttemptState.ANSWERED, last.answered_on or step.today
    _close(step, f"attempt:{last.attempt}", SYSTEM, "Voided by the payer", "it took its decision back")
    return True


def _refuse_unsettled(step: Step) -> None:
    if _unsettled(step):
        raise Refused("what was paid on this claim is not taken back yet: wait for the reversal, refund the patient")


def _unsettled(step: Step) -> bool:
    """Whether anything but the charge itself, still open, stands on the claim."""
    return step.balance(LedgerAccount.PAYER_RECEIVABLE) != -step.balance(LedgerAccount.REVENUE)


def _close(step: Step, key: str, by: str, what: str, why: str) -> None:
    step.lock_account()
    booked = -step.balance(LedgerAccount.REVENUE)
    if booked:
        ledger.post(
            step.session,
            step.ref.organisation_id,
            key=f"void:{step.claim.number}:{key}",
            kind="reversal",
            cites=f"voided by {by}",
            by=by,
            business_date=step.today,
            legs=pair(
                LedgerAccount.PAYER_RECEIVABLE,
                LedgerAccount.REVENUE,
                -booked,
                f"voided by {by}",
                step.claim.number,
                step.claim.account_number,
            ),
        )
    step.note(f"command:{key}" if by != SYSTEM else f"{key}:voided", what, why, by=by)
    step.close(outcome_of(step.session, step.claim, voided=True), why, by=by)
