"""How a guarantor wants to be reached, what was said, what was agreed to pay, and cards charged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class ContactPreferences(Base, Owned, Recorded):
    """How a guarantor wants to be reached; no row: by mail, in English."""

    __tablename__ = "contact_preferences"
    __table_args__ = (
        UniqueConstraint("organisation_id", "account_number"),
        same_organisation("contact_preferences", "account_number", "accounts.number"),
    )

    id: Mapped[Id]
    account_number: Mapped[int]
    language: Mapped[str] = mapped_column(server_default="en")
    channels: Mapped[list[Any]] = mapped_column(server_default=text("'[\"mail\"]'::jsonb"))
    """``mail``, ``email``, ``text``, ``call``: the one they like best first."""
    email: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    time_zone: Mapped[str] = mapped_column(server_default="")
    """Empty: the practice's."""
    address_bad_since: Mapped[date | None]
    """Mail came back: none is sent until there is a new address."""


class ContactConsent(Base, Owned, Recorded):
    """Consent to be reached by one channel, given and perhaps revoked."""

    __tablename__ = "contact_consents"
    __table_args__ = (
        same_organisation("contact_consents", "account_number", "accounts.number"),
        Index("ix_contact_consents_account", "account_number"),
    )

    id: Mapped[Id]
    account_number: Mapped[int]
    channel: Mapped[str]
    given_at: Mapped[datetime]
    given_how: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_how: Mapped[str] = mapped_column(server_default="")


class Contact(Base, Owned, Recorded):
    """One contact with a guarantor about money, or word that came from them."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("contacts", "account_number", "accounts.number"),
        Index("ix_contacts_account", "account_number", "at"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    account_number: Mapped[int]
    channel: Mapped[str]
    what: Mapped[str]
    """``reminder``, ``call``, ``conversation``, ``stop``, ``returned_mail``, ``statement``, ``kept_back``."""
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")


class PaymentPlanRow(Base, Owned, Recorded):
    """Instalments that were offered and perhaps agreed; what came is read from the ledger."""

    __tablename__ = "payment_plans"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("payment_plans", "account_number", "accounts.number"),
        Index(
            "ix_payment_plans_one_agreed",
            "account_number",
            unique=True,
            postgresql_where=text("state = 'agreed'"),
        ),
    )

    number: Mapped[int] = mapped_column(Identity(start=60001), primary_key=True)
    key: Mapped[str]
    account_number: Mapped[int]
    state: Mapped[str]
    """``offered``, ``agreed``, ``kept`` (all of it came) or ``ended``."""
    claims: Mapped[list[Any]]
    """``[{"claim", "cents"}]``: what the plan covers, as it stood."""
    instalments: Mapped[list[Any]]
    """``[{"due_on", "cents"}]``, without interest."""
    offered_on: Mapped[date]
    agreed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(server_default="")
    by: Mapped[str]
    follow_ups: Mapped[int] = mapped_column(server_default="0")
    """Friendly letters about missed instalments since it was agreed or changed."""
    asked_person_on: Mapped[date | None]
    """When a person was asked to renegotiate it."""


class CardCharge(Base, Owned, Recorded):
    """One charge of a card, from click to ledger once; no card number is known to us, only the gateway's token."""

    __tablename__ = "card_charges"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("card_charges", "account_number", "accounts.number"),
        Index("ix_card_charges_open", "organisation_id", postgresql_where=text("state = 'intended'")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """The idempotency key that the gateway knows too."""
    account_number: Mapped[int]
    amount_cents: Mapped[int]
    state: Mapped[str]
    """``intended``, ``charged`` or ``declined``."""
    gateway_reference: Mapped[str] = mapped_column(server_default="")
    receipt_id: Mapped[int | None]
    claims: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """What the patient chose to pay first."""
    by: Mapped[str]
    business_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(server_default="")
