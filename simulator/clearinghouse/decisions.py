"""Decisions on claims: made when the claim comes, told on their payment day, taken back by their reversal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from sqlite3 import Row

from simulator.adjudication.case import Case
from simulator.adjudication.front_door import FrontDoor, refusal_at_the_door
from simulator.adjudication.pipeline import adjudicate
from simulator.adjudication.verdict import Verdict
from simulator.claim import SubmittedClaim
from simulator.clearinghouse.crossover import claim_sent_on, successor_of, told_as_sent_on
from simulator.clearinghouse.desk import Desk, opening_of
from simulator.clearinghouse.double_payments import keep_recoupment, repeats_payment
from simulator.clearinghouse.known_claims import (
    KnownClaim,
    add_claim,
    icn_of,
    repeats_earlier_claim,
    set_state,
)
from simulator.codec import decode, encode
from simulator.derivation import claim_and_attempt, derived_between
from simulator.store.database import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, paid or still to be paid."""

    id: int
    claim: SubmittedClaim
    verdict: Verdict
    icn: str
    state: str
    """waiting, held, paid or withdrawn."""
    pay_on: date
    trace: str
    """TRN02 of the remittance that told it."""


def decision_of(row: Row) -> Decision:
    """A row of `decisions`."""
    return Decision(
        id=int(row["id"]),
        claim=decode(SubmittedClaim, row["content"]),
        verdict=decode(Verdict, row["verdict"]),
        icn=str(row["icn"]),
        state=str(row["state"]),
        pay_on=date.fromisoformat(row["pay_on"]),
        trace=str(row["trace"]),
    )


def verdict_on(
    desk: Desk,
    known: KnownClaim,
    content: SubmittedClaim,
    *,
    set_aside: frozenset[str] = frozenset(),
) -> Verdict:
    """Decide a known claim with this content, as of the day it was received."""
    case = Case(
        claim=content,
        persona=desk.personas[content.payer],
        received_on=known.received_on,
        repeats_earlier_claim=repeats_earlier_claim(desk, known, content),
        records_on_file=known.records_on_file,
        set_aside=set_aside,
    )
    return adjudicate(case, desk.fees)


def standing_decision(desk: Desk, known: KnownClaim) -> Decision | None:
    """The decision on a claim that nothing has taken back."""
    row = desk.database.row(
        "SELECT * FROM decisions d WHERE claim_id = ? AND reversal = 0 AND state != 'withdrawn' "
        "AND NOT EXISTS (SELECT 1 FROM decisions r WHERE r.reverses = d.id) ORDER BY id DESC LIMIT 1",
        known.id,
    )
    return decision_of(row) if row is not None else None


def decide(desk: Desk, known: KnownClaim, now: datetime) -> None:
    """Decide a claim as it came and plan its payment."""
    verdict = verdict_on(desk, known, known.claim)
    if verdict.unprocessable:
        set_state(desk, known, "unprocessable")
    pay_on = payment_day(desk, known, now)
    successor = successor_of(desk.personas[known.claim.payer], known.claim, verdict)
    if successor is not None:
        verdict = told_as_sent_on(verdict)
    plan_decision(desk, known, known.claim, verdict, known.icn, pay_on, now)
    if repeats_payment(desk, known.claim, verdict):
        again_on = pay_on + timedelta(days=desk.personas[known.claim.payer].pays_twice.after_days)
        plan_decision(desk, known, known.claim, verdict, known.icn, again_on, now)
        keep_recoupment(desk, known.claim, verdict, again_on)
    if successor is not None and successor.payer in desk.personas:
        _send_on(desk, claim_sent_on(known.claim, verdict, successor), opening_of(pay_on, now.tzinfo))


def _send_on(desk: Desk, claim: SubmittedClaim, arrives: datetime) -> None:
    """The next payer takes the claim on the day the one before it pays, and tells us of it by its remittance."""
    door = FrontDoor(claim=claim, persona=desk.personas[claim.payer], names_known_claim=False)
    known = add_claim(desk, claim, arrives.date(), refusal_at_the_door(door))
    if known.refusal is None:
        decide(desk, known, arrives)


def payment_day(desk: Desk, known: KnownClaim, now: datetime) -> date:
    """The seed's part: how long the payer takes over this claim and attempt."""
    low, high = desk.personas[known.claim.payer].delays.payment
    question = (*claim_and_attempt(known.claim.control_number), "payment")
    return now.date() + timedelta(days=derived_between(low, high, desk.seed, *question))


def plan_decision(
    desk: Desk,
    known: KnownClaim,
    content: SubmittedClaim,
    verdict: Verdict,
    icn: str,
    pay_on: date,
    now: datetime,
    *,
    reverses: int | None = None,
) -> None:
    """Enter a decision, or the reversal of one, for its payment day."""
    desk.database.insert(
        "decisions",
        claim_id=known.id,
        payer=content.payer,
        payee=content.payee,
        submitter=content.submitter,
        icn=icn,
        reversal=int(reverses is not None),
        reverses=reverses,
        content=encode(content),
        verdict=encode(verdict),
        decided_on=now.date().isoformat(),
        pay_on=pay_on.isoformat(),
        due=stored(opening_of(pay_on, now.tzinfo)),
        state="waiting",
    )


def take_back(desk: Desk, known: KnownClaim, pay_on: date, now: datetime) -> bool:
    """Undo the standing decision: a told one by a reversal on `pay_on`, an untold one by withdrawing it.

    Returns whether there was one.
    """
    standing = standing_decision(desk, known)
    if standing is None:
        return False
    if standing.state == "paid":
        reversal = standing.verdict.reversed()
        plan_decision(desk, known, standing.claim, reversal, standing.icn, pay_on, now, reverses=standing.id)
    else:
        desk.database.execute("UPDATE decisions SET state = 'withdrawn' WHERE id = ?", standing.id)
    return True


def decide_anew(
    desk: Desk, known: KnownClaim, content: SubmittedClaim, verdict: Verdict, pay_on: date, now: datetime
) -> None:
    """Reverse what was decided and decide again, both in the same remittance, under a new control number."""
    take_back(desk, known, pay_on, now)
    earlier = desk.database.rows("SELECT 1 FROM decisions WHERE claim_id = ?", known.id)
    icn = icn_of(known.claim, f"anew{len(earlier)}")
    plan_decision(desk, known, content, verdict, icn, pay_on, now)
