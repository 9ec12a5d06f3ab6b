"""Schedules of the sweeps: overlap is skipped, and a night's outage is not made up for a year."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from contracts import task_queues
from contracts.audit import AUDIT_WORKFLOW, AuditNight
from contracts.wire import SWEEP_WORKFLOW, Sweep

EVERY = {
    "ready": timedelta(minutes=15),
    "mailbox": timedelta(minutes=5),
    "outbox": timedelta(minutes=5),
    "unacknowledged": timedelta(hours=6),
    "deposits": timedelta(days=1),
    "visits": timedelta(days=1),
    "overpayments": timedelta(days=1),
    "lessons": timedelta(days=1),
    "appointments": timedelta(hours=1),
    "cards": timedelta(minutes=5),
    "front_desk": timedelta(days=1),
}
"""How often each sweep looks; operations may change a schedule in the Temporal UI."""

NIGHT = timedelta(hours=8)
"""A daily look is taken at 08:00 UTC: at night from the Atlantic to the Pacific."""


def schedule_id(kind: str) -> str:
    """Id of a sweep's schedule."""
    return f"sweep-{kind}"


AUDIT_SCHEDULE = "diagnosis-audit"


async def ensure_schedules(client: Client) -> None:
    """Create the schedules that are missing; those that exist keep what operations set."""
    await _ensure_audit(client)
    for kind, every in EVERY.items():
        try:
            await client.create_schedule(
                schedule_id(kind),
                Schedule(
                    action=ScheduleActionStartWorkflow(
                        SWEEP_WORKFLOW,
                        Sweep(kind=kind),
                        id=schedule_id(kind),
                        task_queue=task_queues.STORIES,
                        static_summary=f"Look: {kind}",
                    ),
                    spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every, offset=_offset(every))]),
                    policy=SchedulePolicy(
                        overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=10)
                    ),
                ),
            )
        except ScheduleAlreadyRunningError:
            continue


async def _ensure_audit(client: Client) -> None:
    """The diagnosis audit of every night; a night that was missed is made up for by the next."""
    night = Schedule(
        action=ScheduleActionStartWorkflow(
            AUDIT_WORKFLOW,
            AuditNight(),
            id=AUDIT_SCHEDULE,
            task_queue=task_queues.STORIES,
            static_summary="Diagnosis audit of a night",
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1), offset=NIGHT)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=10)),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(AUDIT_SCHEDULE, night)


def _offset(every: timedelta) -> timedelta | None:
    return NIGHT if every >= timedelta(days=1) else None
