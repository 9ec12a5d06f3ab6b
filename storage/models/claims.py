"""Claims, their versions, their attempts, the people's commands and the timeline."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class EncounterRow(Base, Owned, Recorded):
    """A visit, as it was checked in or imported; the original is kept as it came."""

    __tablename__ = "encounters"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        same_organisation("encounters", "patient_id", "patients.id"),
        UniqueConstraint("organisation_id", "source_key"),
    )

    id: Mapped[Id]
    patient_id: Mapped[int]
    source_key: Mapped[str]
    """File hash, ST and ordinal: an encounter imported twice is one."""
    source_reference: Mapped[str] = mapped_column(index=True)
    """CLM01 of the other system; the same again is shown as a possible duplicate."""
    service_date: Mapped[date]
    provider: Mapped[Json]
    original: Mapped[Json]
    """``domain.claim.claim.Encounter`` as JSON, before any correction."""


class Claim(Base, Owned, Recorded):
    """A claim. Only its own workflow's activities write ``stage``."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        same_organisation("claims", "encounter_id", "encounters.id"),
        same_organisation("claims", "patient_id", "patients.id"),
        same_organisation("claims", "account_number", "accounts.number"),
        CheckConstraint("stage = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        Index("ix_claims_open", "organisation_id", "next_at", postgresql_where=text("stage <> 'closed'")),
        Index("ix_claims_stage", "organisation_id", "stage", "number"),
        Index("ix_claims_payer", "organisation_id", "payer_code", "number"),
        Index("ix_claims_owes", "organisation_id", "owes", "number"),
        Index("ix_claims_service_date", "organisation_id", "service_date"),
    )

    number: Mapped[int] = mapped_column(Identity(start=10000001), primary_key=True)
    encounter_id: Mapped[int] = mapped_column(unique=True)
    patient_id: Mapped[int] = mapped_column(index=True)
    account_number: Mapped[int] = mapped_column(index=True)
    payer_code: Mapped[str]
    """The payer whose turn it is."""
    payer_kind: Mapped[str]
    claim_type: Mapped[str] = mapped_column(server_default="professional")
    """``professional`` goes as an 837P, ``institutional`` as an 837I; it never changes."""
    sequence: Mapped[str] = mapped_column(server_default="P")
    """Whose turn it is: ``P`` primary, ``S`` secondary, ``T`` tertiary (SBR01)."""
    stage: Mapped[str]
    owes: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    held: Mapped[bool] = mapped_column(server_default="false")
    held_for_review: Mapped[bool] = mapped_column(server_default="false")
    """Nothing goes on and nobody is told why, until compliance has decided."""
    service_date: Mapped[date]
    opened_on: Mapped[date]
    next_at: Mapped[datetime | None]
    """The next date this claim waits for; never empty while the claim is open."""
    next_what: Mapped[str] = mapped_column(server_default="")
    """What it waits for, in a biller's words, without protected data."""
    owner: Mapped[str] = mapped_column(server_default="system")
    closed_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    denial_group: Mapped[str] = mapped_column(server_default="")
    remittances_seen: Mapped[int] = mapped_column(server_default="0")
    """How many posted remittances the workflow has acted on."""
    networks: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    """``in`` or ``out`` for each payer (by code) whose 271 about this claim said which, and said nothing else."""


class ClaimVersion(Base, Owned, Recorded):
    """One version of a claim's content; corrections add a version, nothing is overwritten."""

    __tablename__ = "claim_versions"
    __table_args__ = (
        same_organisation("claim_versions", "claim_number", "claims.number"),
        UniqueConstraint("claim_number", "version"),
    )

    id: Mapped[Id]
    claim_number: Mapped[int]
    version: Mapped[int]
    content: Mapped[Json]
    """``domain.claim.claim.ClaimContent`` as JSON."""
    by: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[Json]
    business_date: Mapped[date]


class Submission(Base, Owned, Recorded):
    """One attempt of a claim. The table, not the claim's stage, refuses a second open attempt."""

    __tablename__ = "submissions"
    __table_args__ = (
        same_organisation("submissions", "claim_number", "claims.number"),
        same_organisation("submissions", "batch_number", "batches.number"),
        UniqueConstraint("claim_number", "attempt"),
        Index(
            "uq_submissions_open",
            "claim_number",
            unique=True,
            postgresql_where=text("state in ('ready', 'batched', 'sent', 'accepted')"),
        ),
        Index(
            "ix_submissions_payer_number",
            "organisation_id",
            "payer_control_number",
            postgresql_where=text("payer_control_number <> ''"),
        ),
        Index("ix_submissions_ready", "organisation_id", "payer_code", postgresql_where=text("state = 'ready'")),
    )

    id: Mapped[Id]
    claim_number: Mapped[int]
    attempt: Mapped[int]
    control_number: Mapped[str] = mapped_column(unique=True)
    """CLM01."""
    payer_code: Mapped[str]
    sequence: Mapped[str] = mapped_column(server_default="P")
    """SBR01 of this attempt."""
    frequency: Mapped[str]
    original_reference: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int]
    """Version of the content that was sent."""
    state: Mapped[str]
    ready_on: Mapped[date]
    batch_number: Mapped[int | None] = mapped_column(index=True)
    transaction_control_number: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime | None]
    accepted_on: Mapped[date | None]
    category: Mapped[str] = mapped_column(server_default="")
    """Status category of the last 277CA or 277."""
    status_code: Mapped[str] = mapped_column(server_default="")
    status_entity: Mapped[str] = mapped_column(server_default="")
    """STC01-3: of whom that status speaks."""
    status_action: Mapped[str] = mapped_column(server_default="")
    """STC03 of a 277CA: WQ accepts, U rejects."""
    payer_control_number: Mapped[str] = mapped_column(server_default="")
    """REF*1K of a 277CA or CLP07 of an 835: the REF*F8 of a later replacement."""
    answered_on: Mapped[date | None]


class Command(Base, Owned, Recorded):
    """What a person ordered and what became of it; the business id makes a repeat harmless."""

    __tablename__ = "commands"
    __table_args__ = (
        same_organisation("commands", "claim_number", "claims.number"),
        same_organisation("commands", "account_number", "accounts.number"),
        UniqueConstraint("organisation_id", "business_id"),
    )

    id: Mapped[Id]
    business_id: Mapped[str]
    claim_number: Mapped[int | None] = mapped_column(index=True)
    account_number: Mapped[int | None]
    verb: Mapped[str]
    by: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[Json]
    accepted: Mapped[bool]
    answer: Mapped[str]
    business_at: Mapped[datetime]


class TimelineEntry(Base, Owned, Recorded):
    """What happened to a claim or an account, when, by whom, in words a biller uses."""

    __tablename__ = "timeline"
    __table_args__ = (
        same_organisation("timeline", "claim_number", "claims.number"),
        same_organisation("timeline", "account_number", "accounts.number"),
        UniqueConstraint("organisation_id", "key"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """Business key: the same step done twice writes one entry."""
    claim_number: Mapped[int | None] = mapped_column(index=True)
    account_number: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    what: Mapped[str]
    why: Mapped[str] = mapped_column(server_default="")


class WorkItem(Base, Owned, Recorded):
    """Something a person must do, with an owner and a date."""

    __tablename__ = "work_items"
    __table_args__ = (
        same_organisation("work_items", "claim_number", "claims.number"),
        same_organisation("work_items", "account_number", "accounts.number"),
        UniqueConstraint("organisation_id", "key"),
        Index(
            "ix_work_items_open",
            "organisation_id",
            "due_on",
            "id",
            postgresql_where=text("closed_on is null"),
        ),
        Index(
            "ix_work_items_owner",
            "organisation_id",
            "owner",
            "due_on",
            "id",
            postgresql_where=text("closed_on is null"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str]
    kind: Mapped[str]
    claim_number: Mapped[int | None] = mapped_column(index=True)
    account_number: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str]
    remedy: Mapped[str] = mapped_column(server_default="")
    details: Mapped[Json]
    owner: Mapped[str]
    due_on: Mapped[date]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str] = mapped_column(server_default="")
