"""Sweeps: what schedules start. They write rows and messages, and never carry a business id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from temporalio import workflow
from temporalio.common import VersioningBehavior

from contracts import policies, task_queues
from contracts.cards import CardSweeps
from contracts.frontdesk import FrontDeskSweeps
from contracts.wire import SWEEP_WORKFLOW, Sweep, Sweeps, Swept

_OUTSIDE: Mapping[str, Callable[[Any, Sweep], Awaitable[Swept]]] = {
    "mailbox": Sweeps.mailbox,
    "outbox": Sweeps.outbox,
    "appointments": FrontDeskSweeps.appointments,
    "cards": CardSweeps.cards,
}
_INSIDE: Mapping[str, Callable[[Any, Sweep], Swept]] = {
    "ready": Sweeps.ready,
    "unacknowledged": Sweeps.unacknowledged,
    "deposits": Sweeps.deposits,
    "visits": Sweeps.visits,
    "overpayments": Sweeps.overpayments,
    "lessons": Sweeps.lessons,
    "front_desk": FrontDeskSweeps.front_desk,
}


@workflow.defn(name=SWEEP_WORKFLOW, versioning_behavior=VersioningBehavior.PINNED)
class SweepWorkflow:
    """One look."""

    @workflow.run
    async def run(self, sweep: Sweep) -> Swept:
        """Look once and end; the next scheduled look repeats what failed."""
        if sweep.kind in _OUTSIDE:
            found: Swept = await workflow.execute_activity_method(
                _OUTSIDE[sweep.kind],
                sweep,
                task_queue=task_queues.OUTSIDE,
                summary=f"Look: {sweep.kind}",
                **policies.SWEEP.options(),
            )
        else:
            found = await workflow.execute_activity_method(
                _INSIDE[sweep.kind],
                sweep,
                task_queue=task_queues.STORIES,
                summary=f"Look: {sweep.kind}",
                **policies.SWEEP.options(),
            )
        return found
