"""Writes, for a sketch, one regular expression over all of its segments and one function that makes its objects.

The expression is made of those that judge single segments (`SegmentCheck.pattern`), so that it can accept nothing
which they would not; what they leave over, relations between elements and check digits of identifiers, is asked by
the function. Text that repeats (a date, a procedure) is looked up, with what was read from it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from x12.engine.building import maker, mutable_twin
from x12.engine.compiled import APPENDS, EXTENDS, NESTS, SPREADS
from x12.engine.records import Fields
from x12.engine.remembered import Remembered
from x12.engine.segment_code import Unwritable, segment_source
from x12.engine.sketch import Sketch, Sketched
from x12.transactions.parts import Address

if TYPE_CHECKING:
    from x12.engine.compiled import Target

Building = Callable[..., Any]


class ShapeSource:
    """The regular expression of a sketch and the source of its function, gathered from segment to segment.

    `values` are the sketch's own: expressions by field. It raises `Unwritable` for what is too rare to be written.
    """

    def __init__(self, whole: Sketch, shape: Any, *, first: int = 0, groups: int = 0) -> None:
        self.names: dict[str, Any] = {"new": object.__new__}
        self.lines: list[str] = []
        self.pattern = ""
        self.groups = groups
        self._delimiters = whole.loop.guide.delimiters
        self._remembered = whole.loop.guide.remembered
        self._bound: dict[int, str] = {}
        self.values = self._loop(whole, shape, first)

    def bind(self, value: Any, kind: str = "held") -> str:
        """The name of an object in the source."""
        name = self._bound.get(id(value))
        if name is None:
            name = self._bound[id(value)] = f"{kind}_{len(self._bound)}"
            self.names[name] = value
        return name

    def known(self, what: object, read: Callable[[str], Any], kind: str = "") -> str:
        """The name of what is remembered of a slot or composite, by its texts; all shapes of a guide share it."""
        held = self._remembered.get((what, kind))
        if held is None:
            held = self._remembered[what, kind] = Remembered(read)
        return self.bind(held, "known")

    def constant(self, value: Any) -> str:
        """The expression of a value that never changes."""
        plain = value is None or (type(value) in (str, int, tuple) and not value)
        return repr(value) if plain else self.bind(value, "default")

    def group(self) -> str:
        """The name of the next group."""
        self.groups += 1
        return f"g{self.groups - 1}"

    def _loop(self, whole: Sketch, shape: Any, first: int = 0) -> dict[str, str]:
        loop = whole.loop
        fields = {one.name: one for one in dataclasses.fields(shape)}
        values: dict[str, str] = {}
        lists: dict[str, list[str]] = {}
        nested: dict[str, dict[str, str]] = {}
        names = [item.slot.into if isinstance(item, Sketched) else getattr(item.target, "into", "")
                 for item in whole.items[first:]]  # fmt: skip
        for item in whole.items[first:]:
            if isinstance(item, Sketch):
                target, value = self._inner(item)
                if target.many:
                    lists.setdefault(target.into, []).append(f"{value},")
                else:
                    _enter(values, target.into, value)
                continue
            target = item.slot
            if target.storing is SPREADS:
                for name, value in self._spread(item, fields).items():
                    _enter(values, name, value)
            elif target.storing is NESTS:
                defaults = {one.name: one for one in dataclasses.fields(Address)}
                for name, value in self._spread(item, defaults).items():
                    _enter(nested.setdefault(target.into, {}), name, value)
            elif target.storing is APPENDS and _recurs(item) and names.count(target.into) == 1:
                values[target.into] = self._value(item, alone=True)
            elif target.storing in (APPENDS, EXTENDS):
                star = "*" if target.storing is EXTENDS else ""
                lists.setdefault(target.into, []).append(f"{star}{self._value(item)},")
            else:
                _enter(values, target.into, self._value(item))
        for name, parts in nested.items():
            _enter(values, name, self.made(Address, parts))
        for name, several in lists.items():
            alone = len(several) == 1 and several[0].startswith("*")
            _enter(values, name, several[0].strip("*,") if alone else f"({' '.join(several)})")
        if loop.keeps_position:
            values["position"] = f"position + {whole.ordinal}" if whole.ordinal else "position"
            if loop.keeps_errors:
                values["errors"] = "()"
        return values

    def _inner(self, inner: Sketch) -> tuple[Target, str]:
        loop, target = inner.loop, inner.target
        if target is None or loop.shape is None or loop.assemble or loop.verify or loop.hoist or loop.level:
            raise Unwritable(loop.name)
        return target, self.made(loop.shape, self._loop(inner, loop.shape))

    def made(self, shape: Any, values: dict[str, str]) -> str:
        """The variable that holds a new object with these fields."""
        name = f"made_{len(self.lines)}"
        twin, given = mutable_twin(shape), dict(values)
        for one in dataclasses.fields(shape):
            if one.name not in given and one.default is not dataclasses.MISSING:
                given[one.name] = self.constant(one.default)
        if any(one.name not in given and one.default_factory is dataclasses.MISSING
               for one in dataclasses.fields(shape)):  # fmt: skip
            raise Unwritable(shape.__name__)
        if twin is None:
            arguments = ", ".join(f"{field}={value}" for field, value in given.items())
            self.lines.append(f"{name} = {self.bind(maker(shape), 'make')}({arguments})")
        else:
            self.lines.append(f"{name} = new({self.bind(twin, 'Twin')})")
            self.lines += [f"{name}.{field} = {value}" for field, value in given.items()]
            self.lines.append(f"{name}.__class__ = {self.bind(shape, 'Shape')}")
        return name

    def _spread(self, item: Sketched, fields: dict[str, Any]) -> dict[str, str]:
        """What a segment says of its loop's own fields."""
        record = item.slot.record
        if isinstance(record, Fields):
            values = segment_source(self, item, record, fields)
            if values is None:
                raise Unwritable(item.slot.segment)
            return values
        if not hasattr(record, "names"):
            raise Unwritable(item.slot.segment)
        found = f"found_{len(self.lines)}"
        self.lines.append(f"{found} = {self._word(item)}")
        held = {}
        for name in record.names:
            default = fields[name].default
            if default is dataclasses.MISSING:
                held[name] = f"{found}[{name!r}]"
            else:
                held[name] = f"{found}.get({name!r}, {self.constant(default)})"
        return held

    def _value(self, item: Sketched, *, alone: bool = False) -> str:
        """The object, or objects, that a segment is; in a tuple where it is `alone` in its field."""
        record = getattr(item.slot.record, "fields", item.slot.record)
        if isinstance(record, Fields) and record.shape is not None:
            values = segment_source(self, item, record, {one.name: one for one in dataclasses.fields(record.shape)})
            if values is not None:
                return self.made(record.shape, values)
        value = f"value_{len(self.lines)}"
        self.lines.append(f"{value} = {self._word(item, alone=alone)}")
        return value

    def _word(self, item: Sketched, *, alone: bool = False) -> str:
        """What a segment says that is read as a whole: looked up where it recurs, else judged and read."""
        slot, delimiters = item.slot, self._delimiters
        check, read = slot.check, slot.record.read
        assert check is not None
        separator, terminator = delimiters.element, delimiters.segment

        def recall(raw: str) -> Any:
            elements = raw.split(separator)
            if not check.accepts(raw, elements):
                raise ValueError(raw)
            value = read(elements, delimiters)
            return (value,) if alone else value

        def judge(raw: str) -> Any:
            elements = raw.split(separator)
            if not check.holds(elements):
                raise ValueError(raw)
            return read(elements, delimiters)

        if _recurs(item):
            at, component = item.place
            begin, other = re.escape(separator), f"[^{re.escape(separator)}{re.escape(terminator)}]*+"
            if at:
                ends = f"{re.escape(separator)}{re.escape(terminator)}{re.escape(delimiters.component)}"
                ends = ends if component else f"{re.escape(separator)}{re.escape(terminator)}"
                begin += f"{other}{begin}" * (at - 1) + f"{re.escape(item.code)}(?=[{ends}])"
            self.pattern += f"({check.segment}{begin}[^{re.escape(terminator)}]*+){re.escape(terminator)}"
            return f"{self.known(slot, recall, 'alone' if alone else 'one')}[{self.group()}]"
        literal = {item.place: item.code} if item.code else {}
        self.pattern += f"({check.pattern((), literal)}){re.escape(terminator)}"
        each: Any = getattr(slot.record, "each", None)
        if check.alone and (isinstance(each, Fields) or hasattr(each, "alone")):
            known = self.known(each, lambda text: each.read_element(text, (), 0, delimiters))
            return f"tuple([{known}[text] for text in {self.group()}.split({separator!r})[1:] if text])"
        return f"{self.bind(judge, 'judge')}({self.group()})"

    def function(self, arguments: Sequence[str], result: str) -> Building:
        """`build(groups, position, *arguments)`: the result, or None where something is not as it should be."""
        groups = "".join(f"g{number}, " for number in range(self.groups))
        lines = [f"{groups}= groups" if groups else "pass", *self.lines, f"return {result}"]
        body = "".join(f"    {line}\n" for line in lines)
        exec(f"def build({', '.join(('groups', 'position', *arguments))}):\n{body}", self.names)
        return self.names["build"]  # type: ignore[no-any-return]


def _recurs(item: Sketched) -> bool:
    """Whether the same segment comes again and again."""
    return getattr(item.slot.record, "recurs", False)


def _enter(values: dict[str, str], name: str, value: str) -> None:
    if name in values:  # said twice: the loop has its own ways to put that together
        raise Unwritable(name)
    values[name] = value
