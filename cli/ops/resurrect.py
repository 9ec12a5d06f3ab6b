"""``claimflow ops resurrect``: starts what PostgreSQL says is open and Temporal does not have running."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cli import options, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.open_stories import OpenStory
    from storage.unit_of_work import Books

DELIVERED_WITHIN_SECONDS = 30.0
_PLURALS = {
    "claim": "claims",
    "account": "accounts",
    "case": "cases",
    "appeal": "appeals",
    "batch": "batches",
    "file": "files",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("resurrect")(resurrect)


@dataclass(frozen=True, kw_only=True)
class Resurrected:
    """What was open, what did not run, and whether the dispatcher has taken the messages."""

    open: dict[str, int]
    started: dict[str, int]
    delivered: bool


def resurrect(as_json: options.AsJson = False) -> None:
    """Start the workflow of every open claim, account and case, batch and file that Temporal does not have running.

    Works for all organisations. What runs is left alone. Exit 1 when the messages were not delivered in time.
    """
    done = asyncio.run(_resurrect())
    if as_json:
        output.print_json({"open": done.open, "started": done.started, "delivered": done.delivered})
    else:
        for kind, count in done.open.items():
            output.stdout().print(f"{kind}: {count} open, {done.started[kind]} started")
    if not done.delivered:
        output.say("the messages wait for a dispatcher: see that workers run with `claimflow status`")
        raise typer.Exit(1)


async def _resurrect() -> Resurrected:
    from cli.connection import connect_temporal, find_servers, open_books
    from cli.ops.running import not_running
    from storage.open_stories import open_stories

    servers = find_servers()
    with open_books(servers) as books:
        with books.system() as session:
            stories = open_stories(session)
        client = await connect_temporal(servers)
        missing = await not_running(client, stories)
        messages = await asyncio.to_thread(ring_for, books, missing)
        delivered = await _until_delivered(books, messages)
    return Resurrected(open=_counted(stories), started=_counted(missing), delivered=delivered)


def ring_for(books: Books, stories: Sequence[OpenStory]) -> list[int]:
    """Ring an OPEN doorbell for each story; return the messages' ids."""
    from domain.doorbell import Doorbell, MessageKind
    from storage import doorbells
    from storage.clock import PostgresBusinessClock

    now = PostgresBusinessClock(books).now()
    with books.system() as session:
        return [
            doorbells.ring(
                session,
                story.organisation_id,
                Doorbell(
                    recipient=story.recipient,
                    number=story.number,
                    kind=MessageKind.OPEN,
                    reference=story.reference,
                    business_at=now,
                ),
            )
            for story in stories
        ]


async def _until_delivered(books: Books, messages: list[int]) -> bool:
    from sqlalchemy import func, select

    from storage.models import WorkflowMessage

    waiting = select(func.count()).where(WorkflowMessage.id.in_(messages), WorkflowMessage.delivered_at.is_(None))

    def left() -> int:
        with books.system() as session:
            return session.scalar(waiting) or 0

    deadline = time.monotonic() + DELIVERED_WITHIN_SECONDS
    while await asyncio.to_thread(left) > 0:
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)
    return True


def _counted(stories: Sequence[OpenStory]) -> dict[str, int]:
    found = Counter(_PLURALS[story.recipient.value] for story in stories)
    return {plural: found[plural] for plural in _PLURALS.values()}
