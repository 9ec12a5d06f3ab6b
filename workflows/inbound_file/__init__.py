"""One inbound file, by content."""

from workflows.inbound_file.workflow import InboundFileWorkflow

__all__ = ["InboundFileWorkflow"]
