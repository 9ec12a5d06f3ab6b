"""Appeals level by level, what is enclosed with each, and the register of Medicare's examinations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class Appeal(Base, Owned, Recorded):
    """One level of one appeal. Only its own steps, and what decides it, write its state."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("appeals", "claim_number", "claims.number"),
        same_organisation("appeals", "remittance_claim_id", "remittance_claims.id"),
        CheckConstraint("state = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        Index("ix_appeals_open", "organisation_id", "next_at", postgresql_where=text("state <> 'closed'")),
        Index("ix_appeals_claim", "claim_number"),
        Index("ix_appeals_reference", "organisation_id", "reference", postgresql_where=text("reference <> ''")),
        Index(
            "uq_appeals_one_open",
            "claim_number",
            "attempt",
            unique=True,
            postgresql_where=text("state <> 'closed'"),
        ),
    )

    number: Mapped[int] = mapped_column(Identity(start=60001), primary_key=True)
    key: Mapped[str]
    """Claim, decision and level, and how often it was opened: the same order is the same appeal."""
    claim_number: Mapped[int]
    attempt: Mapped[int]
    remittance_claim_id: Mapped[int]
    """The decision that is appealed, at its first level."""
    denial: Mapped[int]
    """Which of the claim's decisions that is, from 1."""
    payer_code: Mapped[str]
    payer_kind: Mapped[str]
    level: Mapped[int]
    level_name: Mapped[str]
    denial_group: Mapped[str]
    reasons: Mapped[list[Any]]
    amount_cents: Mapped[int]
    """What is in controversy."""
    notice_on: Mapped[date]
    """Date of the decision that this level appeals."""
    file_by: Mapped[date]
    file_rule: Mapped[str]
    late_under: Mapped[str] = mapped_column(server_default="")
    """The rule under which a late request asks to be heard; empty when it is in time."""
    good_cause: Mapped[str] = mapped_column(server_default="")
    argument: Mapped[str]
    opened_by: Mapped[str]
    opened_on: Mapped[date]
    state: Mapped[str]
    """``gathering``, ``filed``, ``overturned`` (waits for the 835), ``upheld`` (waits for a person) or ``closed``."""
    reference: Mapped[str] = mapped_column(server_default="")
    """Our number of the letter; the decision repeats it."""
    filed_by: Mapped[str] = mapped_column(server_default="")
    filed_on: Mapped[date | None]
    decision_due: Mapped[date | None]
    decision: Mapped[str] = mapped_column(server_default="")
    decided_on: Mapped[date | None]
    next_file_by: Mapped[date | None]
    """The last day to file the next level, once this one was decided."""
    owner: Mapped[str]
    next_at: Mapped[datetime | None]
    next_what: Mapped[str] = mapped_column(server_default="")
    details: Mapped[Json]
    closed_on: Mapped[date | None]


class AppealEvidence(Base, Owned, Recorded):
    """One thing on the checklist of one level."""

    __tablename__ = "appeal_evidence"
    __table_args__ = (
        UniqueConstraint("appeal_number", "item"),
        same_organisation("appeal_evidence", "appeal_number", "appeals.number"),
        same_organisation("appeal_evidence", "file_id", "files.id"),
    )

    id: Mapped[Id]
    appeal_number: Mapped[int]
    item: Mapped[str]
    what: Mapped[str]
    need: Mapped[str]
    """``required``, ``expected`` or ``optional``."""
    automatic: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str]
    provided_by: Mapped[str] = mapped_column(server_default="")
    """A named person, or ``system`` for what the books hold."""
    provided_on: Mapped[date | None]
    waived: Mapped[bool] = mapped_column(server_default="false")
    """Filed without it, by decision of that person."""
    note: Mapped[str] = mapped_column(server_default="")
    file_id: Mapped[int | None]


class MedicareExamination(Base, Owned, Recorded):
    """How Medicare examines one denial: one record for each denied line of an attempt, moved and never doubled."""

    __tablename__ = "medicare_examinations"
    __table_args__ = (
        UniqueConstraint("claim_number", "attempt", "line"),
        same_organisation("medicare_examinations", "claim_number", "claims.number"),
        same_organisation("medicare_examinations", "remittance_claim_id", "remittance_claims.id"),
        same_organisation("medicare_examinations", "appeal_number", "appeals.number"),
        Index("ix_medicare_examinations_state", "organisation_id", "state", "id"),
    )

    id: Mapped[Id]
    claim_number: Mapped[int]
    attempt: Mapped[int]
    line: Mapped[int]
    """Our line; 0 for a claim that was denied without lines."""
    payer_code: Mapped[str]
    payer_kind: Mapped[str]
    remittance_claim_id: Mapped[int]
    """The decision that denied it first."""
    reasons: Mapped[list[Any]]
    refused_cents: Mapped[int]
    route: Mapped[str]
    """``redetermination``, ``reopening``, ``neither``, or ``plan`` for Medicare Advantage."""
    why: Mapped[str]
    state: Mapped[str]
    """``due``, ``filed``, ``upheld``, ``overturned``, ``settled`` or ``not_applicable``."""
    level: Mapped[int] = mapped_column(server_default="0")
    """Level of appeal that it reached; 0: none yet."""
    appeal_number: Mapped[int | None]
    found_on: Mapped[date]
    due_on: Mapped[date | None]
    moved_on: Mapped[date | None]
    moved_by: Mapped[str] = mapped_column(server_default="")
