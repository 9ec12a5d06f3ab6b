"""The batch workflow: build one interchange from ready rows, send it, end."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import VersioningBehavior

from contracts import policies, task_queues
from contracts.wire import (
    BATCH_WORKFLOW,
    BatchBooks,
    BatchOpened,
    BatchSent,
    Deliveries,
    InterchangeBuilt,
    OutboxRef,
)


@workflow.defn(name=BATCH_WORKFLOW, versioning_behavior=VersioningBehavior.PINNED)
class SubmissionBatchWorkflow:
    """Short: one transaction draws control numbers and marks rows, then the send."""

    @workflow.run
    async def run(self, opened: BatchOpened) -> BatchSent:
        """Build and send."""
        built: InterchangeBuilt = await workflow.execute_activity_method(
            BatchBooks.build,
            opened,
            task_queue=task_queues.STORIES,
            summary="Build one interchange from the ready claims (837P)",
            **policies.OWN_BOOKS.options(),
        )
        if built.outbox_id is not None:
            workflow.set_current_details(
                f"**{built.claims} claims** built; waits for the clearinghouse to take the file."
            )
            await workflow.execute_activity_method(
                Deliveries.deliver,
                OutboxRef(
                    organisation_id=opened.organisation_id,
                    outbox_id=built.outbox_id,
                    business_at=opened.business_at,
                ),
                task_queue=task_queues.OUTSIDE,
                summary="Send the interchange (SFTP)",
                **policies.RECOGNISED_SEND.options(),
            )
        return BatchSent(batch_number=opened.batch_number, claims=built.claims)
