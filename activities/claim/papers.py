"""Papers about a claim: a reopening request leaves through the mail room, never as an 837P."""

from __future__ import annotations

from sqlalchemy import select

from activities import parties
from activities.claim.history import decisions, last_attempt
from activities.claim.step import Step
from activities.deliveries import MAIL
from domain.claim.claim import ClaimContent
from domain.claim.resubmission import ReopeningRequested
from domain.people.parties import Person
from domain.sending import SendKind
from gateways.papers import reopening
from storage import claims, files, outbox
from storage.models import ClaimVersion, Patient
from storage.serialise import from_json


def request_reopening(step: Step, request: ReopeningRequested) -> None:
    """Write the request as a PDF with its manifest into the outbox, in this transaction."""
    claim = step.claim
    attempt = last_attempt(step.session, claim)
    assert attempt is not None, "a reopening follows an adjudicated attempt"
    content = claims.content(step.session, claim.number)
    corrections = _corrections(step, attempt.version)
    reference = f"RO-{claim.number}-v{claim.version}"
    pdf = reopening.render(_paper(step, request, content, attempt.control_number, reference, corrections))
    name = f"reopening-{claim.number}-v{claim.version}"
    file_id = files.build(step.session, step.ref.organisation_id, f"{name}.pdf", "reopening", pdf, step.now)
    outbox.intend(
        step.session,
        step.ref.organisation_id,
        f"reopening:{claim.number}:v{claim.version}",
        SendKind.RECOGNISED,
        MAIL,
        name,
        file_id,
        {
            "paper": "reopening_request",
            "reference": reference,
            "organisation": step.ref.organisation_id,
            "payer": claim.payer_code,
            "claim_control_number": attempt.control_number,
            "payer_control_number": request.payer_control_number,
            "corrections": corrections,
            "date": step.today.isoformat(),
        },
        step.now,
    )


def _corrections(step: Step, since_version: int) -> dict[str, str]:
    """Every field that people set since the attempt was sent, the newest value of each."""
    rows = step.session.scalars(
        select(ClaimVersion)
        .where(ClaimVersion.claim_number == step.claim.number, ClaimVersion.version > since_version)
        .order_by(ClaimVersion.version)
    )
    return {field: str(value) for row in rows for field, value in row.changes.items()}


def _paper(
    step: Step,
    request: ReopeningRequested,
    content: ClaimContent,
    control_number: str,
    reference: str,
    corrections: dict[str, str],
) -> reopening.ReopeningRequest:
    us = parties.submitter(step.session, step.ref.organisation_id)
    patient = from_json(Person, step.session.get_one(Patient, step.claim.patient_id).person)
    newest = step.session.scalars(
        select(ClaimVersion)
        .where(ClaimVersion.claim_number == step.claim.number)
        .order_by(ClaimVersion.version.desc())
        .limit(1)
    ).one()
    return reopening.ReopeningRequest(
        reference=reference,
        dated=step.today,
        payer_name=content.coverage.payer.name,
        provider_name=us.name,
        provider_npi=us.npi,
        provider_tax_id=us.tax_id,
        patient_name=f"{patient.first_name} {patient.last_name}",
        member_id=content.coverage.member_id,
        claim_control_number=control_number,
        payer_control_number=request.payer_control_number,
        remittance_date=decisions(step.session, step.claim)[-1].row.business_date,
        corrections=tuple(f"{field} should be {value}: {newest.reason}" for field, value in corrections.items()),
        lines=tuple(
            reopening.ReopeningLine(
                number=line.number,
                procedure=line.procedure,
                modifiers=line.modifiers,
                diagnoses=tuple(content.diagnoses[p - 1] for p in line.diagnosis_pointers),
                units=str(line.units),
                charge_cents=line.charge_cents,
                service_date=line.service_from,
            )
            for line in content.lines
        ),
        requested_by=newest.by,
    )
