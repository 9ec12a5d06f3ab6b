"""Which open stories have no running workflow, and which running workflows do not get on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from contracts.ids import workflow_id
from storage.open_stories import OpenStory

ASKED_AT_ONCE = 24


async def not_running(client: Client, stories: Iterable[OpenStory]) -> list[OpenStory]:
    """The stories whose workflow Temporal does not have running.

    The list comes first, for it is one question; it lags a little, so that each one missing there is asked for.
    """
    listed = {execution.id async for execution in client.list_workflows("ExecutionStatus = 'Running'")}
    suspects = [story for story in stories if id_of(story) not in listed]
    descriptions = await describe_all(client, [id_of(story) for story in suspects])
    return [
        story
        for story, found in zip(suspects, descriptions, strict=True)
        if found is None or found.status is not WorkflowExecutionStatus.RUNNING
    ]


def id_of(story: OpenStory) -> str:
    """Id of the workflow of a story."""
    return workflow_id(story.recipient, story.number, story.organisation_id)


async def describe_all(client: Client, identifiers: Iterable[str]) -> list[WorkflowExecutionDescription | None]:
    """Describe workflows, a few at once; None for each that Temporal does not know."""
    limit = asyncio.Semaphore(ASKED_AT_ONCE)

    async def describe(identifier: str) -> WorkflowExecutionDescription | None:
        async with limit:
            try:
                return await client.get_workflow_handle(identifier).describe()
            except RPCError as failure:
                if failure.status is RPCStatusCode.NOT_FOUND:
                    return None
                raise

    return list(await asyncio.gather(*(describe(identifier) for identifier in identifiers)))
