"""A payer's fee schedule: which row prices a line on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.remittance.balancing import dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """The allowed amount of one unit of a procedure."""

    procedure: str
    amount_cents: int
    effective_from: date
    effective_to: date | None = None
    """The last day it holds."""
    modifier: str = ""
    place: str = ""
    """``F`` facility, ``NF`` non-facility; empty: both."""
    source: str = ""

    @property
    def name(self) -> str:
        """Procedure, modifier and place, such as ``71046-26 (facility)``."""
        where = {"F": " (facility)", "NF": " (non-facility)"}.get(self.place, "")
        return "-".join(filter(None, (self.procedure, self.modifier))) + where

    @property
    def words(self) -> str:
        """How a biller finds the row again, and its price."""
        source = f", {self.source}" if self.source else ""
        return f"{self.name} from {self.effective_from}{source}: {dollars(self.amount_cents)}"


class FeeSchedule:
    """The rows of one payer, found by procedure."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[FeeRow]) -> None:
        self._rows: dict[str, list[FeeRow]] = {}
        for row in sorted(rows, key=lambda row: row.effective_from):
            self._rows.setdefault(row.procedure, []).append(row)

    @property
    def knows_places(self) -> bool:
        """Whether a price depends on where the service was."""
        return any(row.place for rows in self._rows.values() for row in rows)

    def find(self, procedure: str, modifiers: Sequence[str], place: str, on: date) -> FeeRow | None:
        """The row that holds on a day: of the first of the line's modifiers that has one, else without a modifier;
        of its place before one for both. A later ``effective_from`` has closed the former row."""
        begun = {(row.modifier, row.place): row for row in self._rows.get(procedure, ()) if row.effective_from <= on}
        for modifier in (*modifiers, ""):
            for where in (place, ""):
                row = begun.get((modifier, where))
                if row is not None and (row.effective_to is None or on <= row.effective_to):
                    return row
        return None
