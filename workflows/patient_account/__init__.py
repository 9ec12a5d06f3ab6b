"""The story of a guarantor's account: statements, reminders, hand-over."""

from workflows.patient_account.workflow import PatientAccountWorkflow

__all__ = ["PatientAccountWorkflow"]
