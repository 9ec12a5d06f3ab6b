"""Which field of a claim a denial points to: a table of data; the value is the chart's, never the table's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.claim.correction import is_known_field

COLUMNS = ("carc", "rarc", "field", "what", "source")
_ANY_LINE = "lines.N."


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One field to look at, by the name that a correction takes."""

    field: str
    """``lines.N.`` where no line is known."""
    what: str
    source: str
    carc: str = ""
    rarc: str = ""

    def on_line(self, line: int) -> Suggestion:
        """The same of one line; 0: the denial names none."""
        return replace(self, field=self.field.replace(_ANY_LINE, f"lines.{line}.")) if line else self

    def document(self) -> dict[str, str]:
        """As people and programs see it."""
        return {"field": self.field, "what": self.what, "source": self.source}


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """One adjustment of a denial with the remarks beside it."""

    carc: str
    remarks: frozenset[str] = frozenset()
    line: int = 0
    """0: of the claim."""


def suggested(table: Iterable[Suggestion], denied: Iterable[Denied]) -> tuple[Suggestion, ...]:
    """The fields that the codes point to, each once, in the order of the table."""
    rows = tuple(table)
    found = {
        (suggestion := row.on_line(one.line)).field: suggestion
        for one in reversed(list(denied))
        for row in reversed(rows)
        if row.carc in ("", one.carc) and (not row.rarc or row.rarc in one.remarks)
    }
    return tuple(reversed(found.values()))


def parse_suggestions(rows: Iterable[Mapping[str, str]]) -> tuple[Suggestion, ...]:
    """Read ``suggested_changes.csv``.

    Raises:
        ValueError: naming the row that does not fit.
    """
    return tuple(_suggestion(place, row) for place, row in enumerate(rows, start=1))


def _suggestion(place: int, row: Mapping[str, str]) -> Suggestion:
    values = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if not (values["carc"] or values["rarc"]) or not (values["what"] and values["source"]):
        raise ValueError(f"suggested changes, row {place}: a code, what and source must be there")
    if not is_known_field(values["field"].replace(_ANY_LINE, "lines.1.")):
        raise ValueError(f"suggested changes, row {place}: {values['field']} is no field that a correction takes")
    return Suggestion(**values)
