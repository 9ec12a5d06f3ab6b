"""Who may do what, and what only compliance may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation


class StaffRole(Base, Owned, Recorded):
    """A role of a named person."""

    __tablename__ = "staff_roles"
    __table_args__ = (UniqueConstraint("organisation_id", "person", "role"),)

    id: Mapped[Id]
    person: Mapped[str]
    """As ``--by`` names them."""
    role: Mapped[str]
    granted_by: Mapped[str]
    granted_on: Mapped[date]


class ComplianceReferral(Base, Owned, Recorded):
    """Why one claim is held for review. Row-level security shows it to transactions of compliance only."""

    __tablename__ = "compliance_referrals"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("compliance_referrals", "case_number", "cases.number"),
        same_organisation("compliance_referrals", "claim_number", "claims.number"),
        Index("ix_compliance_referrals_case", "case_number"),
        Index("ix_compliance_referrals_claim", "claim_number"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """The pattern and the claim: seen again it is the same referral."""
    case_number: Mapped[int]
    claim_number: Mapped[int]
    suspicion: Mapped[str]
    evidence: Mapped[list[Any]]
    before: Mapped[Json]
    """How the claim stood when it was held: that is where a release takes it."""
    opened_by: Mapped[str]
    opened_on: Mapped[date]
    decision: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    decided_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    """When the claim's own story has acted on the decision."""
