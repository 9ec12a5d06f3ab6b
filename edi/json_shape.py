"""JSON that people write by hand, held against the part of JSON Schema that our own schemas use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,)}
_NAMES = {"object": "an object", "array": "a list", "string": "text"}


def problems(shape: Shape, value: object, where: str = "") -> Iterator[str]:
    """Every place where ``value`` does not have the shape, one line each; no value is quoted.

    Known words: ``type`` (object, array, string), ``properties``, ``required``, ``items``, ``minItems``, ``enum``,
    ``pattern`` (of the whole text) with ``description``; an object holds nothing but its properties.
    """
    kind = shape["type"]
    here = where or "the document"
    if not isinstance(value, _TYPES[kind]):
        yield f"{here} must be {_NAMES[kind]}"
    elif isinstance(value, dict):
        yield from _object(shape, value, where)
    elif isinstance(value, list):
        if len(value) < shape.get("minItems", 0):
            yield f"{here} must not be empty"
        for place, item in enumerate(value):
            yield from problems(shape["items"], item, f"{where}[{place}]")
    elif isinstance(value, str):
        if "enum" in shape and value not in shape["enum"]:
            yield f"{here} must be one of {', '.join(shape['enum'])}"
        if "pattern" in shape and re.fullmatch(shape["pattern"], value) is None:
            yield f"{here} must be {shape['description']}"


def _object(shape: Shape, value: dict[str, object], where: str) -> Iterator[str]:
    known = shape["properties"]
    prefix = f"{where}." if where else ""
    for name in shape.get("required", ()):
        if name not in value:
            yield f"{prefix}{name} is missing"
    for name, item in value.items():
        if name in known:
            yield from problems(known[name], item, f"{prefix}{name}")
        else:
            yield f"{where or 'the document'} has a field that is not known; known are {', '.join(known)}"
