"""A step in our own books: a local activity, and when three quick tries fail, a patient normal one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from contracts import policies, task_queues


async def inside(step: Callable[..., Any], argument: object, summary: str) -> Any:
    """Do one step; an answer (a business error) is raised, a fault is retried for as long as it takes."""
    try:
        return await workflow.execute_local_activity_method(
            step, argument, summary=summary, **policies.OWN_BOOKS_QUICK.local_options()
        )
    except FailureError as error:  # a local activity fails with what it raised, not with ActivityError
        if is_cancelled_exception(error) or policies.is_business_error(error):
            raise
    return await workflow.execute_activity_method(
        step, argument, summary=summary, task_queue=task_queues.STORIES, **policies.OWN_BOOKS.options()
    )
