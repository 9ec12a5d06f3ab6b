"""The story of one claim, from check-in to a zero balance."""

from workflows.claim.workflow import ClaimWorkflow

__all__ = ["ClaimWorkflow"]
