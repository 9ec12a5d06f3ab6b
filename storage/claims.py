"""Claims, their versions and their attempts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent, ClaimForSubmission
from domain.claim.stages import Owes, Stage, move
from domain.claim.submission import (
    OPEN_STATES,
    AttemptState,
    NextAttempt,
    claim_control_number,
    parse_claim_control_number,
)
from domain.coverage.coverage import SEQUENCES
from domain.people.parties import BillingProvider, Person
from storage.announced_papers import announced_papers
from storage.earlier_decisions import earlier_decisions_of
from storage.models import Claim, ClaimVersion, EncounterRow, Patient, Submission
from storage.models.base import LARGEST_NUMBER, Json
from storage.serialise import from_json, to_json


class UnknownClaim(LookupError):
    """No claim has this number in this organisation."""


class OpenAttemptExists(RuntimeError):
    """The claim already has an attempt that is ready, batched, sent or accepted."""


class StaleVersion(RuntimeError):
    """Someone else changed the claim since it was read."""


class NoNextDate(ValueError):
    """An open claim was left without a next date or an owner; it would be forgotten."""


def get(session: Session, number: int, *, for_update: bool = False) -> Claim:
    """Return a claim's row, locked to the end of the transaction with ``for_update``.

    Raises:
        UnknownClaim: no such claim in this organisation.
    """
    statement = select(Claim).where(Claim.number == number)
    if for_update:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    claim = session.scalar(statement)
    if claim is None:
        raise UnknownClaim(f"no claim has the number {number}")
    return claim


def content(session: Session, number: int, version: int | None = None) -> ClaimContent:
    """Return one version of a claim's content, the present one by default.

    Raises:
        UnknownClaim: no such claim or version.
    """
    statement = select(ClaimVersion.content).where(ClaimVersion.claim_number == number)
    if version is not None:
        statement = statement.where(ClaimVersion.version == version)
    data = session.scalar(statement.order_by(ClaimVersion.version.desc()).limit(1))
    if data is None:
        raise UnknownClaim(f"claim {number} has no version {version or ''}".rstrip())
    return from_json(ClaimContent, data)


def for_submission(session: Session, submission_id: int) -> ClaimForSubmission:
    """Return all that one attempt needs to become an 837P claim: the content as of its own version.

    Raises:
        UnknownClaim: no such attempt.
    """
    found = for_submissions(session, [submission_id])
    if not found:
        raise UnknownClaim(f"no attempt has the id {submission_id}")
    return found[submission_id]


def for_submissions(session: Session, submission_ids: list[int]) -> dict[int, ClaimForSubmission]:
    """The same for a whole batch in one statement, by submission id."""
    rows = session.execute(
        select(Submission, EncounterRow.provider, Patient.person, ClaimVersion.content)
        .join(Claim, Claim.number == Submission.claim_number)
        .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
        .join(Patient, Patient.id == Claim.patient_id)
        .join(
            ClaimVersion,
            (ClaimVersion.claim_number == Submission.claim_number) & (ClaimVersion.version == Submission.version),
        )
        .where(Submission.id.in_(submission_ids))
        .order_by(Submission.id)
    )
    attempts = rows.all()
    turns = {attempt.claim_number: attempt.sequence for attempt, *_ in attempts if attempt.sequence != SEQUENCES[0]}
    earlier = earlier_decisions_of(session, turns)
    papers = announced_papers(
        session, {attempt.claim_number: (attempt.payer_code, attempt.ready_on) for attempt, *_ in attempts}
    )
    found = {}
    for attempt, provider, person, claim_content in attempts:
        content = from_json(ClaimContent, claim_content)
        found[attempt.id] = ClaimForSubmission(
            control_number=attempt.control_number,
            frequency=attempt.frequency,
            original_reference=attempt.original_reference,
            provider=content.billing.applied_to(from_json(BillingProvider, provider)),
            patient=from_json(Person, person),
            content=content,
            sequence=attempt.sequence,
            earlier=earlier.get(attempt.claim_number, ()),
            papers=papers.get(attempt.claim_number, ()),
        )
    return found


def add_version(
    session: Session,
    number: int,
    *,
    content: ClaimContent,
    by: str,
    reason: str,
    changes: Json,
    business_date: date,
    expected_version: int | None = None,
) -> int:
    """Add a corrected version of a claim and return its number; nothing is overwritten.

    The claim's payer (whose turn it is) and date of service follow the new content.

    Raises:
        StaleVersion: the claim is no longer at ``expected_version``.
    """
    claim = get(session, number, for_update=True)
    if expected_version is not None and claim.version != expected_version:
        raise StaleVersion(f"claim {number} is at version {claim.version}, not {expected_version}: look again")
    claim.version += 1
    _address(claim, content)
    claim.service_date = content.first_service
    session.add(
        ClaimVersion(
            organisation_id=claim.organisation_id,
            claim_number=number,
            version=claim.version,
            content=to_json(content),
            by=by,
            reason=reason,
            changes=changes,
            business_date=business_date,
        )
    )
    session.flush()
    return claim.version


def give_turn(session: Session, number: int, sequence: str) -> Claim:
    """Make it the turn of the payer that ``sequence`` (SBR01) names. Only the claim's own activities call this.

    Raises:
        LookupError: the claim has no coverage at that place.
    """
    claim = get(session, number, for_update=True)
    claim.sequence = sequence
    _address(claim, content(session, number))
    session.flush()
    return claim


def _address(claim: Claim, content: ClaimContent) -> None:
    payer = content.coverage_of(claim.sequence).payer
    claim.payer_code = payer.code
    claim.payer_kind = payer.kind.value


def set_stage(
    session: Session,
    number: int,
    *,
    stage: Stage,
    owes: Owes,
    next_at: datetime | None,
    next_what: str,
    owner: str,
    held: bool | None = None,
    outcome: str | None = None,
    denial_group: str | None = None,
    closed_on: date | None = None,
    remittances_seen: int | None = None,
) -> Claim:
    """Move a claim; arguments left at None keep what the row says. Only the claim's own activities call this.

    ``closed_on`` stands while the claim is closed and is cleared when it re-opens.

    Raises:
        IllegalTransition: the table of stages has no such edge.
        NoNextDate: an open claim without next date or owner, or a closed one without its closing date.
    """
    claim = get(session, number, for_update=True)
    move(Stage(claim.stage), stage)
    if stage is Stage.CLOSED:
        claim.closed_on = closed_on or claim.closed_on
        if claim.closed_on is None:
            raise NoNextDate(f"claim {number} is closed on which date?")
    else:
        if next_at is None or not owner:
            raise NoNextDate(f"claim {number} in stage {stage} needs a next date and an owner")
        claim.closed_on = None
    claim.stage = stage.value
    claim.owes = owes.value
    claim.next_at = next_at
    claim.next_what = next_what
    claim.owner = owner
    if held is not None:
        claim.held = held
    if outcome is not None:
        claim.outcome = outcome
    if denial_group is not None:
        claim.denial_group = denial_group
    if remittances_seen is not None:
        claim.remittances_seen = remittances_seen
    session.flush()
    return claim


def commit_ready(session: Session, number: int, next_attempt: NextAttempt, business_date: date) -> int:
    """Write the next attempt of a claim as ready to be batched, with its present version; return its id.

    Raises:
        OpenAttemptExists: the table has an attempt of this claim that is still open.
    """
    claim = get(session, number, for_update=True)
    last = session.scalar(select(func.max(Submission.attempt)).where(Submission.claim_number == number)) or 0
    statement = insert(Submission).values(
        organisation_id=claim.organisation_id,
        claim_number=number,
        attempt=last + 1,
        control_number=claim_control_number(number, last + 1),
        payer_code=claim.payer_code,
        sequence=claim.sequence,
        frequency=next_attempt.frequency,
        original_reference=next_attempt.original_reference,
        version=claim.version,
        state=AttemptState.READY.value,
        ready_on=business_date,
    )
    submission_id: int | None = session.scalar(
        statement.on_conflict_do_nothing(
            index_elements=["claim_number"], index_where=text(f"state in ({_OPEN_SQL})")
        ).returning(Submission.id)
    )
    if submission_id is None:
        raise OpenAttemptExists(f"claim {number} has an open attempt: attempt {last}")
    return submission_id


_OPEN_SQL = ", ".join(f"'{state.value}'" for state in OPEN_STATES)


def attempts(session: Session, number: int) -> list[Submission]:
    """Return the attempts of a claim, first to last."""
    return list(
        session.scalars(select(Submission).where(Submission.claim_number == number).order_by(Submission.attempt))
    )


def set_attempt_state(session: Session, submission_id: int, state: AttemptState) -> None:
    """Move one attempt: withdrawn, answered and so on."""
    session.execute(update(Submission).where(Submission.id == submission_id).values(state=state.value))


def find_by_control_number(session: Session, value: str) -> tuple[Claim, Submission] | None:
    """Return the claim and attempt that an echoed CLM01 names, None when it is not ours.

    Payers cut or drop the suffix: then the open attempt is meant, else the last.
    """
    parsed = parse_claim_control_number(value)
    if parsed is None or parsed[0] > LARGEST_NUMBER:
        return None
    number, attempt = parsed
    rows = session.execute(
        select(Claim, Submission)
        .join(Submission, Submission.claim_number == Claim.number)
        .where(Claim.number == number)
        .order_by(Submission.attempt)
    ).all()
    if not rows:
        return None
    by_attempt = {row.Submission.attempt: row for row in rows}
    still_open = [row for row in rows if row.Submission.state in OPEN_STATES]
    chosen = by_attempt.get(attempt) if attempt is not None else None
    if chosen is None:
        chosen = (still_open or rows)[-1]
    return chosen.Claim, chosen.Submission
