"""What every paper about a claim shares: its facts, what was corrected since, and how it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from activities import parties
from activities.claim.history import Decision
from activities.claim.step import Step
from activities.deliveries import MAIL
from domain.claim.papers import KEY_PATTERN, Paper, paper_of
from domain.coverage.coverage import rank_of_sequence
from domain.people.parties import Person
from domain.sending import SendKind
from gateways.papers.claim_facts import ClaimFacts, PaperLine
from storage import claims, files, outbox
from storage.models import ClaimVersion, Patient, RemittanceRow, Submission, TimelineEntry
from storage.serialise import from_json


def mail(
    step: Step,
    paper: Paper,
    pdf: bytes,
    facts: ClaimFacts,
    corrections: dict[str, str],
    *,
    payer_code: str = "",
    more: Mapping[str, object] | None = None,
) -> None:
    """Put a paper with its manifest into the outbox, in this transaction; the same paper again changes nothing.

    It goes to the payer whose turn it is, unless ``payer_code`` names another one of the claim; ``more`` is what
    only this kind of paper says in its manifest.
    """
    organisation = step.ref.organisation_id
    file_id = files.build(step.session, organisation, f"{paper.name}.pdf", paper.word, pdf, step.now)
    outbox.intend(
        step.session,
        organisation,
        paper.send_key,
        SendKind.RECOGNISED,
        MAIL,
        paper.name,
        file_id,
        {
            "paper": paper.kind.value,
            "reference": paper.reference,
            "organisation": organisation,
            "payer": payer_code or step.claim.payer_code,
            "claim_control_number": facts.claim_control_number,
            "payer_control_number": facts.payer_control_number,
            "corrections": corrections,
            "date": step.today.isoformat(),
            **(more or {}),
        },
        step.now,
    )


def sent_papers(step: Step) -> list[tuple[TimelineEntry, Paper]]:
    """The papers that were sent about the claim, with their entries in its timeline, the oldest first."""
    entries = step.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.claim_number == step.claim.number, TimelineEntry.key.regexp_match(KEY_PATTERN))
        .order_by(TimelineEntry.id)
    )
    return [(entry, paper) for entry in entries if (paper := paper_of(entry.key)) is not None]


def corrections_since(step: Step, version: int) -> dict[str, str]:
    """Every field that people set since a version was sent, the newest value of each."""
    rows = step.session.scalars(
        select(ClaimVersion)
        .where(ClaimVersion.claim_number == step.claim.number, ClaimVersion.version > version)
        .order_by(ClaimVersion.version)
    )
    return {field: str(value) for row in rows for field, value in row.changes.items()}


def in_words(step: Step, corrections: dict[str, str]) -> tuple[str, ...]:
    """Each correction as a sentence, with the reason of the newest version."""
    reason = newest_version(step).reason
    return tuple(f"{field} should be {value}: {reason}" for field, value in corrections.items())


def newest_version(step: Step) -> ClaimVersion:
    """The claim's content as it stands, with who set it and why."""
    return step.session.scalars(
        select(ClaimVersion)
        .where(ClaimVersion.claim_number == step.claim.number)
        .order_by(ClaimVersion.version.desc())
        .limit(1)
    ).one()


def remitted_on(step: Step, decision: Decision) -> date:
    """Date of the remittance that told a decision (BPR16)."""
    return step.session.get_one(RemittanceRow, decision.row.remittance_id).payment_date


def facts(
    step: Step, paper: Paper, attempt: Submission, decision: Decision, payer_control_number: str, by: str
) -> ClaimFacts:
    """The claim as it stands, for a paper about a decision on one of its attempts."""
    content = claims.content(step.session, step.claim.number)
    coverage = content.coverages[min(rank_of_sequence(decision.sequence), len(content.coverages)) - 1]
    us = parties.submitter(step.session, step.ref.organisation_id)
    patient = from_json(Person, step.session.get_one(Patient, step.claim.patient_id).person)
    return ClaimFacts(
        reference=paper.reference,
        dated=step.today,
        payer_name=coverage.payer.name,
        provider_name=us.name,
        provider_npi=us.npi,
        provider_tax_id=us.tax_id,
        patient_name=f"{patient.first_name} {patient.last_name}",
        member_id=coverage.member_id,
        claim_control_number=attempt.control_number,
        payer_control_number=payer_control_number,
        remittance_date=remitted_on(step, decision),
        lines=tuple(
            PaperLine(
                number=line.number,
                procedure=line.procedure,
                modifiers=line.modifiers,
                diagnoses=tuple(content.diagnoses[place - 1] for place in line.diagnosis_pointers),
                units=str(line.units),
                charge_cents=line.charge_cents,
                service_date=line.service_from,
            )
            for line in content.lines
        ),
        requested_by=by,
    )
