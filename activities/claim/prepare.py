"""Preparing an attempt: scrub the claim, book its charge, commit a ready row or a paper request."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from activities.audit.before_sending import contradictions
from activities.claim.enrolment import enrolment_errors
from activities.claim.filing_watch import note_passed
from activities.claim.history import last_attempt, what_may_follow
from activities.claim.next_payer import PLACES
from activities.claim.papers import request_reopening
from activities.claim.step import BILLER, BILLING_MANAGER, SYSTEM, Step
from activities.scrubbing import errors_of, findings_of, unwritable
from contracts.claim import ClaimRef, ClaimSnapshot
from domain.claim.resubmission import NotAllowed, ReopeningRequested
from domain.claim.stages import Owes, Stage
from domain.claim.submission import OPEN_STATES, AttemptState, NextAttempt
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_charge, plan_charge_change
from storage import claims, ledger

FIX_WITHIN = timedelta(days=3)
DECIDE_WITHIN = timedelta(days=5)
REOPENING_DECIDED_WITHIN = timedelta(days=60)
"""CMS 100-04 ch. 34: contractors process clerical error reopenings within 60 days."""


def scrub(session: Session, ref: ClaimRef) -> ClaimSnapshot:
    """Check the content; errors keep the claim in the house with a work item for the biller."""
    step = Step.begin(session, ref)
    if Stage(step.claim.stage) is not Stage.CODING:
        return step.snapshot()
    content = claims.content(session, step.claim.number)
    errors = errors_of(findings_of(session, step.claim, content, step.today))
    errors = errors or unwritable(session, step.claim, content, step.now)
    errors = [*errors, *contradictions(step), *enrolment_errors(step)]
    if errors:
        first = errors[0]
        step.ask_person(
            f"v{step.claim.version}:findings",
            "findings",
            f"{first.message}" + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""),
            first.remedy,
            within=FIX_WITHIN,
            details={
                "findings": [
                    {"line": e.line, "rule": e.rule, "place": e.place, "message": e.message, "remedy": e.remedy}
                    for e in errors
                ]
            },
        )
        step.note(
            f"v{step.claim.version}:findings", "Kept back by the scrubber", "; ".join(e.message for e in errors[:3])
        )
        step.move(
            Stage.FINDINGS,
            Owes.PAYER,
            next_in=FIX_WITHIN,
            waits_for="a biller to correct what the scrubber found",
            owner=BILLER,
        )
    else:
        step.note(f"v{step.claim.version}:scrubbed", "Coded and scrubbed", "no errors found")
    return step.snapshot()


def commit_ready(session: Session, ref: ClaimRef) -> ClaimSnapshot:
    """Commit the next attempt as the payer's policy allows it."""
    step = Step.begin(session, ref)
    if Stage(step.claim.stage) is not Stage.CODING:
        return step.snapshot()
    may = what_may_follow(session, step.claim, step.today)
    match may:
        case NextAttempt():
            _submit(step, may)
        case ReopeningRequested():
            _reopen(step, may)
        case NotAllowed():
            _keep_back(step, may)
    return step.snapshot()


def _keep_back(step: Step, may: NotAllowed) -> None:
    late = may.first_is_late
    step.ask_person(
        f"v{step.claim.version}:{'late' if late else 'not-allowed'}",
        "filing_limit_passed" if late else "resubmission_not_allowed",
        may.why,
        "Send it under a named exception, or write it off" if late else "Decide what to do instead",
        within=DECIDE_WITHIN,
        owner=BILLING_MANAGER if late else BILLER,
    )
    if late:
        note_passed(step, may.why)
    step.move(
        Stage.FINDINGS,
        Owes.PAYER,
        next_in=DECIDE_WITHIN,
        waits_for=f"a biller to {'name an exception to the filing limit' if late else 'decide how the claim goes on'}",
        owner=BILLER,
    )


def _submit(step: Step, attempt: NextAttempt) -> None:
    _withdraw_open_attempt(step)
    _book_charge(step)
    claims.commit_ready(step.session, step.claim.number, attempt, step.today)
    number = _attempt_number(step)
    kinds = {"1": "Ready to be sent", "7": "Ready to be sent as a replacement (frequency 7)", "8": "Ready to be voided",
             "Q": "Ready to be sent as a reopening request (frequency Q)"}  # fmt: skip
    to = "" if step.claim.sequence == "P" else f" to the {PLACES[step.claim.sequence]} payer, {step.claim.payer_code}"
    step.note(f"attempt:{number}:ready", kinds.get(attempt.frequency, "Ready") + to, f"attempt {number}")
    step.done_by(SYSTEM)
    step.move(
        Stage.WITH_PAYER,
        Owes.PAYER,
        next_in=timedelta(days=step.policy.follow_up_days),
        waits_for=f"{step.claim.payer_code} to answer attempt {number}; then we ask what became of it",
        owner=SYSTEM,
        denial_group="",
    )


def _reopen(step: Step, request: ReopeningRequested) -> None:
    _book_charge(step)
    paper = request_reopening(step, request)
    step.note(paper.entry_key, "Reopening requested on paper", request.why)
    step.done_by(SYSTEM)
    step.move(
        Stage.UNDER_REVIEW,
        Owes.PAYER,
        next_in=REOPENING_DECIDED_WITHIN,
        waits_for=f"{step.claim.payer_code} to decide on the reopening",
        owner=SYSTEM,
    )


def _withdraw_open_attempt(step: Step) -> None:
    """A person ordered another attempt although the payer never answered the last one."""
    last = last_attempt(step.session, step.claim)
    if last is not None and last.state in OPEN_STATES:
        last.state = AttemptState.WITHDRAWN
        last.answered_on = step.today
        step.session.flush()


def _book_charge(step: Step) -> None:
    step.lock_account()
    charge = claims.content(step.session, step.claim.number).charge_cents
    booked = -step.balance(LedgerAccount.REVENUE)
    number, account = step.claim.number, step.claim.account_number
    legs = (
        plan_charge_change(booked, charge, number, account) if booked else plan_charge(charge, number, account)
    )
    if legs:
        last = last_attempt(step.session, step.claim)
        # By attempt too: a claim that was voided and is sent again in the same version is charged again.
        attempt = 1 if last is None else last.attempt + 1
        ledger.post(
            step.session,
            step.ref.organisation_id,
            key=f"charge:{number}:v{step.claim.version}:attempt{attempt}",
            kind="charge",
            cites=f"charge of version {step.claim.version}",
            by=SYSTEM,
            business_date=step.today,
            legs=legs,
        )


def _attempt_number(step: Step) -> int:
    last = last_attempt(step.session, step.claim)
    assert last is not None, "it was written a moment ago"
    return last.attempt
