"""Writes the functions that read and write a `Fields` record, as Python source for the fields at hand.

What a loop over a table of fields would ask again for each segment (which element, which codec, which default) is
asked once here. `dataclasses` makes its methods in the same way. A record of `claim_id=1 charge_cents=2` reads by

    e1 = elements[1] if count > 1 else ""
    if e1: found["claim_id"] = e1
    e2 = elements[2] if count > 2 else ""
    if e2: found["charge_cents"] = read_charge_cents(e2)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from x12.engine.building import filling, maker, mutable_twin
from x12.syntax.delimiters import Delimiters

if TYPE_CHECKING:
    from x12.engine.records import Fields

Reading = Callable[[Sequence[str], Delimiters], Any]
Writing = Callable[[Any, Delimiters], list[str]]
_NO_EMPTY = object()


def reading_function(fields: Fields, shape: Any) -> Reading:
    """`read(elements, delimiters)`: an object of this shape, or without one a dictionary of the fields that are
    there. It raises TypeError when an element is empty whose field has no default, and what its codecs raise."""
    source = _ReadingSource(shape)
    for at, name, codec, _ in fields.simple:
        text = source.element(at)
        if codec.read is None:
            source.give(name, text, text, empty="")
        else:
            source.give(name, text, f"{source.bind(f'read_{name}', codec.read)}({text})")
    for at, parts in fields.groups.items():
        text = source.element(at)
        source.line(f"parts = {text}.split(delimiters.component) if {text} else ()")
        for first, last, name, codec in parts:
            if last > first:
                piece = "piece" if codec.read is None else f"{source.bind(f'read_{name}', codec.read)}(piece)"
                source.line(f"f_{name} = tuple([{piece} for piece in parts[{first - 1}:{last}] if piece])")
                source.give(name, f"f_{name}", f"f_{name}", empty=())
            else:
                source.line(f"f_{name} = parts[{first - 1}] if len(parts) >= {first} else ''")
                if codec.read is None:
                    source.give(name, f"f_{name}", f"f_{name}", empty="")
                else:
                    source.give(name, f"f_{name}", f"{source.bind(f'read_{name}', codec.read)}(f_{name})")
    for first, last, name in fields.tuples:
        source.line(f"f_{name} = tuple([text for text in elements[{first}:{last + 1}] if text])")
        source.give(name, f"f_{name}", f"f_{name}", empty=())
    for at, name in fields.repeats:
        text = source.element(at)
        source.give(name, text, f"tuple({text}.split(delimiters.repetition))")
    for at, name, composite in fields.composites:
        text, read = source.element(at), source.bind(f"read_{name}", composite.read_element)
        source.line(f"f_{name} = {read}({text}, elements, {at}, delimiters) if {text} else None")
        source.give(name, f"f_{name} is not None", f"f_{name}", empty=None)
    return source.function()


class _ReadingSource:
    """The lines of one reading function and the objects they name."""

    def __init__(self, shape: Any) -> None:
        self._names: dict[str, Any] = {}
        self._lines = ["count = len(elements)"]
        self._elements: set[int] = set()
        self._values: dict[str, str] = {}
        self._shape = shape
        self._defaults: dict[str, Any] | None = None
        if shape is None:
            self._lines.append("found = {}")
        else:
            self._defaults = {one.name: one.default for one in dataclasses.fields(shape)}

    def line(self, line: str) -> None:
        self._lines.append(line)

    def bind(self, name: str, value: Any) -> str:
        self._names[name] = value
        return name

    def element(self, at: int) -> str:
        """The variable that holds element `at`, empty where the segment ends before it."""
        if at not in self._elements:
            self._elements.add(at)
            self.line(f"e{at} = elements[{at}] if count > {at} else ''")
        return f"e{at}"

    def give(self, name: str, condition: str, value: str, *, empty: Any = _NO_EMPTY) -> None:
        """The field has this value on this condition; `empty` is what the value is where the condition fails."""
        if self._defaults is None:
            self.line(f"if {condition}: found[{name!r}] = {value}")
            return
        default = self._defaults[name]
        if default is dataclasses.MISSING:
            self.line(f"if not ({condition}): raise TypeError({f'{name} is missing'!r})")
        elif default != empty:
            value = f"{value} if {condition} else {self.bind(f'default_{name}', default)}"
        self._values[name] = value

    def function(self) -> Reading:
        if self._defaults is None:
            self.line("return found")
        elif (twin := mutable_twin(self._shape)) is not None and self._has_all():
            self._names |= {"new": object.__new__, "Twin": twin, "Shape": self._shape}
            self._lines += filling(self._values)
        else:
            self._names["make"] = maker(self._shape)
            self.line(f"return make({', '.join(f'{name}={value}' for name, value in self._values.items())})")
        return _function("read(elements, delimiters)", self._lines, self._names)  # type: ignore[no-any-return]

    def _has_all(self) -> bool:
        """Whether every field has a value, those that the segment does not tell their default."""
        assert self._defaults is not None
        for name, default in self._defaults.items():
            if name not in self._values:
                if default is dataclasses.MISSING:
                    return False
                self._values[name] = self.bind(f"default_{name}", default)
        return True


def writing_function(fields: Fields) -> Writing:
    """`write(value, delimiters)`: the elements of one segment without its id, as many as the record is wide; all
    empty where no field is set. It raises ValueError where more values stand in a field than elements take them."""
    from x12.engine.records import join_parts

    names: dict[str, Any] = {"join_parts": join_parts, "fit": _fit}
    lines: list[str] = []
    out = ["''"] * fields.width
    for at, name, codec, pair in fields.simple:
        lines.append(f"f_{name} = value.{name}")
        out[at - 1] = _written(names, name, codec)
        if pair is not None:
            out[pair[0] - 1] = f"{pair[1]!r} if {_is_set(name)} else ''"
    for at, parts in fields.groups.items():
        pieces = ["['']"] * max(part[1] for part in parts)
        for first, last, name, codec in parts:
            lines.append(f"f_{name} = value.{name}")
            if last > first:
                names[f"write_{name}"] = codec.write
                lines.append(f"f_{name} = [write_{name}(one) for one in fit({name!r}, f_{name}, {last - first + 1})]")
                pieces[first - 1 : last] = [f"f_{name}", *[""] * (last - first)]
            else:
                pieces[first - 1] = f"[{_written(names, name, codec)}]"
        lines.append(f"group_{at} = join_parts({' + '.join(filter(None, pieces))}, delimiters.component)")
        out[at - 1] = f"group_{at}"
    for first, last, name in fields.tuples:
        lines.append(f"f_{name} = fit({name!r}, value.{name}, {last - first + 1})")
        out[first - 1 : last] = [f"*f_{name}", *[""] * (last - first)]
    for at, name in fields.repeats:
        out[at - 1] = f"join_parts(value.{name}, delimiters.repetition)"
    lines.append(f"out = [{', '.join(filter(None, out))}]")
    for at, name, composite in fields.composites:
        names[f"write_{name}"] = composite.write_element
        lines.append(f"if value.{name} is not None and value.{name} != (): "
                     f"write_{name}(value.{name}, out, {at}, delimiters)")  # fmt: skip
    for at, code in fields.constants:
        lines.append(f"if any(out): out[{at - 1}] = {code!r}")
    lines.append("return out")
    return _function("write(value, delimiters)", lines, names)  # type: ignore[no-any-return]


def fetching_function(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """`fetch(value)`: these attributes of a value as one tuple, the value itself for an empty name."""
    held = "".join(f"value.{name}, " if name else "value, " for name in names)
    return _function("fetch(value)", [f"return ({held})"], {})  # type: ignore[no-any-return]


def _is_set(name: str) -> str:
    return f"f_{name} is not None and f_{name} != ''"


def _written(names: dict[str, Any], name: str, codec: Any) -> str:
    if codec.read is None:
        return f"'' if f_{name} is None else f_{name}"
    names[f"write_{name}"] = codec.write
    return f"write_{name}(f_{name}) if {_is_set(name)} else ''"


def _fit(name: str, values: Sequence[Any] | None, most: int) -> list[Any]:
    """The values with empty ones behind them up to `most`."""
    held = list(values or ())
    if len(held) > most:
        raise ValueError(f"{name} has {len(held)} values, at most {most} can be written")
    return held + [""] * (most - len(held))


def _function(head: str, lines: Sequence[str], names: dict[str, Any]) -> Any:
    body = "".join(f"    {line}\n" for line in lines)
    exec(f"def {head}:\n{body}", names)
    return names[head.partition("(")[0]]
