"""The inbound file workflow: classify, process one transaction set per activity, finish."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import VersioningBehavior

from contracts import policies, task_queues
from contracts.wire import (
    FILE_WORKFLOW,
    FileContents,
    FileProcessed,
    FileReceived,
    InboundBooks,
    TransactionProcessed,
    TransactionRef,
)


@workflow.defn(name=FILE_WORKFLOW, versioning_behavior=VersioningBehavior.PINNED)
class InboundFileWorkflow:
    """One file by content hash: delivered twice, under any name, it changes nothing."""

    @workflow.run
    async def run(self, received: FileReceived) -> FileProcessed:
        """Process every transaction set; what does not match stays a row in a queue."""
        contents: FileContents = await workflow.execute_activity_method(
            InboundBooks.classify,
            received,
            task_queue=task_queues.STORIES,
            summary="Say what the file holds",
            **policies.OWN_BOOKS.options(),
        )
        for ordinal in contents.ordinals:
            processed: TransactionProcessed = await workflow.execute_activity_method(
                InboundBooks.process,
                TransactionRef(
                    organisation_id=received.organisation_id,
                    file_id=received.file_id,
                    ordinal=ordinal,
                    business_at=received.business_at,
                ),
                task_queue=task_queues.STORIES,
                summary=f"Process transaction {ordinal} of {len(contents.ordinals)}",
                **policies.OWN_BOOKS.options(),
            )
            workflow.set_current_details(
                f"Transaction {ordinal} ({processed.kind}): {processed.state}, "
                f"{processed.matched} matched, {processed.queued} waiting for a person."
            )
        finished: FileProcessed = await workflow.execute_activity_method(
            InboundBooks.finish,
            received,
            task_queue=task_queues.STORIES,
            summary="Close the file",
            **policies.OWN_BOOKS.options(),
        )
        return finished
