"""How stories wait: until an absolute date or an event, with today told by messages too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from temporalio import workflow


class Today:
    """A story's today: the later of its own clock and the latest business date it was told.

    The clocks of workflows on a conducted local stack lag behind each other; in production the
    told date is never later than the workflow's own.
    """

    def __init__(self, told_at: datetime) -> None:
        """Begin with the business date of the start message."""
        self.told_at = told_at

    def tell(self, business_at: datetime) -> None:
        """Learn a business date from a message; a late one never moves today back."""
        self.told_at = max(self.told_at, business_at)

    def now(self) -> datetime:
        """Business time now."""
        return max(workflow.now(), self.told_at)


async def wait_until(deadline: datetime | None, happened: Callable[[], bool], today: Today, why: str) -> bool:
    """Wait for an event or an absolute deadline; True when the event came first.

    ``why`` is shown on the timer in the Temporal UI. A deadline already told as past ends the wait.
    """
    if happened():
        return True
    if deadline is None:
        await workflow.wait_condition(happened)
        return True
    if deadline <= today.now():
        return False
    try:
        await workflow.wait_condition(
            lambda: happened() or today.told_at >= deadline,
            timeout=deadline - workflow.now(),
            timeout_summary=why,
        )
    except TimeoutError:
        return happened()
    return happened()
