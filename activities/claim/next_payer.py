"""The next payer: after one has answered, the claim was sent on to the next, or is billed to it by us."""

from __future__ import annotations

from datetime import date, timedelta

from activities.cash.workdays import federal_holidays
from activities.claim.history import Decision, decisions
from activities.claim.refusal import Refused
from activities.claim.step import BILLER, SYSTEM, Step
from domain.claim.claim import ClaimContent
from domain.claim.earlier_decision import EarlierDecision
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import SEQUENCES, rank_of_sequence
from domain.deadlines.business_days import add_business_days
from domain.denials.classification import Verdict
from domain.ledger.chart import LedgerAccount
from domain.remittance.balancing import dollars
from storage import claims
from storage.earlier_decisions import standing_decisions

PLACES = {"P": "first", "S": "second", "T": "third"}
WORK_WITHIN = timedelta(days=7)
_GOES_ON = frozenset({Verdict.PAID, Verdict.PATIENT_SHARE_ONLY})
_TELLS_NOTHING = frozenset({Verdict.REVERSAL, Verdict.PREDETERMINATION})


def go_to_next_payer(step: Step) -> bool:
    """Hand what is left on to the next payer; False where none is left, or nothing is open for it.

    A payer that sent the claim on is believed: its successor has business days of the payer's policy to answer
    before it is asked; to any other we send the claim at once, with what was decided before.
    """
    if step.balance(LedgerAccount.PAYER_RECEIVABLE) <= 0:
        return False
    content, standing = _so_far(step)
    answered = max(standing, default=0)
    if answered < rank_of_sequence(step.claim.sequence):
        return False
    last = SEQUENCES[answered - 1]
    sequence, sent_on = content.next_sequence(last), _was_sent_on(step, last)
    if sequence is None:
        return sent_on and _wait_for_stranger(step)
    step.done_by(SYSTEM)
    step.claim = claims.give_turn(step.session, step.claim.number, sequence)
    if sent_on:
        _wait_for_crossover(step, standing[answered])
    else:
        bill_this_payer(step, f"{_paid(standing[answered])}; {_left(step)} is left for {_named(step)}")
    return True


def order_next_payer(step: Step, by: str, reason: str) -> None:
    """A biller's order: bill the next payer with what this one decided, also where it denied the claim.

    Raises:
        Refused: this payer has not decided, no further one is named, or nothing is open.
    """
    content, standing = _so_far(step)
    answered = max(standing, default=0)
    if answered < rank_of_sequence(step.claim.sequence):
        raise Refused(f"{step.claim.payer_code} has not decided: the next payer takes the claim only with its decision")
    sequence = content.next_sequence(SEQUENCES[answered - 1])
    if sequence is None:
        raise Refused("the claim names no further payer")
    if step.balance(LedgerAccount.PAYER_RECEIVABLE) <= 0:
        raise Refused("nothing is open that a further payer could pay")
    step.done_by(by)
    step.claim = claims.give_turn(step.session, step.claim.number, sequence)
    bill_this_payer(step, reason, by=by)


def earlier_payer_again(step: Step, decision: Decision) -> bool:
    """Whether a payer before the one whose turn it is decided again: what was told to the later one is stale."""
    if rank_of_sequence(decision.sequence) >= rank_of_sequence(step.claim.sequence):
        return False
    _, standing = _so_far(step)
    holds = standing.get(rank_of_sequence(decision.sequence))
    if holds is None:
        return False
    if waits_for_crossover(step):  # the later payer has nothing from us yet
        if step.balance(LedgerAccount.PAYER_RECEIVABLE) <= 0:
            return False
        if _was_sent_on(step, decision.sequence):
            step.done_by(SYSTEM)
            _wait_for_crossover(step, holds)
            return True
        if decision.meaning.verdict in _GOES_ON:
            step.done_by(SYSTEM)
            bill_this_payer(step, f"{_paid(holds)}, decided again; {_left(step)} is left for {_named(step)}")
            return True
    before, now = PLACES[decision.sequence], PLACES[step.claim.sequence]
    step.ask_person(
        f"decision:{decision.row.id}",
        "earlier_payer_again",
        f"The {before} payer decided again after the claim went to the {now} one, {step.claim.payer_code}",
        f"Compare both decisions; resubmit tells {step.claim.payer_code} what holds now",
        within=WORK_WITHIN,
    )
    step.move(
        Stage.NEEDS_REVIEW,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for=f"a biller to compare what the {before} payer decided again",
        owner=BILLER,
    )
    return True


def bill_this_payer(step: Step, why: str, by: str = SYSTEM) -> None:
    """Prepare a claim of our own to the payer whose turn it is."""
    sequence = step.claim.sequence
    step.note(f"turn:{sequence}:billed", f"Billed to the {PLACES[sequence]} payer, {step.claim.payer_code}", why, by)
    step.move(
        Stage.CODING,
        Owes.PAYER,
        next_in=timedelta(0),
        waits_for=f"the claim to {step.claim.payer_code} to be prepared from the earlier payer's decision",
        owner=SYSTEM,
        denial_group="",
    )


def waits_for_crossover(step: Step) -> bool:
    """Whether the payer whose turn it is should have the claim from the payer before it, and not from us."""
    attempts = claims.attempts(step.session, step.claim.number)
    return bool(attempts) and attempts[-1].sequence != step.claim.sequence


def kept_for_next_payer(step: Step) -> int:
    """Cents of the payers' receivable that the last answer left to the patient while a further payer is asked
    first: nobody gives them up before it has answered."""
    content, standing = _so_far(step)
    answered = max(standing, default=0)
    if answered < rank_of_sequence(step.claim.sequence) or content.next_sequence(SEQUENCES[answered - 1]) is None:
        return 0
    return max(0, min(standing[answered].patient_cents, step.balance(LedgerAccount.PAYER_RECEIVABLE)))


def _so_far(step: Step) -> tuple[ClaimContent, dict[int, EarlierDecision]]:
    number = step.claim.number
    return claims.content(step.session, number), standing_decisions(step.session, {number}).get(number, {})


def _was_sent_on(step: Step, sequence: str) -> bool:
    told = [
        decision.meaning
        for decision in decisions(step.session, step.claim)
        if decision.sequence == sequence and decision.meaning.verdict not in _TELLS_NOTHING
    ]
    return bool(told) and told[-1].forwarded


def _wait_for_crossover(step: Step, decided: EarlierDecision) -> None:
    payer = _named(step)
    until = _until(step)
    step.note(
        f"turn:{step.claim.sequence}:sent-on",
        f"The earlier payer sent the claim on to {payer}",
        f"{_paid(decided)}; {_left(step)} is left; {payer} has until {until} to answer",
    )
    step.move(
        Stage.WITH_PAYER,
        Owes.PAYER,
        next_in=crossover_wait(step),
        waits_for=f"{payer}, to which the earlier payer sent the claim on; then we ask whether it came",
        owner=SYSTEM,
        denial_group="",
    )


def _wait_for_stranger(step: Step) -> bool:
    step.ask_person(
        f"sent-on:{step.claim.remittances_seen}",
        "sent_on_to_stranger",
        f"The payer sent the claim on to another one that the claim does not name; {_left(step)} is left",
        "Ask the patient for the other card; its remittance is posted when it comes. Write off what nobody pays",
        within=crossover_wait(step),
    )
    step.move(
        Stage.NEEDS_REVIEW,
        Owes.PAYER,
        next_in=crossover_wait(step),
        waits_for="the other payer, to which the claim was sent on",
        owner=BILLER,
    )
    return True


def crossover_wait(step: Step) -> timedelta:
    """How long the payer to which a claim was sent on has before somebody asks it: business days of its policy."""
    return _until(step) - step.today


def _until(step: Step) -> date:
    return add_business_days(step.today, step.policy.crossover_wait_days, federal_holidays(step.today.year))


def _named(step: Step) -> str:
    return step.claim.payer_code


def _paid(decided: EarlierDecision) -> str:
    return f"the {PLACES[decided.sequence]} payer paid ${dollars(decided.paid_cents)}"


def _left(step: Step) -> str:
    return f"${dollars(step.balance(LedgerAccount.PAYER_RECEIVABLE))}"
