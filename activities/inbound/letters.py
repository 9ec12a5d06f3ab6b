"""Letters about a claim: entered as they read. Where money moves, an 835 says so."""

from __future__ import annotations

from activities.appeals.deciding import decide
from activities.appeals.desk import AppealDesk
from activities.claim.step import Step
from activities.inbound.context import Inbound
from activities.records.case import open_request
from contracts.appeal import AppealRef
from contracts.claim import ClaimRef
from domain.appeals.examination import RecordState
from domain.appeals.states import DECISIONS, AppealState, Outcome
from domain.claim.letter import PayerLetter
from domain.doorbell import MessageKind
from storage import appeals, claims, examinations

RECORDS_REQUEST = "records_request"
"""What the manifest calls a letter that asks for records (a Medicare ADR)."""
APPEAL_DECISION = "appeal_decision"
"""What the letter's manifest calls a decision on an appeal."""
OUR_MARKS = ("AP-", "RO-", "MR-")
"""Our numbers of papers begin so (``domain.claim.papers``)."""
_DECISIONS = frozenset(one.value for one in DECISIONS)


def letter_received(inbound: Inbound, letter: PayerLetter) -> None:
    """Note the letter on its claim and wake it; a letter that names no claim of ours waits for a person."""
    found = claims.find_by_control_number(inbound.session, letter.claim_control_number)
    kind = letter.letter.replace("_", " ")
    if found is None:
        inbound.ask_person(
            f"file:{inbound.file_id}:letter",
            "unmatched_letter",
            f"A letter ({kind}) of {letter.payer} names a claim that is not ours",
            "Find the claim it speaks of and enter the decision there",
        )
        return
    claim, _ = found
    inbound.matched += 1
    inbound.note(
        claim.number,
        f"letter:{letter.reference or inbound.file_id}",
        f"Letter entered: {kind}, {letter.decision}",
        f"dated {letter.date:%Y-%m-%d}",
    )
    if letter.letter == RECORDS_REQUEST:
        ref = ClaimRef(
            organisation_id=inbound.organisation_id, claim_number=claim.number, today=inbound.business_at
        )
        step = Step.begin(inbound.session, ref)
        open_request(step, key=f"letter:{inbound.file_id}", asked_by="a letter", notice_on=letter.date)
    _decide_appeal(inbound, letter, claim.number)
    _move_reopening(inbound, letter, claim.number)
    inbound.ring_claim(claim.number, MessageKind.LETTER, str(inbound.file_id), letter.decision)


def _decide_appeal(inbound: Inbound, letter: PayerLetter, claim_number: int) -> None:
    """A letter that answers an appeal decides its level, in this transaction."""
    found = appeals.filed_as(inbound.session, letter.reference)
    if found is None and letter.letter == APPEAL_DECISION and not letter.reference.startswith(OUR_MARKS):
        # It names no paper of ours: it can only mean the one level that waits for a decision.
        waiting = appeals.of_claim(inbound.session, claim_number)
        found = next((row for row in waiting if row.state == AppealState.FILED.value), None)
    if found is None or found.claim_number != claim_number or letter.decision not in _DECISIONS:
        return
    ref = AppealRef(organisation_id=inbound.organisation_id, appeal_number=found.number, today=inbound.business_at)
    desk = AppealDesk.lock(inbound.session, ref)
    decide(desk, Outcome(letter.decision), letter.date, "payer", inbound.file_id)
    desk.ring()


def _move_reopening(inbound: Inbound, letter: PayerLetter, claim_number: int) -> None:
    """What Medicare says to a reopening moves the records of its register."""
    if not letter.reference.startswith("RO-") or letter.decision not in _DECISIONS:
        return
    state = RecordState.OVERTURNED if letter.favourable else RecordState.UPHELD
    examinations.move(
        inbound.session, claim_number, None, {"state": state.value}, by="payer", on=inbound.today,
        states=(RecordState.FILED.value,),
    )  # fmt: skip
