"""The story of one level of an appeal: gather, file, wait, decide, go on or end."""

from workflows.appeal.workflow import AppealWorkflow

__all__ = ["AppealWorkflow"]
