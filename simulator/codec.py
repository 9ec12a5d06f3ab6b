"""Plain dataclasses to JSON and back, by their type hints: for SQLite rows and data files."""

from __future__ import annotations

import json
import types
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> str:
    """A dataclass as JSON text; dates as CCYY-MM-DD, decimals as text."""
    return json.dumps(asdict(value), default=str, sort_keys=True)


def decode(kind: type[T], text: str) -> T:
    """The dataclass that `encode` wrote, or a data file written by hand.

    Raises:
        ValueError: a field is missing, unknown or of the wrong shape; the message names it.
    """
    built: T = _build(kind, json.loads(text), kind.__name__)
    return built


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any, place: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _build(next(k for k in get_args(kind) if k is not type(None)), value, place)
    if origin is tuple:
        members = get_args(kind)
        if len(members) == 2 and members[1] is Ellipsis:
            return tuple(_build(members[0], item, f"{place}[{i}]") for i, item in enumerate(value))
        return tuple(_build(k, item, place) for k, item in zip(members, value, strict=True))
    if origin is dict:
        return {key: _build(get_args(kind)[1], item, f"{place}.{key}") for key, item in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_dataclass(kind, value, place)
    if kind is date:
        return date.fromisoformat(value)
    if kind is Decimal:
        return Decimal(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind):
        raise ValueError(f"{place}: {value!r} is not of type {kind.__name__}")
    return value


def _build_dataclass(kind: type, value: Any, place: str) -> Any:
    hints = _hints(kind)
    if unknown := set(value) - set(hints) - {"source"}:
        raise ValueError(f"{place}: unknown field {', '.join(sorted(unknown))}")
    try:
        return kind(
            **{name: _build(hints[name], item, f"{place}.{name}") for name, item in value.items() if name in hints}
        )
    except TypeError as missing:
        raise ValueError(f"{place}: {missing}") from missing
