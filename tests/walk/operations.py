"""What runs the house in a walk: sweeps, the clock, restarts, and workflows that somebody ended by mistake."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from contracts.ids import account_workflow_id, claim_workflow_id
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells
from tests.walk.walk import Impossible, Walk
from tests.walk.world import ORGANISATION


async def sweep(walk: Walk, facts: dict[str, Any]) -> None:
    """A schedule's look: ready rows become 837P, papers leave, missing acknowledgements become work items."""
    if facts.get("restart"):
        await walk.world.sweep_while_restarting(facts["what"], facts["restart"])
    else:
        await walk.world.conductor.sweep(facts["what"])


async def clock(walk: Walk, facts: dict[str, Any]) -> None:
    """The clock moves to the day of the next deadline, or by some days when none comes before."""
    await walk.world.conductor.sweep("ready")
    await walk.world.settle()
    now = await walk.world.now()
    deadlines = await asyncio.to_thread(walk.world.in_flight.deadlines)
    due = min((at for at, _ in deadlines), default=now + timedelta(days=1))
    target = _end_of_day(max(due, now))
    if facts.get("days"):
        target = min(target, now + timedelta(days=facts["days"]))
    await asyncio.to_thread(walk.world.clock.move_to, target)
    walk.model.time_passed()
    await walk.world.conductor.move_due(target)
    walk.passed = target


def _end_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


async def restart(walk: Walk, facts: dict[str, Any]) -> None:
    """Stop and start workers and dispatcher; without a cache every later task replays its history."""
    await walk.world.stop()
    await walk.world.start(max_cached_workflows=facts["cached"])


async def terminate(walk: Walk, facts: dict[str, Any]) -> None:
    """Somebody terminates a workflow; an OPEN doorbell, as `ops resurrect` rings it, brings it back."""
    assert walk.seen is not None
    recipient = Recipient.CLAIM if "slot" in facts else Recipient.ACCOUNT
    number = walk.claims.get(facts["slot"]) if "slot" in facts else walk.accounts.get(facts["patient"])
    rows: dict[int, Any] = walk.seen.claims if "slot" in facts else walk.seen.accounts
    if number is None or not rows[number].running:
        raise Impossible
    identifier = claim_workflow_id(number) if "slot" in facts else account_workflow_id(number)
    await walk.world.client.get_workflow_handle(identifier).terminate("a mistake")
    now = await walk.world.now()

    def ring() -> None:
        bell = Doorbell(recipient=recipient, number=str(number), kind=MessageKind.OPEN, business_at=now)
        with walk.world.books.transaction(ORGANISATION) as session:
            doorbells.ring(session, ORGANISATION, bell)

    await asyncio.to_thread(ring)
    if recipient is Recipient.ACCOUNT:
        walk.model.account_moved(number)
