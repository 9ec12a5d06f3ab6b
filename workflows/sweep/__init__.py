"""Short looks that schedules start."""

from workflows.sweep.workflow import SweepWorkflow

__all__ = ["SweepWorkflow"]
