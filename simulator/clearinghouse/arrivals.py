"""Files that users left for us: taken out of their folder once, worked through once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import x12
from simulator.clearinghouse.desk import Desk
from simulator.store.database import stored

TEMPORARY_SUFFIX = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file in the work folder."""

    path: Path
    name: str
    """The name the user gave it."""


def waiting_names(folder: Path) -> list[str]:
    """Complete files of a user's folder, by name; one still being written is left alone."""
    return sorted(
        entry.name
        for entry in os.scandir(folder)
        if entry.is_file() and not entry.name.endswith(TEMPORARY_SUFFIX) and not entry.name.startswith(".")
    )


def take_in(desk: Desk, folder: Path, kind: str, name: str) -> None:
    """Move a file into the work folder under a place of its own, so that the same name sent again later is a
    new arrival while a crash half way is not."""
    with desk.database.transaction():
        number = desk.database.next_number("arrivals")
    (folder / name).rename(desk.folders.work / f"{number:08d}.{kind}.{name}")


def arrivals(desk: Desk, kind: str) -> Iterator[Arrival]:
    """Everything of a kind in the work folder, oldest first: also what a crash left there."""
    for path in sorted(desk.folders.work.iterdir()):
        _, its_kind, name = path.name.split(".", 2)
        if its_kind == kind:
            yield Arrival(path=path, name=name)


def work_through(desk: Desk, arrival: Arrival, now: datetime, work: Callable[[bytes], str]) -> bool:
    """Do the work of an arrival in one transaction and remove its file; False when it was already done.

    What cannot be answered in X12 is put aside with the reason: one odd file never stops a day.
    """
    known = desk.database.row("SELECT 1 FROM arrivals WHERE place = ?", arrival.path.name)
    if known is None:
        content = arrival.path.read_bytes()
        try:
            with desk.database.transaction():
                _enter(desk, arrival, now, work(content))
        except x12.X12Invalid as unwritable:
            found = ", ".join(f"{error.place} {error.code}" for error in unwritable.errors)
            with desk.database.transaction():
                _enter(desk, arrival, now, f"cannot be answered: {found}")
            sys.stderr.write(f"simulator: {arrival.name} cannot be answered: {found}\n")
    arrival.path.unlink(missing_ok=True)
    return known is None


def _enter(desk: Desk, arrival: Arrival, now: datetime, outcome: str) -> None:
    desk.database.insert(
        "arrivals", place=arrival.path.name, name=arrival.name, received_at=stored(now), outcome=outcome
    )
