"""The nightly diagnosis audit."""

from workflows.diagnosis_audit.workflow import DiagnosisAuditWorkflow

__all__ = ["DiagnosisAuditWorkflow"]
