"""What an answer means: rejection, decision, letter, or the patient's payment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.appeals.following import follow_appeals
from activities.cases.of_claims import follow_refunds, open_refund_case, refund_settled
from activities.claim.advice import advice_on_denial
from activities.claim.checked_again import changed_since_findings, check_again
from activities.claim.closing import how_share_ended, outcome_of
from activities.claim.enrolment import go_on, waits_for_enrolment
from activities.claim.history import Decision, as_worked, decisions, last_attempt
from activities.claim.next_payer import crossover_wait, earlier_payer_again, go_to_next_payer
from activities.claim.patients_part import flag_that_keeps, keep_from_patient, leave_to_patient
from activities.claim.rejection import act_on_rejection
from activities.claim.review import letter_answers
from activities.claim.step import BILLER, SYSTEM, Step
from activities.claim.voiding import is_being_voided, voided_by_payer
from activities.compliance.denials import refer_denial, shown_group
from contracts.claim import ClaimRef, ClaimSnapshot
from domain.care.flags import FlagSet
from domain.claim.stages import Owes, Stage
from domain.claim.submission import OPEN_STATES
from domain.denials.classification import Adjudication, Remedy, Verdict
from domain.denials.rules import DenialGroup
from domain.ledger.chart import LedgerAccount
from domain.remittance.balancing import dollars
from storage.models import Statement, WorkItem
from storage.reference import statement_policy

WORK_WITHIN = timedelta(days=7)
CORRECTION_EXPECTED_WITHIN = timedelta(days=14)
"""After a reversal the correction comes in the same or a later remittance."""
SHARE_KEPT = "share_kept"
"""Kind of the question about a share that a flag keeps from the patient."""
_REFUSALS = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})
_LEAVES_WORK = _REFUSALS | {Verdict.REVERSAL}


def act_on_answer(session: Session, ref: ClaimRef) -> ClaimSnapshot:
    """Read the rows and move the claim where they say. A late or repeated doorbell finds nothing to do."""
    step = Step.begin(session, ref)
    step.lock_account()
    known = decisions(session, step.claim)
    unseen = known[step.claim.remittances_seen :]
    if unseen:
        if step.claim.remittances_seen:
            follow_refunds(step)
        step.claim.remittances_seen = len(known)
        _decide(step, unseen[-1])
        if any(decision.meaning.verdict in _LEAVES_WORK for decision in known):
            follow_appeals(step)
    elif Stage(step.claim.stage) is Stage.WITH_PAYER:
        act_on_rejection(step)
    elif Stage(step.claim.stage) is Stage.UNDER_REVIEW:
        letter_answers(step)
    elif waits_for_enrolment(step):
        go_on(step)
    elif changed_since_findings(step):
        check_again(step)
    elif Stage(step.claim.stage) is Stage.PATIENT_BALANCE:
        _patient_settled(step)
    elif Stage(step.claim.stage) is Stage.NEEDS_REVIEW and (refund_settled(step) or _kept_no_more(step)):
        hand_on_balance(step)
    elif Stage(step.claim.stage) is Stage.CLOSED and step.balance(LedgerAccount.PATIENT_RECEIVABLE) > 0:
        hand_on_balance(step)  # the patient's payment came back
    return step.snapshot()


def _decide(step: Step, decision: Decision) -> None:
    meaning = decision.meaning
    if meaning.group is DenialGroup.FRAUD and refer_denial(step, decision.row.id, meaning.reasons):
        step.claim.remittances_seen -= 1  # read again once the review is over
        return
    decision = as_worked(step.session, step.claim, decision)
    meaning = decision.meaning
    if meaning.verdict is Verdict.REVERSAL and is_being_voided(step) and voided_by_payer(step):
        return
    if meaning.verdict in _LEAVES_WORK and not step.balance(LedgerAccount.PAYER_RECEIVABLE):
        hand_on_balance(step)  # another answer settled it, or a second payment was taken back
        return
    if meaning.verdict in _REFUSALS and _overtaken(step, decision):
        return
    if meaning.verdict is not Verdict.REVERSAL and earlier_payer_again(step, decision):
        return
    match meaning.verdict:
        case Verdict.PAID | Verdict.PATIENT_SHARE_ONLY:
            hand_on_balance(step)
        case Verdict.DENIED | Verdict.PARTLY_DENIED:
            leave_to_patient(step)
            _denied(step, decision)
        case Verdict.REVERSAL:
            _taken_back(step, decision)
        case Verdict.FORWARDED:
            step.move(
                Stage.NEEDS_REVIEW,
                Owes.PAYER,
                next_in=crossover_wait(step),
                waits_for="the other payer, to which the claim was sent on",
                owner=BILLER,
            )
        case _:
            _review(step, decision)


def _overtaken(step: Step, decision: Decision) -> bool:
    """Whether it speaks of an attempt that a newer one, still with the payer, has replaced."""
    last = last_attempt(step.session, step.claim)
    return last is not None and decision.row.attempt != last.attempt and last.state in OPEN_STATES


def hand_on_balance(step: Step) -> None:
    """The payer is done: what is left is the next payer's, the patient's share, nothing, or a question."""
    flag = keep_from_patient(step)
    if go_to_next_payer(step):
        return
    leave_to_patient(step)
    patient = step.balance(LedgerAccount.PATIENT_RECEIVABLE)
    payer = step.balance(LedgerAccount.PAYER_RECEIVABLE)
    if payer > 0 and flag is not None:
        _kept(step, flag, payer)
    elif payer:
        left_open = payer > 0
        step.ask_person(
            f"remaining:{step.claim.remittances_seen}",
            "payer_balance_left" if left_open else "payer_overpaid",
            f"After the payer's decision ${dollars(payer)} of its share is still open, and no code explains it"
            if left_open
            else f"The payer has paid ${dollars(-payer)} more than was charged after all adjustments",
            "Compare with the contract; correct it, or write it off"
            if left_open
            else "Report and return it in time; the payer's reversal settles the claim",
            within=WORK_WITHIN,
        )
        if not left_open:
            open_refund_case(step)
        step.move(
            Stage.NEEDS_REVIEW,
            Owes.PAYER,
            next_in=WORK_WITHIN,
            waits_for="a biller to explain what the payer left open"
            if left_open
            else "a biller to return what the payer paid too much",
            owner=BILLER,
        )
    elif patient > 0:
        step.done_by(SYSTEM)
        # One look after the whole cycle of statements: the account's own dates come before it.
        cycle = statement_policy(step.session, step.today)
        days = (
            cycle.statement_after_days
            + cycle.reminder_interval_days * (cycle.reminders + 1)
            + cycle.final_notice_days
            + 30
        )
        step.move(
            Stage.PATIENT_BALANCE,
            Owes.PATIENT,
            next_in=timedelta(days=days),
            waits_for="the patient's share, asked for by statements of the account",
            owner=SYSTEM,
            denial_group="",
        )
        step.note(
            f"patient:{step.claim.remittances_seen}",
            f"Patient's share ${dollars(patient)} handed to the account",
            "the payer has answered",
        )
        step.ring_account()
    else:
        step.close(outcome_of(step.session, step.claim), "nothing is owed any more")


def _kept(step: Step, flag: FlagSet, cents: int) -> None:
    """Open on the payers' side, and never the patient's: a person bills whoever owes it, or gives it up."""
    words = flag.flag.value.replace("_", " ")
    step.ask_person(
        f"{SHARE_KEPT}:{step.claim.remittances_seen}:{flag.flag.value}:{flag.began_on}",
        SHARE_KEPT,
        f"${dollars(cents)} is not the patient's ({words}): billed is {flag.rule.billed} ({flag.rule.source})",
        flag.rule.remedy,
        within=WORK_WITHIN,
    )
    step.move(
        Stage.NEEDS_REVIEW,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for=f"a biller to bill whoever owes the share in the patient's place ({words})",
        owner=BILLER,
    )


def _kept_no_more(step: Step) -> bool:
    """Whether a person was asked about a share that a flag kept from the patient, and the flag holds no more."""
    asked = select(WorkItem.id).where(
        WorkItem.claim_number == step.claim.number, WorkItem.kind == SHARE_KEPT, WorkItem.closed_on.is_(None)
    )
    return step.session.scalar(asked.limit(1)) is not None and flag_that_keeps(step) is None


def _denied(step: Step, decision: Decision) -> None:
    meaning = decision.meaning
    whole = meaning.verdict is Verdict.DENIED
    step.ask_person(
        f"decision:{decision.row.id}",
        "denied" if whole else "partly_denied",
        f"{'Denied' if whole else 'Partly denied'} ({', '.join(meaning.reasons)}): {meaning.why}",
        _remedy(meaning),
        within=WORK_WITHIN,
        details={
            "reasons": list(meaning.reasons),
            "group": shown_group(meaning.group),
            "remedy": meaning.remedy.value,
            "appealable": meaning.appealable,
            **advice_on_denial(step, meaning),
        },
    )
    step.move(
        Stage.DENIED,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for=f"a biller to work the denial ({', '.join(meaning.reasons)})",
        owner=BILLER,
        denial_group=shown_group(meaning.group),
    )


def _taken_back(step: Step, decision: Decision) -> None:
    step.ask_person(
        f"decision:{decision.row.id}",
        "payment_taken_back",
        "The payer took its payment back and has sent no correction yet",
        "Wait for the correction, and ask the payer why",
        within=CORRECTION_EXPECTED_WITHIN,
    )
    step.move(
        Stage.NEEDS_REVIEW,
        Owes.PAYER,
        next_in=CORRECTION_EXPECTED_WITHIN,
        waits_for="the correction after the payer took its payment back",
        owner=BILLER,
    )
    step.ring_account()


def _review(step: Step, decision: Decision) -> None:
    meaning = decision.meaning
    step.ask_person(
        f"decision:{decision.row.id}",
        "review",
        f"A person must read this decision ({', '.join(meaning.reasons) or 'no codes'}): {meaning.why}",
        _remedy(meaning),
        within=WORK_WITHIN,
    )
    step.move(
        Stage.NEEDS_REVIEW,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for="a biller to read the payer's decision",
        owner=BILLER,
        denial_group=shown_group(meaning.group),
    )


def _patient_settled(step: Step) -> None:
    if step.balance(LedgerAccount.PATIENT_RECEIVABLE) > 0 and flag_that_keeps(step) is not None:
        hand_on_balance(step)  # a flag was set: it is not the patient's to pay
        return
    if step.balance(LedgerAccount.PATIENT_RECEIVABLE) == 0:
        placed = _placed(step)
        step.close(outcome_of(step.session, step.claim, placed=placed), how_share_ended(step.session, step.claim))


def _placed(step: Step) -> bool:
    placements = step.session.scalars(
        select(Statement.claims).where(
            Statement.account_number == step.claim.account_number, Statement.kind == "placement"
        )
    )
    return any(entry["claim"] == step.claim.number for claims_placed in placements for entry in claims_placed)


_REMEDIES = {
    Remedy.CORRECT_AND_RESEND: "Correct it and send it as a new claim (frequency 1); it was never decided",
    Remedy.REPLACE: "Correct it; it is sent as a replacement that names the payer's number (frequency 7)",
    Remedy.VOID: "Take the claim back at the payer",
    Remedy.REOPEN: "Correct it; Medicare is asked on paper to reopen it for a clerical error",
    Remedy.APPEAL: "Appeal in time with what supports the claim, or correct it if it was coded wrongly",
    Remedy.SEND_RECORDS: "Send the records the payer asks for (send_records); a new claim does not answer it",
    Remedy.BILL_NEXT_PAYER: "Bill the payer that comes next",
    Remedy.BILL_PATIENT: "The patient may be billed",
    Remedy.WRITE_OFF: "Write it off: neither payer nor patient owes it",
    Remedy.WAIT: "Wait: the payer is not done",
    Remedy.NONE: "Nothing to do",
    Remedy.REVIEW: "Decide: correct it, or write it off",
}


def _remedy(meaning: Adjudication) -> str:
    if meaning.remedy is Remedy.REVIEW and meaning.appealable:
        return "Decide: correct, appeal, or write off"
    if meaning.remedy is Remedy.APPEAL and not meaning.appealable:
        return "Correct it, or write it off: the payer grants no appeal"
    return _REMEDIES[meaning.remedy]
