"""Code tables by edition, and the rules an organisation adds to them or learns from its denials."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class ReferenceEdition(Base, Recorded):
    """One load of one kind of table. Public facts: every organisation reads them, only the system writes."""

    __tablename__ = "reference_editions"
    __table_args__ = (UniqueConstraint("kind", "sha256", "effective_from"),)

    id: Mapped[Id]
    kind: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    """The last day it is the word; none: until a later edition."""
    files: Mapped[list[Any]]
    """Names of the files it came from."""
    sha256: Mapped[str]
    """Of the files' bytes, in order of their own hashes."""
    row_count: Mapped[int]
    loaded_by: Mapped[str]
    superseded_by: Mapped[int | None]
    """A later load for the same first day; its own rows are gone then."""


class ReferenceCode(Base):
    """A code of an edition; what ``says`` holds depends on the kind (``domain.coding.rows``)."""

    __tablename__ = "reference_codes"
    __table_args__ = (Index("ix_reference_codes_code", "edition_id", "code"),)

    id: Mapped[Id]
    edition_id: Mapped[int] = mapped_column(ForeignKey("reference_editions.id"))
    code: Mapped[str]
    says: Mapped[str] = mapped_column(server_default="")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]


class ReferencePair(Base):
    """A pair of codes of an edition: NCCI's, or a procedure and a diagnosis that supports it."""

    __tablename__ = "reference_pairs"
    __table_args__ = (Index("ix_reference_pairs_pair", "edition_id", "first", "second"),)

    id: Mapped[Id]
    edition_id: Mapped[int] = mapped_column(ForeignKey("reference_editions.id"))
    first: Mapped[str]
    second: Mapped[str]
    says: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]


class OperatorRuleRow(Base, Owned, Recorded):
    """A scrubber's rule as an operator wrote it (``domain.scrubbing.operator.rule``), or accepted it."""

    __tablename__ = "operator_rules"
    __table_args__ = (
        Index(
            "uq_operator_rules_active",
            "organisation_id",
            "rule",
            "effective_from",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        CheckConstraint("state in ('active', 'replaced', 'withdrawn')", name="state"),
    )

    id: Mapped[Id]
    rule: Mapped[str]
    severity: Mapped[str]
    condition: Mapped[str]
    message: Mapped[str]
    remedy: Mapped[str]
    place: Mapped[str]
    source: Mapped[str]
    payer: Mapped[str]
    claim_type: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="active")
    by: Mapped[str]
    """Who loaded or accepted it."""


class LearnedDenial(Base, Owned, Recorded):
    """One denied adjustment looked at: could the scrubber have caught it, and by which rule or proposal."""

    __tablename__ = "learned_denials"
    __table_args__ = (
        same_organisation("learned_denials", "remittance_claim_id", "remittance_claims.id"),
        UniqueConstraint("remittance_claim_id", "line", "reason"),
        Index("ix_learned_denials_pattern", "organisation_id", "pattern"),
    )

    id: Mapped[Id]
    remittance_claim_id: Mapped[int]
    line: Mapped[int]
    reason: Mapped[str]
    """Group and CARC, such as ``CO-197``; ``none`` where a decision held no denial."""
    payer_code: Mapped[str]
    cents: Mapped[int]
    avoidable: Mapped[bool]
    caught_by: Mapped[str]
    """The built-in rule that looks at it, empty for a payer's own pattern or none."""
    pattern: Mapped[str]
    """Key of the proposed rule, empty where none follows."""
    business_date: Mapped[date]


class ProposedRule(Base, Owned, Recorded):
    """A rule that denials propose; counts and money are sums over ``learned_denials``."""

    __tablename__ = "proposed_rules"
    __table_args__ = (
        UniqueConstraint("organisation_id", "pattern"),
        CheckConstraint("state in ('proposed', 'accepted', 'declined')", name="state"),
    )

    number: Mapped[Id]
    pattern: Mapped[str]
    payer_code: Mapped[str]
    severity: Mapped[str]
    condition: Mapped[str]
    message: Mapped[str]
    remedy: Mapped[str]
    place: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="proposed")
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")
    decided_on: Mapped[date | None]
