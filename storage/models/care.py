"""Care for people who cannot pay: what pauses an account, flags, notices, hard conversations, placements."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class AccountHoldRow(Base, Owned, Recorded):
    """Something pauses what is asked of a guarantor: the whole account, or one claim of it."""

    __tablename__ = "account_holds"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("account_holds", "account_number", "accounts.number"),
        same_organisation("account_holds", "claim_number", "claims.number"),
        CheckConstraint("ends_on is null or ends_on >= since", name="ends_after_it_began"),
        Index("ix_account_holds_open", "account_number", postgresql_where=text("lifted_on is null")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """Business key of what pauses: the same dispute opened twice is one hold."""
    account_number: Mapped[int]
    claim_number: Mapped[int | None]
    """None: the whole account."""
    kind: Mapped[str]
    """``complaint``, ``dispute``, ``assistance``, ``flag:bankrupt`` ...: the word of whoever set it."""
    since: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day on which it stands; None: until it is lifted."""
    stops: Mapped[list[Any]]
    """What it stops: ``statement``, ``contact``, ``collection``."""
    reason: Mapped[str]
    by: Mapped[str]
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str] = mapped_column(server_default="")
    lifted_reason: Mapped[str] = mapped_column(server_default="")


class PatientFlagRow(Base, Owned, Recorded):
    """A fact about a patient or guarantor that changes who may be billed, with its evidence."""

    __tablename__ = "patient_flags"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("patient_flags", "account_number", "accounts.number"),
        same_organisation("patient_flags", "patient_id", "patients.id"),
        same_organisation("patient_flags", "claim_number", "claims.number"),
        CheckConstraint("ends_on is null or ends_on >= began_on", name="ends_after_it_began"),
        Index("ix_patient_flags_account", "account_number"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    account_number: Mapped[int]
    patient_id: Mapped[int | None]
    """None: the guarantor, or everybody of the account."""
    claim_number: Mapped[int | None]
    """The one claim that it is about (an accident), or None."""
    kind: Mapped[str]
    """``domain.care.flags.Flag``."""
    began_on: Mapped[date]
    ends_on: Mapped[date | None]
    evidence: Mapped[str]
    """What shows it: a certificate, a court's case number, a 271."""
    by: Mapped[str]
    ended_by: Mapped[str] = mapped_column(server_default="")
    ended_reason: Mapped[str] = mapped_column(server_default="")


class CareNotice(Base, Owned, Recorded):
    """A letter of care, or an offer by word of mouth, with the day on which it was provided (26 CFR 1.501(r)-1)."""

    __tablename__ = "care_notices"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("care_notices", "account_number", "accounts.number"),
        same_organisation("care_notices", "case_number", "cases.number"),
        same_organisation("care_notices", "outbox_id", "outbox.id"),
        Index("ix_care_notices_account", "account_number"),
        Index("ix_care_notices_case", "case_number"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    account_number: Mapped[int | None]
    case_number: Mapped[int | None]
    kind: Mapped[str]
    """``collection_notice``, ``assistance_screening``, ``acknowledgement``, ``missing_documents``, ``decision`` ..."""
    provided_on: Mapped[date]
    language: Mapped[str] = mapped_column(server_default="en")
    by: Mapped[str]
    outbox_id: Mapped[int | None]
    """None where it was said, or handed over, and not mailed."""
    details: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))


class HardConversation(Base, Owned, Recorded):
    """A conversation of a case that was hostile: who carried it, on which day, and to whom it was handed."""

    __tablename__ = "hard_conversations"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("hard_conversations", "case_number", "cases.number"),
        Index("ix_hard_conversations_person", "organisation_id", "person", "on_day"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    case_number: Mapped[int]
    person: Mapped[str]
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")


class AgencyPlacement(Base, Owned, Recorded):
    """What was handed to a collection agency, and what became of it."""

    __tablename__ = "agency_placements"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        UniqueConstraint("organisation_id", "number"),
        same_organisation("agency_placements", "account_number", "accounts.number"),
        same_organisation("agency_placements", "outbox_id", "outbox.id"),
        Index("ix_agency_placements_account", "account_number"),
    )

    number: Mapped[int] = mapped_column(Identity(start=95001), primary_key=True)
    key: Mapped[str]
    account_number: Mapped[int]
    state: Mapped[str]
    """``placed``, ``recalled`` or ``paid``."""
    placed_on: Mapped[date]
    placed_by: Mapped[str]
    placed_cents: Mapped[int]
    claims: Mapped[list[Any]]
    """``[{"claim", "cents"}]`` as placed."""
    recovered: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """``[{"claim", "cents"}]`` that came back as payments."""
    gates: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """Every gate as it stood on that day: evidence that nothing was skipped."""
    ended_on: Mapped[date | None]
    ended_by: Mapped[str] = mapped_column(server_default="")
    ended_reason: Mapped[str] = mapped_column(server_default="")
    outbox_id: Mapped[int | None]
    """The recall's letter to the agency."""
