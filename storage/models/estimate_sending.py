"""An order to send a good faith estimate, and the outbox row that carries it out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class EstimateSending(Base, Owned, Recorded):
    """One order; how it ended stands on its outbox row."""

    __tablename__ = "estimate_sendings"
    __table_args__ = (
        UniqueConstraint("organisation_id", "outbox_id"),
        UniqueConstraint("organisation_id", "estimate_number", "attempt"),
        same_organisation("estimate_sendings", "estimate_number", "estimates.number"),
        same_organisation("estimate_sendings", "outbox_id", "outbox.id"),
        Index("ix_estimate_sendings_outbox", "outbox_id"),
    )

    id: Mapped[Id]
    estimate_number: Mapped[int]
    attempt: Mapped[int]
    """1 for the first order; a person may order again what did not leave."""
    outbox_id: Mapped[int]
    channel: Mapped[str]
    """``mail`` or ``email``: ``domain.billing.contact_policy.Channel``."""
    sent_to: Mapped[str]
    """The address on the paper, or of the message, as it was when the order was given."""
    language: Mapped[str]
    ordered_on: Mapped[date]
    by: Mapped[str]
    left_on: Mapped[date | None]
    """The practice's day on which it really left: the proof, beside the outbox row."""
