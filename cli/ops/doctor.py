"""``claimflow ops doctor``: what is stuck, has no next date, or waits for a decision of operations."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from cli import options, output

if TYPE_CHECKING:
    from temporalio.client import Client

    from storage.health import Finding
    from storage.open_stories import OpenStory

TASK_FAILS_FROM = 2
"""A workflow task tried this often has failed: its code or its history is at fault."""
ACTIVITY_STUCK_FROM = 5
"""An activity tried this often is not served by waiting a little longer."""
EXAMINED_AT_MOST = 2_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: options.AsJson = False) -> None:
    """Look at rows and workflows of all organisations for what is stuck. Exit 1 when something is."""
    found, examined = asyncio.run(_examine())
    if as_json:
        document = {"healthy": not found, "findings": [asdict(f) for f in found], "workflows_examined": examined}
        output.print_json(document)
    else:
        output.print_table(
            "",
            ("kind", "where", "what", "what to do"),
            ((output.words(f.kind), f.where, f.what, f.remedy) for f in found),
            empty=f"nothing is stuck ({examined} open workflows examined)",
        )
    raise typer.Exit(1 if found else 0)


async def _examine() -> tuple[list[Finding], int]:
    from activities.appeals.register import missing
    from cli.connection import connect_temporal, find_servers, open_books
    from cli.ops.running import not_running
    from storage.clock import PostgresBusinessClock
    from storage.health import Finding, dispatcher_runs, findings
    from storage.open_stories import open_stories
    from workers.dispatcher import LEASE

    servers = find_servers()
    with open_books(servers) as books:
        now = PostgresBusinessClock(books).now()
        with books.system() as session:
            found = findings(session, now)
            stories = open_stories(session)
            found += [
                Finding(
                    kind="not_registered",
                    where=f"claim/{denial.claim_number}",
                    what=f"a Medicare denial of attempt {denial.attempt} has no record of its examination",
                    remedy="`claimflow medicare register --complete` in its organisation",
                )
                for denial in missing(session)
            ]
            if not dispatcher_runs(session, LEASE):
                found.append(
                    Finding(
                        kind="no_dispatcher",
                        where="workers",
                        what="no worker process holds the dispatcher's lease: no message is delivered",
                        remedy="start workers: `claimflow up`, or `python -m workers`",
                    )
                )
        client = await connect_temporal(servers)
        found += [_missing(story) for story in await not_running(client, stories)]
        failing, examined = await _failing(client)
    return found + failing, examined


def _missing(story: OpenStory) -> Finding:
    from cli.ops.running import id_of
    from storage.health import Finding

    return Finding(
        kind="not_running",
        where=id_of(story),
        what="open in PostgreSQL, and Temporal has no running workflow for it",
        remedy="start it: `claimflow ops resurrect`",
    )


async def _failing(client: Client) -> tuple[list[Finding], int]:
    """Running workflows whose tasks fail or whose activities are tried again and again."""
    from cli.ops.running import describe_all
    from storage.health import Finding

    identifiers = [e.id async for e in client.list_workflows("ExecutionStatus = 'Running'", limit=EXAMINED_AT_MOST)]
    found: list[Finding] = []
    for description in await describe_all(client, identifiers):
        if description is None:
            continue
        raw = description.raw_description
        if raw.HasField("pending_workflow_task") and raw.pending_workflow_task.attempt >= TASK_FAILS_FROM:
            found.append(
                Finding(
                    kind="workflow_task_fails",
                    where=description.id,
                    what=f"its workflow task is at attempt {raw.pending_workflow_task.attempt}",
                    remedy="read the failure in the Temporal UI; a change without a patch needs a fixed release",
                )
            )
        found += [
            Finding(
                kind="activity_retries",
                where=description.id,
                what=f"{activity.activity_type.name} is at attempt {activity.attempt}",
                remedy="see that the party it speaks to answers; the retry goes on by itself",
            )
            for activity in raw.pending_activities
            if activity.attempt >= ACTIVITY_STUCK_FROM
        ]
    return found, len(identifiers)
