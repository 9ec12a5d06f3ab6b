"""Answers on stdout: tables for people, or exactly one JSON document. Everything else goes to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from domain.words import counted as counted

if TYPE_CHECKING:
    from rich.console import Console

_PIPED_WIDTH = 2_000
"""Columns of a table that is read by a program or a file, where no terminal says how wide it is."""


def stdout() -> Console:
    """The console of the answer: colours and its width only on a terminal."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console of progress and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=None if terminal else _PIPED_WIDTH)


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """A line beside the answer: progress, warnings, what to do next."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = (), empty: str
) -> None:
    """Print a table, or the sentence that stands for an empty one."""
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(text(cell) for cell in row))
    if table.row_count:
        stdout().print(table)
    else:
        stdout().print(empty)


def print_facts(title: str, facts: dict[str, Any]) -> None:
    """Print name and value pairs, one a line; empty values are left out."""
    console = stdout()
    console.print(title, style="bold")
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        if value not in (None, "", [], False):
            console.print(f"  {name:<{width}}  {text(value)}", soft_wrap=True)


def text(value: object) -> str:
    """A value as a cell: nothing for None, words for codes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(text(item) for item in value)
    return str(value)


def words(code: object) -> str:
    """A code of ours as words: ``with_payer`` is ``with payer``."""
    return str(code or "").replace("_", " ")


def money(cents: int) -> str:
    """Cents as dollars: ``-1234`` is ``-$12.34``."""
    dollars, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${dollars:,}.{rest:02d}"
