"""One interchange of claims to one payer."""

from workflows.batch.workflow import SubmissionBatchWorkflow

__all__ = ["SubmissionBatchWorkflow"]
