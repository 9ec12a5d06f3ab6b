"""Cases: one story for what a person must decide in time; and visits that became no claim yet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class CaseRow(Base, Owned, Recorded):
    """A refund, an overpayment or another question with an owner, a clock and a decision."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("cases", "claim_number", "claims.number"),
        same_organisation("cases", "account_number", "accounts.number"),
        CheckConstraint("state = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        Index("ix_cases_open", "organisation_id", "next_at", postgresql_where=text("state <> 'closed'")),
        Index("ix_cases_claim", "claim_number"),
        Index("ix_cases_account", "account_number"),
    )

    number: Mapped[int] = mapped_column(Identity(start=50001), primary_key=True)
    key: Mapped[str]
    """What the case is about: the same overpayment found twice is one case."""
    kind: Mapped[str]
    """``refund`` today; complaints, referrals, records requests and applications come by kind as data."""
    claim_number: Mapped[int | None]
    account_number: Mapped[int | None]
    amount_cents: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str]
    """``open``, ``approved`` or ``closed``."""
    opened_on: Mapped[date]
    due_on: Mapped[date]
    """The day by which the law, or the contract, wants it done."""
    due_rule: Mapped[str] = mapped_column(server_default="")
    owner: Mapped[str]
    next_at: Mapped[datetime | None]
    next_what: Mapped[str] = mapped_column(server_default="")
    details: Mapped[Json]
    decision: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[str] = mapped_column(server_default="")
    closed_on: Mapped[date | None]


class Visit(Base, Owned, Recorded):
    """A patient was checked in: until charges and a claim follow, its worth is at risk."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("visits", "patient_id", "patients.id"),
        same_organisation("visits", "encounter_id", "encounters.id"),
        Index("ix_visits_waiting", "organisation_id", "seen_on", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """The schedule's own id of the visit."""
    patient_id: Mapped[int | None]
    seen_on: Mapped[date]
    provider_npi: Mapped[str] = mapped_column(server_default="")
    visit_type: Mapped[str] = mapped_column(server_default="")
    expected_cents: Mapped[int] = mapped_column(server_default="0")
    """What such a visit is worth, from the practice's own history or its schedule."""
    encounter_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    """``waiting`` (no charges), ``claimed`` or ``excused`` (a named person said why there is nothing to bill)."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")
