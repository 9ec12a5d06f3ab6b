"""Organisations, payers, patients, guarantor accounts, coverages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class Organisation(Base, Recorded):
    """A practice, or one client of a billing company."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str] = mapped_column(server_default="America/New_York")
    provider: Mapped[Json]
    """The default billing provider: ``domain.people.parties.BillingProvider`` as JSON."""


class PayerRow(Base, Owned, Recorded):
    """A payer that an organisation bills."""

    __tablename__ = "payers"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    filing_indicator: Mapped[str]


class PayerPolicyRow(Base, Recorded):
    """What a kind of payer, or one payer, expects: effective-dated, replaceable, each row with its source.

    Not owned by an organisation: public facts of the trade. ``payer_code`` overrides ``payer_kind``.
    """

    __tablename__ = "payer_policies"
    __table_args__ = (UniqueConstraint("payer_kind", "payer_code", "name", "effective_from"),)

    id: Mapped[Id]
    payer_kind: Mapped[str]
    payer_code: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str]
    value: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]


class Patient(Base, Owned, Recorded):
    """A patient. ``person`` is ``domain.people.parties.Person`` as JSON."""

    __tablename__ = "patients"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        same_organisation("patients", "account_number", "accounts.number"),
        UniqueConstraint("organisation_id", "identity_key"),
    )

    id: Mapped[Id]
    account_number: Mapped[int] = mapped_column(index=True)
    identity_key: Mapped[str]
    """Hash of name, birth date and sex: finds a returning patient without a clear name in an index."""
    person: Mapped[Json]


class Account(Base, Owned, Recorded):
    """A guarantor's account. It keeps no balance: the ledger does."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("stage = 'settled' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        Index("ix_accounts_open", "organisation_id", "next_at", postgresql_where=text("stage <> 'settled'")),
    )

    number: Mapped[int] = mapped_column(Identity(start=70000001), primary_key=True)
    guarantor: Mapped[Json]
    """``Person`` as JSON."""
    stage: Mapped[str] = mapped_column(server_default="settled")
    next_at: Mapped[datetime | None]
    next_what: Mapped[str] = mapped_column(server_default="")
    owner: Mapped[str] = mapped_column(server_default="system")
    cycle_started_on: Mapped[date | None]
    """Date of the first statement of the present cycle."""
    cycle_step: Mapped[int] = mapped_column(server_default="0")
    """How many statements and reminders of the present cycle went out."""
