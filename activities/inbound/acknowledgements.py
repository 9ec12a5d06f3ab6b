"""TA1, 999 and 277CA: facts of interchanges and attempts. Only a rejection wakes a claim."""

from __future__ import annotations

from sqlalchemy import select

from activities.inbound.context import Inbound
from domain.claim.acknowledgement import (
    BatchRejected,
    ClaimAcknowledged,
    FunctionalAcknowledged,
    InterchangeAcknowledged,
)
from domain.claim.submission import AttemptState
from domain.doorbell import MessageKind
from domain.words import counted
from storage import claims, outbox
from storage.models import Batch, Outbox, Submission

_NOT_ANSWERED = (AttemptState.BATCHED, AttemptState.SENT, AttemptState.ACCEPTED)


def interchange_acknowledged(inbound: Inbound, told: InterchangeAcknowledged) -> None:
    """TA1: the envelope was taken, refused, or refused as a duplicate of one that was taken."""
    batch = _batch(inbound, interchange=told.control_number)
    if batch is None:
        _not_ours(inbound, f"TA1 for interchange {told.control_number}")
        return
    inbound.matched += 1
    batch.acknowledgement = f"TA1 {told.status} {told.note}".strip()
    _acknowledge_outbox(inbound, batch)
    if told.accepted or told.duplicate:
        return
    batch.state = "refused"
    inbound.ask_person(
        f"batch:{batch.number}:ta1",
        "interchange_refused",
        f"Interchange {told.control_number} with {counted(batch.claims, 'claim')} was refused (TA1 note {told.note})",
        "Mend the envelope; its claims are sent again in a new interchange with a new control number",
        owner="operations",
    )
    for attempt in _attempts(inbound, batch):
        _reject(inbound, attempt, category="TA1", code=told.note, text="the interchange was refused")


def functional_acknowledged(inbound: Inbound, told: FunctionalAcknowledged) -> None:
    """999: a transaction set was taken or refused."""
    batch = _batch(inbound, group=told.group_control_number)
    if batch is None:
        _not_ours(inbound, f"999 for group {told.group_control_number}")
        return
    inbound.matched += 1
    batch.acknowledged_on = inbound.today
    batch.acknowledgement = f"999 {told.status}"
    _acknowledge_outbox(inbound, batch)
    if told.accepted:
        if batch.state == "sent":
            batch.state = "acknowledged"
        return
    batch.state = "refused"
    for attempt in _attempts(inbound, batch, told.control_number):
        _reject(inbound, attempt, category="999", code=told.status, text="; ".join(told.errors[:3]))


def claim_acknowledged(inbound: Inbound, told: ClaimAcknowledged) -> None:
    """277CA: an attempt was taken into adjudication, or refused before it."""
    found = claims.find_by_control_number(inbound.session, told.control_number)
    if found is None:
        _not_ours(inbound, f"277CA {told.category}:{told.status_code} for a claim number that is not ours")
        return
    claim, attempt = found
    inbound.matched += 1
    if told.payer_control_number:
        attempt.payer_control_number = told.payer_control_number
    if attempt.state not in _NOT_ANSWERED:
        return
    attempt.category, attempt.status_code = told.category, told.status_code
    attempt.status_entity, attempt.status_action = told.entity, told.action
    if told.accepted:
        attempt.state = AttemptState.ACCEPTED
        attempt.accepted_on = inbound.today
        inbound.note(
            claim.number,
            f"submission:{attempt.id}:277CA:{told.category}",
            f"Attempt {attempt.attempt} accepted for adjudication"
            if told.in_adjudication
            else f"Attempt {attempt.attempt} received by the payer",
            f"277CA {told.category}:{told.status_code}",
        )
        return
    _reject(inbound, attempt, category=told.category, code=told.status_code, text=told.text)
    if told.contradictory:
        inbound.ask_person(
            f"submission:{attempt.id}:277CA:contradiction",
            "acknowledgement_contradiction",
            f"The 277CA accepts and rejects attempt {attempt.attempt} at once; it counts as rejected",
            "Ask the payer which of the two it means",
            claim_number=claim.number,
        )


def batch_rejected(inbound: Inbound, told: BatchRejected) -> None:
    """277CA that refused a whole submitter or provider without naming its claims."""
    inbound.ask_person(
        f"file:{inbound.file_id}:{inbound.ordinal}:{told.level}:{told.reference}",
        "batch_rejected",
        f"The payer refused everything of a {told.level}: {told.category}:{told.status_code}",
        "Read the enrolment of the provider with this payer, then send the claims again",
        owner="operations",
    )


def _batch(inbound: Inbound, *, interchange: str = "", group: str = "") -> Batch | None:
    where = (
        Batch.interchange_control_number == interchange if interchange else Batch.group_control_number == group
    )
    return inbound.session.scalars(select(Batch).where(where).with_for_update()).one_or_none()


def _attempts(inbound: Inbound, batch: Batch, transaction: str = "") -> list[Submission]:
    statement = select(Submission).where(
        Submission.batch_number == batch.number, Submission.state.in_(_NOT_ANSWERED)
    )
    if transaction:
        statement = statement.where(Submission.transaction_control_number == transaction)
    return list(inbound.session.scalars(statement.order_by(Submission.claim_number)))


def _reject(inbound: Inbound, attempt: Submission, *, category: str, code: str, text: str) -> None:
    attempt.state = AttemptState.REJECTED
    attempt.category, attempt.status_code = category, code
    attempt.answered_on = inbound.today
    inbound.note(
        attempt.claim_number,
        f"submission:{attempt.id}:rejected",
        f"Attempt {attempt.attempt} rejected before adjudication",
        f"{category}:{code} {text}".strip(),
    )
    inbound.ring_claim(attempt.claim_number, MessageKind.REJECTED, str(attempt.id), f"{category}:{code}")


def _acknowledge_outbox(inbound: Inbound, batch: Batch) -> None:
    row = inbound.session.scalars(select(Outbox.id).where(Outbox.file_id == batch.file_id)).one_or_none()
    if row is not None:
        outbox.mark_acknowledged(inbound.session, row)


def _not_ours(inbound: Inbound, what: str) -> None:
    inbound.ask_person(
        f"file:{inbound.file_id}:{inbound.ordinal}:unmatched:{inbound.queued}",
        "unmatched_acknowledgement",
        f"{what} matches nothing we sent",
        "Match it by hand, or mark it as not ours",
        owner="operations",
    )
