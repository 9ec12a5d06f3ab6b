"""Services of a patient that stand on other claims of the organisation, around the days of one claim."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from domain.scrubbing.context import EarlierService
from storage.models import Claim, ClaimVersion
from storage.serialise import from_json

_VOIDED = "voided"


def earlier_services(session: Session, claim: Claim, first: date, last: date) -> tuple[EarlierService, ...]:
    """Lines of the newest version of the patient's other claims that begin on these days."""
    rows = session.execute(
        select(Claim.number, ClaimVersion.content)
        .join(
            ClaimVersion, (ClaimVersion.claim_number == Claim.number) & (ClaimVersion.version == Claim.version)
        )
        .where(
            Claim.patient_id == claim.patient_id,
            Claim.number != claim.number,
            Claim.service_date.between(first, last),
            Claim.outcome != _VOIDED,
        )
        .order_by(Claim.number)
    )
    return tuple(
        EarlierService(
            claim=str(number),
            procedure=line.procedure,
            service_from=line.service_from,
            modifiers=line.modifiers,
        )
        for number, content in rows
        for line in from_json(ClaimContent, content).lines
    )
