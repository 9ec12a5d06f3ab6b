"""Check-in: an encounter becomes a claim, once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.claim.claim import Encounter, EncounterSource
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import Payer
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.people.parties import Person
from storage import (
    doorbells,
    frontdesk,
    frontdesk_authorizations,
    frontdesk_copays,
    frontdesk_notices,
    frontdesk_people,
    guarantors,
    timeline,
)
from storage.models import Account, Claim, ClaimVersion, EncounterRow, Organisation, Patient, PayerRow
from storage.serialise import to_json


class UnknownOrganisation(LookupError):
    """No organisation has this id, or the session may not see it."""


class PatientWithoutBirthDate(ValueError):
    """Only a subscriber who is not the patient may lack a birth date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """The claim of an encounter; ``new`` is False when the encounter was checked in before."""

    claim_number: int
    account_number: int
    new: bool
    possible_duplicate_of: int | None
    """An earlier claim of the organisation whose source used the same claim reference (CLM01)."""


def source_key(source: EncounterSource) -> str:
    """The identity of an encounter: file hash, ST and ordinal."""
    return f"{source.file_sha256}/{source.transaction}/{source.ordinal}"


def identity_key(person: Person) -> str:
    """A hash of name, birth date and sex: finds a returning patient without a clear name in an index.

    Raises:
        PatientWithoutBirthDate: there is none to tell people of one name apart.
    """
    if person.birth_date is None:
        raise PatientWithoutBirthDate("the patient has no birth date: enter it, then check in again")
    parts = (
        person.last_name,
        person.first_name,
        person.middle_name,
        person.birth_date.isoformat(),
        person.sex,
    )
    plain = "|".join(" ".join(part.upper().split()) for part in parts)
    return hashlib.sha256(plain.encode()).hexdigest()


def check_in(
    session: Session, organisation_id: int, encounter: Encounter, *, by: str, business_at: datetime
) -> CheckedIn:
    """Write payer, patient, encounter, claim, its first version, timeline and doorbell in this transaction.

    The same encounter again, also at the same moment in another transaction, returns the claim it has.

    Raises:
        UnknownOrganisation: the organisation does not exist.
        PatientWithoutBirthDate: the patient's birth date is unknown.
    """
    existing = _existing(session, organisation_id, encounter.source)
    if existing is not None:
        return existing
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise UnknownOrganisation(f"no organisation has the id {organisation_id}: create it first")
    patient = find_or_add_patient(session, organisation_id, encounter.patient)
    encounter_id = _add_encounter(session, organisation_id, encounter, patient.id)
    if encounter_id is None:
        winner = _existing(session, organisation_id, encounter.source)
        assert winner is not None, "the encounter that won the race has its claim in the same transaction"
        return winner
    today = business_at.astimezone(ZoneInfo(organisation.time_zone)).date()
    content = frontdesk.with_desk_order(session, patient.id, encounter.content)
    payer = content.coverage.payer
    for coverage in content.coverages:
        _keep_payer(session, organisation_id, coverage.payer)
    content = frontdesk_copays.with_copay(session, patient.id, content)
    content = frontdesk_authorizations.with_authorization(session, patient.id, content)
    content = frontdesk_notices.with_modifiers(session, patient.id, content)
    account_number = guarantors.account_of_visit(session, patient, content.first_service)
    claim = Claim(
        organisation_id=organisation_id,
        encounter_id=encounter_id,
        patient_id=patient.id,
        account_number=account_number,
        payer_code=payer.code,
        payer_kind=payer.kind.value,
        claim_type=content.claim_type.value,
        stage=Stage.CHECKED_IN.value,
        owes=Owes.PAYER.value,
        version=1,
        service_date=encounter.content.first_service,
        opened_on=today,
        next_at=business_at,
        next_what="eligibility is asked",
        owner="system",
    )
    session.add(claim)
    session.flush()
    session.add(
        ClaimVersion(
            organisation_id=organisation_id,
            claim_number=claim.number,
            version=1,
            content=to_json(content),
            by=by,
            reason="check-in",
            changes={},
            business_date=today,
        )
    )
    frontdesk_copays.link_claim(session, claim)
    session.flush()
    timeline.note(
        session,
        organisation_id,
        key=f"claim/{claim.number}/checked-in",
        at=business_at,
        by=by,
        what="Checked in",
        why=encounter.original_dates,
        claim_number=claim.number,
    )
    bell = Doorbell(recipient=Recipient.CLAIM, number=str(claim.number), kind=MessageKind.OPEN, business_at=business_at)
    doorbells.ring(session, organisation_id, bell)
    return CheckedIn(
        claim_number=claim.number,
        account_number=account_number,
        new=True,
        possible_duplicate_of=_possible_duplicate(session, organisation_id, encounter.source, claim.number),
    )


def _existing(session: Session, organisation_id: int, source: EncounterSource) -> CheckedIn | None:
    row = session.execute(
        select(Claim.number, Claim.account_number)
        .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
        .where(EncounterRow.organisation_id == organisation_id, EncounterRow.source_key == source_key(source))
    ).one_or_none()
    if row is None:
        return None
    return CheckedIn(
        claim_number=row.number,
        account_number=row.account_number,
        new=False,
        possible_duplicate_of=_possible_duplicate(session, organisation_id, source, row.number),
    )


def _possible_duplicate(
    session: Session, organisation_id: int, source: EncounterSource, claim_number: int
) -> int | None:
    if not source.claim_reference:
        return None
    return session.scalar(
        select(Claim.number)
        .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
        .where(
            EncounterRow.organisation_id == organisation_id,
            EncounterRow.source_reference == source.claim_reference,
            Claim.number < claim_number,
        )
        .order_by(Claim.number)
        .limit(1)
    )


def _keep_payer(session: Session, organisation_id: int, payer: Payer) -> None:
    """The payer as it was first named; never changed here, since files write one payer's name in many ways and
    every check-in passes by. A claim keeps the name it came with in its content."""
    known = session.scalar(
        select(PayerRow.id).where(PayerRow.organisation_id == organisation_id, PayerRow.code == payer.code)
    )
    if known is not None:
        return
    statement = insert(PayerRow).values(
        organisation_id=organisation_id,
        code=payer.code,
        name=payer.name,
        kind=payer.kind.value,
        filing_indicator=payer.filing_indicator,
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["organisation_id", "code"]))


def find_or_add_patient(session: Session, organisation_id: int, person: Person) -> Patient:
    """The patient of this identity; a new one is the guarantor of a new account."""
    wanted = select(Patient).where(
        Patient.organisation_id == organisation_id, Patient.identity_key == identity_key(person)
    )
    if (patient := session.scalar(wanted)) is not None:
        return frontdesk_people.patient(session, patient.id)
    account = Account(organisation_id=organisation_id, guarantor=to_json(person))
    session.add(account)
    session.flush()
    patient_id = session.scalar(
        insert(Patient)
        .values(
            organisation_id=organisation_id,
            account_number=account.number,
            identity_key=identity_key(person),
            person=to_json(person),
        )
        .on_conflict_do_nothing()
        .returning(Patient.id)
    )
    if patient_id is None:
        # Another check-in of the same patient was faster: this account would stay empty.
        session.execute(delete(Account).where(Account.number == account.number))
    return session.scalars(wanted).one()


def _add_encounter(session: Session, organisation_id: int, encounter: Encounter, patient_id: int) -> int | None:
    statement = insert(EncounterRow).values(
        organisation_id=organisation_id,
        patient_id=patient_id,
        source_key=source_key(encounter.source),
        source_reference=encounter.source.claim_reference,
        service_date=encounter.content.first_service,
        provider=to_json(encounter.provider),
        original=to_json(encounter),
    )
    return session.scalar(statement.on_conflict_do_nothing().returning(EncounterRow.id))
