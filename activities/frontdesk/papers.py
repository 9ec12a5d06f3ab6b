"""Papers of the front desk, from their rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.parties import submitter
from domain.estimates.good_faith import GoodFaithEstimate
from domain.people.parties import Person
from gateways.papers.good_faith import GoodFaithPaper
from storage.models import EstimateRow, Organisation, Patient
from storage.serialise import from_json


def good_faith_paper(session: Session, organisation_id: int, row: EstimateRow, language: str) -> GoodFaithPaper:
    """The paper of a good faith estimate, dated on the day on which it was given or asked for."""
    us = submitter(session, organisation_id)
    address = us.address
    return GoodFaithPaper(
        number=row.number,
        dated=row.provided_on or row.requested_on,
        language=language,
        practice_name=session.get_one(Organisation, organisation_id).name,
        practice_address=(address.street, f"{address.city}, {address.state} {address.zip_code[:5]}"),
        practice_phone=us.contact_phone,
        patient=from_json(Person, session.get_one(Patient, row.patient_id).person),
        estimate=from_json(GoodFaithEstimate, row.content),
    )
