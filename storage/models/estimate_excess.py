"""A bill far above its good faith estimate, until it is settled."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class EstimateExcess(Base, Owned, Recorded):
    """One provider billed far more than was estimated; nothing is collected until it is settled."""

    __tablename__ = "estimate_excesses"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("estimate_excesses", "estimate_number", "estimates.number"),
        same_organisation("estimate_excesses", "account_number", "accounts.number"),
        CheckConstraint("(state = 'settled') = (settled_on is not null)", name="settled_with_its_day"),
        Index("ix_estimate_excesses_open", "account_number", postgresql_where=text("state <> 'settled'")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """``estimate:40001:<npi>:<account>``."""
    estimate_number: Mapped[int]
    account_number: Mapped[int]
    npi: Mapped[str]
    claims: Mapped[list[Any]]
    """Numbers of the claims that the bill is made of."""
    estimated_cents: Mapped[int]
    billed_cents: Mapped[int]
    """As it stood when it was found, or when the dispute began."""
    found_on: Mapped[date]
    state: Mapped[str]
    """``domain.estimates.disputes.ExcessState``."""
    dispute_reference: Mapped[str] = mapped_column(server_default="")
    """The number under which the dispute is known to the entity that decides it."""
    disputed_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    """``domain.estimates.disputes.Outcome``."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    """The entity, where one decided."""
    decided_cents: Mapped[int | None]
    """What it decided, or what was agreed, before the fee."""
    fee_credit_cents: Mapped[int] = mapped_column(server_default="0")
    payable_cents: Mapped[int | None]
    """What is left to pay of the bill, payments not counted."""
    written_down_cents: Mapped[int] = mapped_column(server_default="0")
    settled_on: Mapped[date | None]
    settled_by: Mapped[str] = mapped_column(server_default="")
    settled_reason: Mapped[str] = mapped_column(server_default="")
