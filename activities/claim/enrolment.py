"""A claim waits in the house until its provider may bill its payer on the day of service."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim.step import SYSTEM, Step
from domain.claim.claim import ClaimContent
from domain.claim.stages import Owes, Stage
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.people.parties import BillingProvider
from domain.scrubbing.finding import Finding as ScrubFinding
from domain.scrubbing.finding import error
from storage import claims, doorbells, frontdesk_people
from storage.models import Claim, EncounterRow, WorkItem
from storage.serialise import from_json

RULE = "enrolment"
_NOW = timedelta(0)


def enrolment_errors(step: Step) -> list[ScrubFinding]:
    """One error for each provider of the claim who is not enrolled with the payer on its day."""
    content = claims.content(step.session, step.claim.number)
    missing = _missing(step, content)
    return [
        error(
            RULE,
            "2010AA/NM109" if npi == _billing(step) else "2310B/NM109",
            f"provider {npi} is not enrolled with {step.claim.payer_code} on {content.first_service}",
            f"`claimflow checkin enrol {npi} {step.claim.payer_code} --from DATE` once the payer has granted it: "
            "the claim then goes on by itself",
        )
        for npi in missing
    ]


def waits_for_enrolment(step: Step) -> bool:
    """Whether the scrubber kept the claim back for want of an enrolment that is there now."""
    if Stage(step.claim.stage) is not Stage.FINDINGS:
        return False
    details = step.session.scalars(
        select(WorkItem.details).where(
            WorkItem.claim_number == step.claim.number, WorkItem.kind == "findings", WorkItem.closed_on.is_(None)
        )
    ).all()
    kept_back = any(found["rule"] == RULE for one in details for found in one.get("findings", ()))
    return kept_back and not _missing(step, claims.content(step.session, step.claim.number))


def go_on(step: Step) -> None:
    """The enrolment came: check the claim again, and send it."""
    step.note(f"enrolled:v{step.claim.version}", "The provider is enrolled with the payer now", "the claim goes on")
    step.move(Stage.CODING, Owes.PAYER, next_in=_NOW, waits_for="coding and scrubbing", owner=SYSTEM)


def wake_waiting(session: Session, organisation_id: int, payer: str, at: datetime) -> int:
    """Ring the claims at a payer that the scrubber kept back; each looks whether it may go on."""
    numbers = session.scalars(
        select(Claim.number)
        .where(Claim.stage == Stage.FINDINGS.value, Claim.payer_code == payer)
        .order_by(Claim.number)
    ).all()
    bells = [
        Doorbell(recipient=Recipient.CLAIM, number=str(number), kind=MessageKind.DECISION, business_at=at)
        for number in numbers
    ]
    doorbells.ring_all(session, organisation_id, bells)
    return len(numbers)


def _missing(step: Step, content: ClaimContent) -> list[str]:
    npis = [_billing(step), *([content.rendering.npi] if content.rendering else [])]
    return frontdesk_people.not_enrolled(step.session, npis, step.claim.payer_code, content.first_service)


def _billing(step: Step) -> str:
    return from_json(BillingProvider, step.session.get_one(EncounterRow, step.claim.encounter_id).provider).npi
