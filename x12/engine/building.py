"""Makes frozen objects as fast as mutable ones.

A frozen dataclass sets each field through `object.__setattr__`, which costs more than all else a reader does. A
builder fills a mutable twin with the same slots and then turns it into the frozen class.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any


@cache
def mutable_twin(shape: Any) -> Any:
    """A mutable class with the slots of this frozen dataclass, whose objects become the shape's by assigning
    `__class__`; the shape itself where that cannot be (slotted bases, default factories)."""
    if shape.__mro__[1:] != (object,) or hasattr(shape, "__post_init__"):
        return shape
    fields = []
    for one in dataclasses.fields(shape):
        if one.default_factory is not dataclasses.MISSING:
            return shape
        given = {} if one.default is dataclasses.MISSING else {"default": one.default}
        fields.append((one.name, Any, dataclasses.field(**given)))
    return dataclasses.make_dataclass(f"Mutable{shape.__name__}", fields, slots=True, kw_only=True, eq=False)


def make(shape: Any, values: dict[str, Any]) -> Any:
    """An object of this frozen dataclass; TypeError when a field without default is missing."""
    made = mutable_twin(shape)(**values)
    if made.__class__ is not shape:
        made.__class__ = shape
    return made
