"""Many rows in one statement: columns travel as arrays, so that ten thousand rows cost one round trip a chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Date, DateTime, Row, Table, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session

T = TypeVar("T")
CHUNK = 2_000
"""Rows of one statement: large enough for the round trip not to count, small enough for the memory."""


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in pieces of at most ``size``, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_rows(
    session: Session,
    model: type[DeclarativeBase],
    rows: Sequence[dict[str, Any]],
    *,
    skip_known: bool = False,
    returning: tuple[str, ...] = (),
) -> list[Row[Any]]:
    """Insert rows that all have the same keys, in the order given, so that ids ascend with it.

    ``skip_known`` leaves out what a unique constraint knows already; only new rows are returned.
    """
    found: list[Row[Any]] = []
    for chunk in chunks(rows):
        columns = tuple(chunk[0])
        table = model.__table__
        assert isinstance(table, Table)
        json_columns = {name for name in columns if isinstance(table.c[name].type, JSONB)}
        arrays = {
            name: [json.dumps(row[name]) if name in json_columns else row[name] for row in chunk] for name in columns
        }
        result = session.execute(_insert(table, columns, skip_known, returning), arrays)
        if returning:
            found += result.all()
    return found


@lru_cache(maxsize=64)
def _insert(table: Table, columns: tuple[str, ...], skip_known: bool, returning: tuple[str, ...]) -> TextClause:
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"cast(:{name} as {_array_type(table, name)}[])" for name in columns)
    statement = (
        f"insert into {table.name} ({names}) select {names} "
        f"from unnest({arrays}) with ordinality as given ({names}, place) order by place"
    )
    if skip_known:
        statement += " on conflict do nothing"
    if returning:
        statement += f" returning {', '.join(returning)}"
    return text(statement)


def _array_type(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, JSONB):
        return "jsonb"
    if isinstance(kind, DateTime):
        return "timestamptz"
    if isinstance(kind, Date):
        return "date"
    python: type[Any] = kind.python_type
    return {int: "bigint", bool: "boolean", str: "text"}[python]
