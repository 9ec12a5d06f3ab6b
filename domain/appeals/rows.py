"""Rows of a data file, each checked before it is used: every column there, a source named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def checked(
    what: str, place: int, row: Mapping[str, str], columns: tuple[str, ...], read: Callable[[Mapping[str, str]], T]
) -> T:
    """Read one row.

    Raises:
        ValueError: naming the file, the row and what does not fit.
    """
    missing = [column for column in columns if row.get(column) is None]
    if missing:
        raise ValueError(f"{what}, row {place}: column {missing[0]} is missing; add it")
    values = {column: row[column].strip() for column in columns}
    if not values["source"]:
        raise ValueError(f"{what}, row {place}: source is empty; a row without a source is not used")
    try:
        return read(values)
    except ValueError as problem:
        raise ValueError(f"{what}, row {place}: {problem}") from problem
