"""Frozen domain dataclasses to JSON columns and back."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Convert = Callable[[Any], Any]


def to_json(obj: Any) -> dict[str, Any]:
    """Return a dataclass as plain JSON: dates as ISO text, decimals as text, enums as their value."""
    data = _plain(obj)
    if not isinstance(data, dict):
        raise TypeError(f"{type(obj).__name__} is not a dataclass")
    return data


def from_json(cls: type[T], data: dict[str, Any]) -> T:
    """Return the ``cls`` that ``to_json`` wrote, also when an older or newer program wrote it.

    Missing fields take their defaults, unknown fields are ignored.

    Raises:
        ValueError: a field without a default is missing, or a value does not fit its type.
    """
    result: T = _reader(cls)(data)
    return result


def _plain(value: Any) -> Any:
    writer = _writers.get(value.__class__)
    if writer is None:
        writer = _writers[value.__class__] = _new_writer(value.__class__)
    return writer(value)


def _as_it_is(value: Any) -> Any:
    return value


def _new_writer(cls: Any) -> _Convert:
    """One converter for each class, found once: check-ins and batches write thousands of these."""
    if issubclass(cls, Enum):
        return lambda value: value.value
    if is_dataclass(cls):
        names = tuple(field.name for field in fields(cls))
        return lambda value: {name: _plain(getattr(value, name)) for name in names}
    raise TypeError(f"{cls.__name__} has no JSON form here")


_writers: dict[Any, _Convert] = {
    type(None): _as_it_is,
    bool: _as_it_is,
    int: _as_it_is,
    float: _as_it_is,
    str: _as_it_is,
    date: date.isoformat,
    datetime: datetime.isoformat,
    Decimal: str,
    tuple: lambda value: [_plain(item) for item in value],
    list: lambda value: [_plain(item) for item in value],
    dict: lambda value: {str(key): _plain(item) for key, item in value.items()},
}


def _reader(cls: Any) -> _Convert:
    """One converter for each dataclass: type hints are resolved once, not at every row."""
    reader = _readers.get(cls)
    if reader is None:
        reader = _readers[cls] = _new_reader(cls)
    return reader


_readers: dict[Any, _Convert] = {}


def _new_reader(cls: Any) -> _Convert:
    hints = get_type_hints(cls)
    readers = {field.name: _converter(hints[field.name]) for field in fields(cls) if field.init}
    required = frozenset(field.name for field in fields(cls) if field.init and not _has_default(field))
    converted = [(name, convert) for name, convert in readers.items() if convert is not _as_it_is]

    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{cls.__name__}: expected an object, found {type(data).__name__}")
        if missing := required - data.keys():
            raise ValueError(f"{cls.__name__}: missing {', '.join(sorted(missing))}")
        known = {name: data[name] for name in readers if name in data}
        for name, convert in converted:
            if name in known:
                known[name] = convert(known[name])
        return cls(**known)

    return read


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _converter(hint: Any) -> _Convert:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(hint)
    if origin is tuple:
        return _tuple_of(get_args(hint))
    if origin is dict:
        of_value = _converter(get_args(hint)[1])
        return lambda data: {key: of_value(item) for key, item in data.items()}
    if is_dataclass(hint):
        return lambda data: _reader(hint)(data)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if hint is Decimal:
        return Decimal
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _as_it_is


def _optional(hint: Any) -> _Convert:
    inner = [arm for arm in get_args(hint) if arm is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"{hint} cannot be read back: only one type or None")
    convert = _converter(inner[0])
    return lambda data: None if data is None else convert(data)


def _tuple_of(arms: tuple[Any, ...]) -> _Convert:
    if len(arms) == 2 and arms[1] is Ellipsis:
        convert = _converter(arms[0])
        return lambda data: tuple(convert(item) for item in data)
    converters = [_converter(arm) for arm in arms]
    return lambda data: tuple(convert(item) for convert, item in zip(converters, data, strict=True))
