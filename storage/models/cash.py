"""Cash: what the bank shows, what explains it, which months are closed, and what payers settle at provider level."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class BankDeposit(Base, Owned, Recorded):
    """One deposit as the bank shows it: the only evidence that moves money to ``bank``."""

    __tablename__ = "bank_deposits"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("bank_deposits", "file_id", "files.id"),
        CheckConstraint("amount_cents <> 0", name="amount_cents"),
        Index("ix_bank_deposits_open", "organisation_id", "deposited_on", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """By content: date, cents, trace, payer, ordinal among equal lines of one day; or the caller's own key."""
    deposited_on: Mapped[date]
    amount_cents: Mapped[int]
    """Negative when the bank took it back (a returned check)."""
    trace_number: Mapped[str] = mapped_column(server_default="")
    """TRN02 of the CCD+ addenda, or the check number."""
    payer_name: Mapped[str] = mapped_column(server_default="")
    method: Mapped[str]
    """``ach``, ``check``, ``lockbox``, ``card`` or ``other``."""
    source: Mapped[str]
    """``bank_file`` or ``manual``."""
    file_id: Mapped[int | None]
    by: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    """``open``, ``matched`` or ``explained`` (a named person said what it is)."""
    business_date: Mapped[date]


class DepositMatch(Base, Owned, Recorded):
    """What a deposit, or a part of it, was for."""

    __tablename__ = "deposit_matches"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("deposit_matches", "deposit_id", "bank_deposits.id"),
        same_organisation("deposit_matches", "remittance_id", "remittances.id"),
        Index("ix_deposit_matches_remittance", "remittance_id"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    deposit_id: Mapped[int]
    remittance_id: Mapped[int | None]
    """The 835 whose money it is; empty where a person explained it otherwise."""
    amount_cents: Mapped[int]
    by: Mapped[str]
    """``trace``, ``amount and date``, or a named person."""
    reason: Mapped[str] = mapped_column(server_default="")
    business_date: Mapped[date]


class AccountingPeriod(Base, Owned, Recorded):
    """A closed month: the database dates no posting into it any more."""

    __tablename__ = "accounting_periods"
    __table_args__ = (UniqueConstraint("organisation_id", "month"),)

    id: Mapped[Id]
    month: Mapped[date]
    """First day of the month."""
    closed_by: Mapped[str]
    closed_on: Mapped[date]
    totals: Mapped[Json]
    """Cents moved in the month and balance at its end, by ledger account."""


class ProviderAdjustmentRow(Base, Owned, Recorded):
    """One PLB entry as it was posted: a provider-level fact, linked to a claim only where its reference says so."""

    __tablename__ = "provider_adjustments"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("provider_adjustments", "remittance_id", "remittances.id"),
        same_organisation("provider_adjustments", "claim_number", "claims.number"),
        same_organisation("provider_adjustments", "case_number", "cases.number"),
        Index("ix_provider_adjustments_reason", "organisation_id", "reason"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    remittance_id: Mapped[int]
    reason: Mapped[str]
    """PLB03-1: WO, FB, 72, L6, CS and others."""
    reference: Mapped[str]
    """PLB03-2."""
    amount_cents: Mapped[int]
    """Positive was held back from the payment."""
    claim_number: Mapped[int | None]
    case_number: Mapped[int | None]
    """The refund case that this recoupment settles."""
    business_date: Mapped[date]
