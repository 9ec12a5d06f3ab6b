"""What a payer owes by contract, and where it paid something else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class FeeScheduleRow(Base, Owned, Recorded):
    """Allowed amount of a procedure with a payer, effective-dated, as an operator imported it."""

    __tablename__ = "fee_schedule_rows"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id",
            "payer_code",
            "procedure",
            "modifier",
            "place_of_service",
            "effective_from",
            name="uq_fee_schedule_rows_one_price",
        ),
        CheckConstraint("amount_cents >= 0", name="amount_cents"),
    )

    id: Mapped[Id]
    payer_code: Mapped[str]
    procedure: Mapped[str]
    modifier: Mapped[str] = mapped_column(server_default="")
    place_of_service: Mapped[str] = mapped_column(server_default="")
    """``F`` facility, ``NF`` non-facility; empty: both."""
    amount_cents: Mapped[int]
    """For one unit."""
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]


class ContractTermRow(Base, Owned, Recorded):
    """One term of a contract with a payer, effective-dated, as an operator imported it."""

    __tablename__ = "contract_terms"
    __table_args__ = (UniqueConstraint("organisation_id", "payer_code", "name", "effective_from"),)

    id: Mapped[Id]
    payer_code: Mapped[str]
    name: Mapped[str]
    """``percent_of_schedule``, ``percent_of_charge``, ``lesser_of_charge``, ``variance_threshold_cents`` and
    others that ``domain.contracts`` knows."""
    value: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]


class Variance(Base, Owned, Recorded):
    """A line whose allowed amount is not what the contract says."""

    __tablename__ = "variances"
    __table_args__ = (
        UniqueConstraint("remittance_claim_id", "line"),
        same_organisation("variances", "claim_number", "claims.number"),
        same_organisation("variances", "remittance_claim_id", "remittance_claims.id"),
        Index("ix_variances_open", "organisation_id", "payer_code", postgresql_where=text("state = 'open'")),
        Index("ix_variances_claim", "claim_number"),
    )

    id: Mapped[Id]
    claim_number: Mapped[int]
    remittance_claim_id: Mapped[int]
    line: Mapped[int]
    payer_code: Mapped[str]
    procedure: Mapped[str]
    expected_cents: Mapped[int]
    """Allowed by contract."""
    allowed_cents: Mapped[int]
    """Allowed by the remittance: paid plus the patient's share plus an earlier payer's payment."""
    terms: Mapped[str]
    """Which row of which schedule, and which terms, in words."""
    state: Mapped[str] = mapped_column(server_default="open")
    """``open``, ``appealed``, ``accepted`` or ``settled`` (reversed, or corrected by the payer)."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")
    business_date: Mapped[date]
