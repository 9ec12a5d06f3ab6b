"""The story of a case: owner, reminders, due date, escalation, decision."""

from workflows.case.workflow import CaseWorkflow

__all__ = ["CaseWorkflow"]
