"""The gate before every step of a claim: what is held for review does nothing until compliance has decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from activities.appeals.held import resume
from activities.cases.desk import Desk
from activities.cases.finding import claim_overpaid
from activities.claim import commands
from activities.claim.step import BILLER, SYSTEM, Step
from activities.compliance.holding import HELD, LOOK_AGAIN
from contracts.claim import ClaimRef, ClaimSnapshot, CommandAnswer, CommandBody, OrderedCommand
from domain.cases.kinds import Decision
from domain.claim.stages import TRANSITIONS, Owes, Stage
from domain.ledger.chart import LedgerAccount
from domain.ledger.posting import pair
from storage import claims, compliance, ledger, work_items
from storage.models import ComplianceReferral, RemittanceClaim, WorkItem

WORK_WITHIN = timedelta(days=7)
_SEVEREST = (Decision.RELEASED.value, Decision.VOIDED.value, Decision.REPAID.value)


def through(session: Session, ref: ClaimRef, work: Callable[[Session, ClaimRef], ClaimSnapshot]) -> ClaimSnapshot:
    """Do a step of a claim, unless it is held for review; carry out what was decided once nothing is undecided."""
    if not claims.get(session, ref.claim_number, for_update=True).held_for_review:
        return work(session, ref)
    step = Step.begin(session, ref)
    compliance.as_compliance(session)
    referrals = compliance.of_claim(session, ref.claim_number)
    decided = all(one.decision for one in referrals)
    if decided:
        _carry_out(step, [one for one in referrals if one.applied_on is None])
    compliance.not_as_compliance(session)
    if not decided and step.claim.next_at is not None and step.claim.next_at <= step.now:
        step.claim.next_at = step.now + LOOK_AGAIN
    return step.snapshot()


def ordered(session: Session, order: OrderedCommand) -> CommandAnswer:
    """A person's order about a claim: refused while it is held for review."""
    if claims.get(session, order.claim.claim_number, for_update=True).held_for_review:
        step = Step.begin(session, order.claim)
        return CommandAnswer(accepted=False, refusal=f"the claim is {HELD}", snapshot=step.snapshot())
    return commands.apply_command(session, order)


def _carry_out(step: Step, referrals: list[ComplianceReferral]) -> None:
    """Several referrals of one claim: the severest decision counts."""
    decision = max((one.decision for one in referrals), key=_SEVEREST.index)
    case_number = referrals[-1].case_number
    _restore(step, referrals)
    step.note(f"review-over:{case_number}", "The review is over", by=SYSTEM)
    if decision == Decision.REPAID.value:
        _repay(step, case_number)
    elif decision == Decision.VOIDED.value:
        _void(step, case_number)
    for one in referrals:
        one.applied_on = step.today
    step.session.flush()


def _restore(step: Step, referrals: list[ComplianceReferral]) -> None:
    """The edge it was at: what it waited for, who owned it, and what people had been asked."""
    first = next((one for one in referrals if one.before.get("first")), referrals[0])
    claim, before = step.claim, first.before
    claim.held_for_review = False
    claim.held = bool(before["held"])
    claim.denial_group = before["denial_group"]
    work_items.close_items(step.session, claim_number=claim.number, kinds={"held_for_review"}, by=SYSTEM, on=step.today)
    items = [item for one in referrals for item in one.before["items"]]
    step.session.execute(update(WorkItem).where(WorkItem.id.in_(items)).values(closed_on=None, closed_by=""))
    resume(step)
    stage = Stage(claim.stage)
    if stage is Stage.CLOSED:
        return
    if any(one.before["withdrawn"] for one in referrals) and Stage.CODING in TRANSITIONS[stage]:
        step.move(Stage.CODING, Owes.PAYER, next_in=timedelta(0), waits_for="coding and scrubbing", owner=SYSTEM)
        return
    waits_for = before["next_what"] if before["next_what"] != HELD else "somebody to look at it"
    now = stage in (Stage.CODING, Stage.CHECKED_IN)
    step.stay(next_in=timedelta(days=0 if now else 1), waits_for=waits_for, owner=before["owner"])


def _void(step: Step, case_number: int) -> None:
    """Withdrawn here where no payer has it; else a person takes it back at the payer."""
    body = CommandBody(
        command="void",
        id=f"review:{case_number}:{step.claim.number}",
        by="review",
        expected_version=step.claim.version,
        reason="decided in the review",
    )
    step.session.flush()
    if commands.apply_command(step.session, OrderedCommand(claim=step.ref, command=body)).accepted:
        return
    _ask(
        step,
        case_number,
        "void_after_review",
        "The review is over: this claim is to be taken back",
        "Void it at the payer (frequency 8), or ask for a reopening where it takes no 8; return what it paid",
    )


def _repay(step: Step, case_number: int) -> None:
    """What the payer paid becomes a credit, and a refund case with its clock sends it back."""
    paid = step.session.scalar(
        select(func.coalesce(func.sum(RemittanceClaim.paid_cents), 0)).where(
            RemittanceClaim.claim_number == step.claim.number, RemittanceClaim.state == "posted"
        )
    )
    if not paid or paid < 0:
        _void(step, case_number)
        return
    step.lock_account()
    number, account = step.claim.number, step.claim.account_number
    ledger.post(
        step.session,
        step.ref.organisation_id,
        key=f"review-repay:{number}:{case_number}",
        kind="reversal",
        cites=f"repayment decided in review {case_number}",
        by="review",
        business_date=step.today,
        legs=pair(
            LedgerAccount.PAYER_RECEIVABLE, LedgerAccount.REVENUE, -int(paid), f"review {case_number}", number, account
        ),
    )
    claim_overpaid(Desk.at(step.session, step.ref.organisation_id, step.now), number, account, asked=True)
    _ask(
        step,
        case_number,
        "repay_after_review",
        "The review is over: what the payer paid goes back to it",
        "Send the refund of this claim's refund case in time (`claimflow refund list --open`)",
    )


def _ask(step: Step, case_number: int, kind: str, reason: str, remedy: str) -> None:
    step.ask_person(f"review:{case_number}:{kind}", kind, reason, remedy, within=WORK_WITHIN)
    stage = Stage(step.claim.stage)
    to = Stage.NEEDS_REVIEW if Stage.NEEDS_REVIEW in TRANSITIONS[stage] or stage is Stage.NEEDS_REVIEW else stage
    step.move(to, Owes.PAYER, next_in=WORK_WITHIN, waits_for=f"a biller: {reason.partition(': ')[2]}", owner=BILLER)
