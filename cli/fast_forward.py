"""``claimflow fast-forward``: the local stack's business clock, and everything open with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.durations import parse_duration
from cli.failures import CannotRun

if TYPE_CHECKING:
    from stack.conductor import Conductor
    from storage.unit_of_work import Books

Progress = Callable[[datetime, int], None]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fast-forward")(fast_forward)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What a fast-forward did."""

    start: datetime
    end: datetime
    steps: int
    moved: int
    released: int
    reached_claim: bool


def fast_forward(
    length: Annotated[str, typer.Argument(metavar="LENGTH", help="How far: 12h, 30d or 6w.")],
    until_claim: Annotated[
        int | None, typer.Option(metavar="CLAIM", help="Stop at this claim's next event; exit 1 if none came.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Move the local stack through days or months: deadlines, payers' answers, statements. Local stack only."""
    try:
        by = parse_duration(length)
    except ValueError as misuse:
        raise typer.BadParameter(str(misuse)) from None
    journey = asyncio.run(_travel(by, until_claim))
    if as_json:
        output.print_json(
            {
                "from": journey.start.isoformat(),
                "to": journey.end.isoformat(),
                "steps": journey.steps,
                "workflows_moved": journey.moved,
                "answers_released": journey.released,
                "reached_claim": journey.reached_claim if until_claim is not None else None,
            }
        )
    else:
        output.stdout().print(
            f"the business date is {journey.end:%Y-%m-%d %H:%M} UTC (was {journey.start:%Y-%m-%d %H:%M}): "
            f"{journey.steps} steps, {journey.moved} deadlines reached, {journey.released} answers of payers"
        )
    if until_claim is not None and not journey.reached_claim:
        output.say(f"nothing happened to claim {until_claim} until then")
        raise typer.Exit(1)


async def _travel(by: timedelta, until_claim: int | None) -> Journey:
    from cli.connection import connect_temporal, find_servers, open_books, stack_environment
    from stack.conductor import Conductor
    from stack.simulator_control import SimulatorControl
    from storage import claims

    ready_file = stack_environment().get("CLAIMFLOW_CLEARINGHOUSE", "")
    if not ready_file:
        raise CannotRun("only the local stack's clock can be moved, and none is running: start it with `claimflow up`")
    servers = find_servers()
    with open_books(servers) as books:
        if until_claim is not None:
            with books.system() as session:
                claims.get(session, until_claim)
        client = await connect_temporal(servers)
        conductor = Conductor(books, client, SimulatorControl(Path(ready_file)))
        with _progress(by) as progress:
            return await travel(books, conductor, by, until_claim, progress)


async def travel(
    books: Books, conductor: Conductor, by: timedelta, until_claim: int | None, progress: Progress
) -> Journey:
    """Go from one day with something due to the next, until the end or until the claim's next event."""
    from storage.clock import PostgresBusinessClock

    clock = PostgresBusinessClock(books)
    start = await asyncio.to_thread(clock.now)
    limit, now = start + by, start
    known = _events(books, until_claim)
    steps = moved = released = 0
    reached = False
    while now < limit and not reached:
        day = await conductor.next_day(None, limit)
        steps += 1
        if day is not None:
            moved, released = moved + day.moved, released + day.released
        now = await asyncio.to_thread(clock.now)
        progress(now, moved)
        reached = until_claim is not None and _events(books, until_claim) > known
    return Journey(start=start, end=now, steps=steps, moved=moved, released=released, reached_claim=reached)


def _events(books: Books, claim: int | None) -> int:
    from storage import read_models

    if claim is None:
        return 0
    with books.system() as session:
        return len(read_models.timeline(session, claim))


@contextmanager
def _progress(by: timedelta) -> Iterator[Progress]:
    """The date that was reached, on stderr while a person watches."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = output.stderr()
    columns = (TextColumn("{task.fields[date]}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=by.total_seconds(), date="settling", what="")
        begun: list[datetime] = []

        def show(now: datetime, moved: int) -> None:
            begun.append(now)
            done = (now - begun[0]).total_seconds()
            bar.update(task, completed=done, date=f"{now:%Y-%m-%d}", what=f"{moved} deadlines reached")

        yield show
