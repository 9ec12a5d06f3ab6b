"""The books: remittances as posted, ledger postings and entries, statements, patient payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ledger.chart import LedgerAccount
from storage.models.base import Base, Id, Json, Owned, Recorded, one_of, same_organisation


class RemittanceRow(Base, Owned, Recorded):
    """One ST of an 835: the deposit it announces."""

    __tablename__ = "remittances"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        same_organisation("remittances", "file_id", "files.id"),
        UniqueConstraint("organisation_id", "key"),
        Index("ix_remittances_trace", "organisation_id", "trace_number"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """Payee NPI + TRN03 + TRN02 + BPR16: by content, never by position."""
    file_id: Mapped[int]
    payee_npi: Mapped[str]
    payer_identifier: Mapped[str]
    trace_number: Mapped[str]
    payment_date: Mapped[date]
    payment_cents: Mapped[int]
    method: Mapped[str]
    balanced: Mapped[bool]
    handling: Mapped[str] = mapped_column(server_default="")
    """BPR01."""
    payer_name: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="posted")
    """``posted``, ``held`` (its transaction does not balance) or ``rejected`` by a named person."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")


class RemittanceClaim(Base, Owned, Recorded):
    """One CLP loop, once: the key holds by content."""

    __tablename__ = "remittance_claims"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        same_organisation("remittance_claims", "remittance_id", "remittances.id"),
        same_organisation("remittance_claims", "claim_number", "claims.number"),
        UniqueConstraint("organisation_id", "key"),
        Index("ix_remittance_claims_claim", "claim_number"),
        Index("ix_remittance_claims_remittance", "remittance_id"),
        Index("ix_remittance_claims_payer_number", "organisation_id", "payer_control_number"),
        Index(
            "ix_remittance_claims_waiting",
            "organisation_id",
            "id",
            postgresql_where=text("state in ('held', 'unmatched')"),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str]
    remittance_id: Mapped[int]
    claim_number: Mapped[int | None]
    attempt: Mapped[int | None]
    state: Mapped[str]
    """``posted``, ``held`` (it does not balance, or a person reads it), ``unmatched``, ``rejected``, ``not_ours``."""
    status: Mapped[str]
    """CLP02."""
    payer_control_number: Mapped[str]
    charge_cents: Mapped[int]
    paid_cents: Mapped[int]
    patient_cents: Mapped[int]
    adjustments: Mapped[list[Any]]
    """``[{"line", "group", "reason", "amount_cents"}]``."""
    remarks: Mapped[list[Any]]
    verdict: Mapped[str] = mapped_column(server_default="")
    """Classification at posting: ``paid``, ``denied``, ``partly_denied``, ``reversal``, ``review``."""
    lines: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """``[{"position", "line", "charge_cents", "paid_cents"}]``: our line for each SVC, null where none was found."""
    loop: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    """``domain.remittance.remittance.RemittedClaim`` as JSON: what a later decision of a person posts."""
    candidates: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """``[{"claim", "why"}]`` of an unmatched loop."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")
    business_date: Mapped[date]


class Posting(Base, Owned, Recorded):
    """One balanced ledger transaction, append only; the database refuses anything else."""

    __tablename__ = "postings"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[Id]
    key: Mapped[str]
    kind: Mapped[str]
    """``charge``, ``deposit``, ``remittance``, ``provider_level``, ``patient_payment``, ``write_off``, ``reversal``,
    ``refund`` or ``recoupment``."""
    cites: Mapped[str]
    """CAS triplet, PLB entry, receipt or named person it rests on."""
    by: Mapped[str]
    business_date: Mapped[date]
    transaction_id: Mapped[int] = mapped_column(server_default=text("pg_current_xact_id()::text::bigint"))
    """The PostgreSQL transaction that wrote it: no other may add an entry. A trigger sets it."""


class Entry(Base, Owned):
    """One leg of a posting: debit positive, credit negative."""

    __tablename__ = "entries"
    __table_args__ = (
        same_organisation("entries", "claim_number", "claims.number"),
        same_organisation("entries", "account_number", "accounts.number"),
        CheckConstraint(one_of("ledger_account", LedgerAccount), name="ledger_account"),
        CheckConstraint("amount_cents <> 0", name="amount_cents"),
        Index("ix_entries_claim", "claim_number"),
        Index("ix_entries_account", "account_number"),
    )

    id: Mapped[Id]
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), index=True)
    ledger_account: Mapped[str]
    amount_cents: Mapped[int]
    claim_number: Mapped[int | None]
    account_number: Mapped[int | None]
    cites: Mapped[str] = mapped_column(server_default="")


class Statement(Base, Owned, Recorded):
    """What was asked of a guarantor, when, and how it was sent."""

    __tablename__ = "statements"
    __table_args__ = (
        same_organisation("statements", "account_number", "accounts.number"),
        same_organisation("statements", "outbox_id", "outbox.id"),
        UniqueConstraint("account_number", "cycle_started_on", "step"),
    )

    number: Mapped[int] = mapped_column(Identity(start=30001), primary_key=True)
    account_number: Mapped[int]
    cycle_started_on: Mapped[date]
    step: Mapped[int]
    kind: Mapped[str]
    """``statement``, ``reminder``, ``final_notice`` or ``placement``."""
    balance_cents: Mapped[int]
    claims: Mapped[list[Any]]
    """``[{"claim", "cents"}]``."""
    outbox_id: Mapped[int | None]
    business_date: Mapped[date]


class Receipt(Base, Owned, Recorded):
    """Money from a patient, once for each key."""

    __tablename__ = "receipts"
    __table_args__ = (
        same_organisation("receipts", "account_number", "accounts.number"),
        UniqueConstraint("organisation_id", "key"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    account_number: Mapped[int] = mapped_column(index=True)
    amount_cents: Mapped[int]
    method: Mapped[str]
    received_on: Mapped[date]
    reference: Mapped[str]
    received_at: Mapped[datetime]
    details: Mapped[Json]
