"""What crosses Temporal for the nightly diagnosis audit: counts and row ids, nothing of a patient."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

AUDIT_WORKFLOW = "DiagnosisAuditWorkflow"


@dataclass(frozen=True, kw_only=True)
class AuditNight:
    """One night's audit; continued from here when the history grows long."""

    organisation: int = 0
    """The organisation that is being audited; 0 before the first."""
    after_patient: int = 0
    """Its last patient that was audited; pages follow from here."""
    audited: int = 0
    new_findings: int = 0


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """One page to audit."""

    organisation: int
    after_patient: int


@dataclass(frozen=True, kw_only=True)
class PageAudited:
    """What a page showed."""

    patients: int
    new_findings: int
    last_patient: int
    """0 when the organisation has no more."""


@dataclass(frozen=True, kw_only=True)
class PracticeAudited:
    """What only many charts showed. Nothing of what compliance was told."""

    new_findings: int


@dataclass(frozen=True, kw_only=True)
class AuditDone:
    """How the night ended."""

    audited: int
    new_findings: int


class AuditBooks:
    """The audit inside our own database: each step one transaction, each repeatable."""

    @activity.defn(name="audit_next_organisation")
    def next_organisation(self, after: int) -> int:
        """The next organisation's number; 0 when there is none."""
        raise NotImplementedError

    @activity.defn(name="audit_page")
    def audit_page(self, page: AuditPage) -> PageAudited:
        """Audit a page of patients."""
        raise NotImplementedError

    @activity.defn(name="audit_practice")
    def audit_practice(self, organisation: int) -> PracticeAudited:
        """Look for what only many charts show."""
        raise NotImplementedError
