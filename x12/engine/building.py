"""Makes frozen objects as fast as mutable ones.

A frozen dataclass sets each field through `object.__setattr__`, which costs more than all else a reader does. A
maker fills a mutable twin with the same slots and then turns it into the frozen class.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
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
    fields = dataclasses.fields(shape)
    if (
        shape.__mro__[1:] != (object,)
        or hasattr(shape, "__post_init__")
        or any(one.default_factory is not dataclasses.MISSING for one in fields)
    ):
        return shape  # type: ignore[no-any-return]
    twin = type(f"Mutable{shape.__name__}", (), {"__slots__": shape.__slots__})
    names: dict[str, Any] = {"new": object.__new__, "Twin": twin, "Shape": shape}
    parameters = []
    for one in fields:
        given = one.default is not dataclasses.MISSING
        names[f"default_{one.name}"] = one.default
        parameters.append(f"{one.name}=default_{one.name}" if given else one.name)
    filled = "".join(f"    made.{one.name} = {one.name}\n" for one in fields)
    source = (
        f"def make_{shape.__name__}(*, {', '.join(parameters)}):\n"
        f"    made = new(Twin)\n{filled}    made.__class__ = Shape\n    return made\n"
    )
    exec(source, names)
    made: Maker = names[f"make_{shape.__name__}"]
    return made


def make(shape: Any, values: dict[str, Any]) -> Any:
    """An object of this frozen dataclass; TypeError when a field without default is missing."""
    return maker(shape)(**values)
