"""What charts say beside claims, and what the diagnosis audit found in both."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Owned, Recorded, same_organisation


class ClinicalFact(Base, Owned, Recorded):
    """A condition of the problem list, a medication, a result, an encounter, or the day of death."""

    __tablename__ = "clinical_facts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("clinical_facts", "patient_id", "patients.id"),
        Index("ix_clinical_facts_patient", "organisation_id", "patient_id"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    """The source's own resource id, or a hash of the content: imported twice it is one."""
    patient_id: Mapped[int]
    kind: Mapped[str]
    """``condition``, ``medication``, ``lab``, ``encounter`` or ``death``."""
    system: Mapped[str] = mapped_column(server_default="")
    """``icd10cm``, ``rxnorm``, ``atc`` or ``loinc``."""
    code: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str] = mapped_column(server_default="")
    """As the chart writes it."""
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    value: Mapped[str] = mapped_column(server_default="")
    """A decimal number, for a result."""
    unit: Mapped[str] = mapped_column(server_default="")


class AuditFinding(Base, Owned, Recorded):
    """One finding of the diagnosis audit, from the night it was seen first to its answer."""

    __tablename__ = "audit_findings"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("audit_findings", "patient_id", "patients.id"),
        CheckConstraint("state in ('open', 'queried', 'answered', 'dismissed')", name="state_known"),
        Index(
            "ix_audit_findings_open", "organisation_id", "number",
            postgresql_where=text("state in ('open', 'queried')"),
        ),
        Index("ix_audit_findings_patient", "organisation_id", "patient_id"),
    )  # fmt: skip

    number: Mapped[int] = mapped_column(Identity(start=80001), primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    direction: Mapped[str]
    basis: Mapped[str]
    patient_id: Mapped[int | None]
    provider: Mapped[str] = mapped_column(server_default="")
    """NPI."""
    claims: Mapped[list[Any]]
    codes: Mapped[list[Any]]
    evidence: Mapped[list[Any]]
    question: Mapped[str]
    options: Mapped[list[Any]]
    source: Mapped[str]
    own_codes: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(server_default="open")
    found_on: Mapped[date]
    seen_on: Mapped[date]
    """The last audit that still saw it."""
    queried_by: Mapped[str] = mapped_column(server_default="")
    queried_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(server_default="")
    documentation: Mapped[str] = mapped_column(server_default="")
    """Where the provider documented it: no answer stands without it."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    decided_on: Mapped[date | None]
