"""Who polls a task queue, as Temporal knows it: the SDK's workers are called `pid@host`."""

from __future__ import annotations

from typing import Any

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowHandle


async def poller_identities(client: Client, queue: str) -> list[str]:
    """Identities of the workers that asked this queue for activities in the last minutes."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
    )
    return [poller.identity for poller in answer.pollers]


async def pending_activities(handle: WorkflowHandle[Any, Any]) -> str:
    """What a workflow waits for just now, for the message about one that does not move."""
    raw = (await handle.describe()).raw_description
    return (
        "; ".join(
            f"{one.activity_type.name}, attempt {one.attempt}"
            + (f" ({one.last_failure.message})" if one.HasField("last_failure") else "")
            for one in raw.pending_activities
        )
        or "no activity of another queue: look at its workflow task"
    )
