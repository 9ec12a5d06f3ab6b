"""Makes frozen objects as fast as mutable ones.

A frozen dataclass sets each field through `object.__setattr__`, which costs more than all else a reader does. A
maker fills a mutable twin with the same slots and then turns it into the frozen class.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Maker = Callable[..., Any]
"""Takes the fields of a dataclass by keyword, as the class itself does."""


@cache
def maker(shape: Any) -> Maker:
    """A function that makes objects of this frozen dataclass; TypeError when a field without default is missing.

    It is written as source for the class at hand, as `dataclasses` writes an `__init__`. The shape itself is
    returned where its objects cannot come from a twin (slotted bases, default factories).
    """
    twin = mutable_twin(shape)
    if twin is None:
        return shape  # type: ignore[no-any-return]
    fields = dataclasses.fields(shape)
    names: dict[str, Any] = {"new": object.__new__, "Twin": twin, "Shape": shape}
    needed, optional = [], []
    for one in fields:
        names[f"default_{one.name}"] = one.default
        if one.default is dataclasses.MISSING:
            needed.append(one.name)
        else:
            optional.append(f"{one.name}=default_{one.name}")
    # no `*` before them, though nobody passes them by place: the defaults of keyword-only parameters are looked up
    # one by one in a dictionary, those of others are copied
    body = "".join(f"    {line}\n" for line in filling({one.name: one.name for one in fields}))
    exec(f"def make_{shape.__name__}({', '.join(needed + optional)}):\n{body}", names)
    made: Maker = names[f"make_{shape.__name__}"]
    return made


@cache
def mutable_twin(shape: Any) -> type | None:
    """A class with the slots of this one whose objects can become objects of it; None where they cannot."""
    if (
        shape.__mro__[1:] != (object,)
        or hasattr(shape, "__post_init__")
        or any(one.default_factory is not dataclasses.MISSING for one in dataclasses.fields(shape))
    ):
        return None
    return type(f"Mutable{shape.__name__}", (), {"__slots__": shape.__slots__})


def filling(values: Mapping[str, str]) -> list[str]:
    """Lines of source that return an object with these expressions as its fields; they name `new`, `Twin`, `Shape`."""
    filled = [f"made.{name} = {value}" for name, value in values.items()]
    return ["made = new(Twin)", *filled, "made.__class__ = Shape", "return made"]
