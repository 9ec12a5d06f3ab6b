"""What a person sees while the demo runs, and its closing tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.demo.denials import FIGURES
from cli.demo.figures import Standing
from cli.output import counted, money, words

LINE_EVERY = 10.0
"""Seconds between two lines where no terminal shows the live table."""


class Display:
    """The live table on a terminal; a line now and then elsewhere. Always on stderr."""

    def __init__(self, console: Console, title: str) -> None:
        """Begin to count the seconds."""
        self._console = console
        self._title = title
        self._began = time.monotonic()
        self._first: datetime | None = None
        self._line_at = 0.0
        self._live: Live | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the live table for the length of the block."""
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, refresh_per_second=4, transient=True) as self._live:
            yield
        self._live = None

    def say(self, line: str) -> None:
        """A line that stays."""
        self._console.print(line)

    def update(self, standing: Standing, orders: int) -> None:
        """Show where everything stands now."""
        self._first = self._first or standing.now
        days = (standing.now - self._first).days
        seconds = time.monotonic() - self._began
        head = (
            f"{standing.now:%a %d %b %Y}  day {days}  {seconds:.0f} s  "
            f"{standing.claims - standing.open_claims} of {standing.claims} claims closed  "
            f"{orders} orders by people"
        )
        if self._live is not None:
            self._live.update(Group(Text(self._title, style="bold"), Text(head), _side_by_side(standing)))
        elif time.monotonic() - self._line_at >= LINE_EVERY:
            self._line_at = time.monotonic()
            stages = ", ".join(f"{words(stage)} {count}" for stage, count in standing.stages.items())
            self._console.print(f"{head}  ({stages})")


def _side_by_side(standing: Standing) -> Table:
    both = Table.grid(padding=(0, 4))
    stages = Table("claims by stage", "", box=None, header_style="bold")
    for stage, count in standing.stages.items():
        stages.add_row(words(stage), str(count))
    if standing.open_accounts:
        stages.add_row("accounts asked", str(standing.open_accounts), style="dim")
    books = Table("money by account", "", box=None, header_style="bold")
    for account, cents in standing.ledger.items():
        if cents:
            books.add_row(words(account), Text(money(cents), justify="right"))
    both.add_row(stages, books)
    return both


def closing_tables(console: Console, result: dict[str, Any]) -> None:
    """Print the end of the story."""
    outcomes = Table("claims by outcome", "", box=None, header_style="bold")
    for outcome, count in result["by_outcome"].items():
        outcomes.add_row(words(outcome), str(count))
    books = Table("money by account", "", box=None, header_style="bold")
    for account, cents in result["ledger"].items():
        if cents:
            books.add_row(words(account), Text(money(cents), justify="right"))
    console.print(Group(outcomes, "", books, f"ledger balanced: {'yes' if result['ledger_balanced'] else 'NO'}", ""))
    console.print(_denials(result["denials_by_group"]))
    console.print("")
    console.print(_events(result["events_per_claim"]))
    console.print(
        f"{counted(result['claims'], 'claim')}, {counted(result['attempts'], 'attempt')}, "
        f"{counted(result['virtual_days'], 'day')} of virtual time in {result['seconds']:.0f} seconds, "
        f"{counted(result['orders'], 'order')} by people"
    )


def _denials(groups: dict[str, dict[str, int]]) -> Table:
    """What was done about each group, and how it ended; in claims but for the first figure."""
    table = Table("denials by group", *(words(figure) for figure in FIGURES), box=None, header_style="bold")
    for group, figures in groups.items():
        table.add_row(words(group), *(str(figures[figure] or "") for figure in FIGURES))
    return table


def _events(events: dict[str, dict[str, Any]]) -> Table:
    table = Table(
        "history of a claim", "claims", "events: least", "median", "most", "KB: least", "median", "most",
        "time-skipping events (not counted)", box=None, header_style="bold",
    )  # fmt: skip
    for outcome, figures in events.items():
        counts, sizes = figures["events"], figures["kilobytes"]
        cells = (
            figures["claims"], counts["min"], counts["median"], counts["max"],
            sizes["min"], sizes["median"], sizes["max"], figures["time_skipping_events"]["median"],
        )  # fmt: skip
        table.add_row(words(outcome), *(str(cell) for cell in cells))
    return table
