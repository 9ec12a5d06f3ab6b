"""Many rows in one statement: columns travel as arrays, so that ten thousand rows cost one round trip a chunk.

Each column is one text that PostgreSQL reads as an array, columns of JSON one document: a value of its own for each
cell costs both sides several times as much.
"""

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
        found += insert_together(session, model, chunk, skip_known=skip_known, returning=returning)
    return found


def insert_together(
    session: Session,
    model: type[DeclarativeBase],
    rows: Sequence[dict[str, Any]],
    *,
    skip_known: bool = False,
    returning: tuple[str, ...] = (),
) -> Sequence[Row[Any]]:
    """Insert rows, at least one, as ``insert_rows`` does, all by one statement."""
    table = model.__table__
    assert isinstance(table, Table)
    columns = tuple(rows[0])
    kinds = _kinds(table, columns)
    given = {name: _column(kind, [row[name] for row in rows]) for name, kind in zip(columns, kinds, strict=True)}
    result = session.execute(_insert(table, columns, skip_known, returning), given)
    return result.all() if returning else ()


def _column(kind: str, values: list[Any]) -> str:
    """A column as PostgreSQL reads it: an array's text, or one JSON array."""
    if kind == "jsonb":
        return json.dumps(values)
    if kind == "text":
        return _array_of_text(values)
    if kind == "timestamptz":
        values = [None if value is None else value.isoformat() for value in values]
    return f"{{{','.join(map(str, values))}}}".replace("None", "NULL")


def _array_of_text(values: list[str | None]) -> str:
    try:
        joined = '","'.join(values)  # type: ignore[arg-type]
    except TypeError:
        return f"{{{','.join('NULL' if value is None else _quoted(value) for value in values)}}}"
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        return f"{{{','.join(map(_quoted, values))}}}"  # type: ignore[arg-type]
    return f'{{"{joined}"}}'


def _quoted(value: str) -> str:
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))


@lru_cache(maxsize=64)
def _insert(table: Table, columns: tuple[str, ...], skip_known: bool, returning: tuple[str, ...]) -> TextClause:
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(
        f"jsonb_array_elements(cast(:{name} as jsonb))" if kind == "jsonb" else f"unnest(cast(:{name} as {kind}[]))"
        for name, kind in zip(columns, _kinds(table, columns), strict=True)
    )
    statement = (
        f"insert into {table.name} ({names}) select {names} "
        f"from rows from ({arrays}) with ordinality as given ({names}, place) order by place"
    )
    if skip_known:
        statement += " on conflict do nothing"
    if returning:
        statement += f" returning {', '.join(returning)}"
    return text(statement)


@lru_cache(maxsize=64)
def _kinds(table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_kind(table, name) for name in columns)


def _kind(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, JSONB):
        return "jsonb"
    if isinstance(kind, DateTime):
        return "timestamptz"
    if isinstance(kind, Date):
        return "date"
    python: type[Any] = kind.python_type
    return {int: "bigint", bool: "boolean", str: "text"}[python]
