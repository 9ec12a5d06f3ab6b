"""Writes the function that writes a loop, as Python source for the loop's table.

For each slot it has a quick way: the text of the segment from the object's fields, and one regular expression that
says it may be written. Whatever is not as it should be goes the long way, `LoopWriter.slot`, which writes element by
element and says what is wrong. What the quick way lets pass is what the long way would write.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from x12.engine.compiled import CompiledGuide, CompiledLoop, Target
from x12.engine.records import Fields
from x12.engine.slot_code import SlotCode, block
from x12.engine.writing_check import good_npi

Writing = Callable[[Any, list[str], Any, str], None]
"""`write(writer, segments, value, parent)`: appends the segments of a loop's object, below the HL of this number."""

FAULTS = (ValueError, TypeError, AttributeError, IndexError)
"""What a value of the wrong type or form raises where it is written."""

_KEPT = 64
_ROOTS: dict[int, WrittenLoop] = {}


class WrittenLoop:
    """A loop at one place of a guide; `write` is made when it is first called."""

    __slots__ = ("guide", "loop", "write")

    def __init__(self, loop: CompiledLoop, guide: CompiledGuide) -> None:
        self.loop = loop
        self.guide = guide
        self.write: Writing = self._first_write

    def _first_write(self, writer: Any, segments: list[str], value: Any, parent: str) -> None:
        self.write = _LoopCode(self.loop, self.guide).function()
        self.write(writer, segments, value, parent)


def written_root(guide: CompiledGuide) -> WrittenLoop:
    """The root loop of a guide; it holds the guide, so that no other can have its id."""
    known = _ROOTS.get(id(guide))
    if known is None:
        if len(_ROOTS) > _KEPT:
            _ROOTS.clear()
        known = _ROOTS[id(guide)] = WrittenLoop(guide.root, guide)
    return known


class _LoopCode:
    """The lines of one function and the objects they name."""

    def __init__(self, loop: CompiledLoop, guide: CompiledGuide) -> None:
        self._loop = loop
        self._guide = guide
        self._separator = guide.delimiters.element
        self._lines: list[str] = []
        self._names: dict[str, Any] = {
            "FAULTS": FAULTS, "delimiters": guide.delimiters, "join": self._separator.join, "good_npi": good_npi,
        }  # fmt: skip

    def function(self) -> Writing:
        loop, opening = self._loop, self._loop.items[0]
        for target in loop.items:
            self._names[f"T{target.number}"] = target
            if loop.level and target is opening:
                self._level(target)
            elif target.loop is not None:
                self._children(target)
            elif target.segment == "LX" and target is opening and not target.into and loop.counts_lines:
                self._lines += ["writer.lines += 1", f"segments.append(f'LX{self._separator}{{writer.lines}}')"]
            else:
                self._slot(target)
            if target is opening:
                self._refuse_homeless()
        if loop.is_claim_level:
            self._lines.append("writer.lines = 0")
        exec("\n".join(block("def write(writer, segments, value, parent):", self._lines)), self._names)
        written: Writing = self._names["write"]
        return written

    def _refuse_homeless(self) -> None:
        """What the loop's object says in fields that none of its slots writes."""
        shape = self._loop.shape
        if shape is None or self._loop is self._guide.root:  # the root is the whole set, which `tree` turns into levels
            return
        written = {name for target in self._loop.items for name in _fields_of(target)}
        names = [one.name for one in dataclasses.fields(shape) if one.compare and one.name not in written
                 and one.default is not dataclasses.MISSING and not one.default]  # fmt: skip
        if names:
            self._names["homeless"] = names
            self._lines.append(f"if {' or '.join(f'value.{name}' for name in names)}: "
                               "writer.homeless(T0, value, homeless)")  # fmt: skip

    def _level(self, target: Target) -> None:
        """HL: numbers are counted, HL04 tells whether levels follow below."""
        e = self._separator
        below = [f"value.{item.into}" for item in self._loop.items if item.loop is not None and item.loop.level]
        text = f"HL{e}{{level}}{e}{{parent}}{e}{next(iter(target.codes[0]))}"
        if target.check is None or target.check.rules[3].usage != "N":
            text += f"{e}{{'1' if {' or '.join(below) or 'False'} else '0'}}"
        self._lines += ["writer.levels += 1", "level = str(writer.levels)", f'segments.append(f"{text}")']

    def _children(self, target: Target) -> None:
        assert target.loop is not None
        number, level = target.number, "level" if self._loop.level else "parent"
        self._names[f"L{number}"] = WrittenLoop(target.loop, self._guide)
        child = f"writer.hoisted(T{number}, value, child)" if target.loop.hoist else "child"
        call = f"L{number}.write(writer, segments, {child}, {level})"
        if target.many:
            most = [f"if len(held) > {target.most}: writer.too_often(T{number}, len(held))"] if target.most else []
            self._lines += self._held(target, [*most, f"for child in held: {call}"])
        else:
            self._lines += block(f"if value.{target.into}:", [f"child = value.{target.into}", call])
        if number in self._loop.required:
            self._lines.append(f"else: writer.missing(T{number})")

    def _slot(self, target: Target) -> None:
        code = SlotCode(target, self._guide.delimiters)
        self._names |= code.names
        together = self._together(target)
        if not target.into:
            self._lines += ["held = value", *code.lines]
        elif not together:
            self._lines += self._held(target, code.lines) + code.otherwise
        else:
            self._share(target, together, code)

    @staticmethod
    def _held(target: Target, lines: list[str], more: str = "") -> list[str]:
        return block(f"if value.{target.into}{more}:", [f"held = value.{target.into}", *lines])

    def _share(self, target: Target, together: tuple[Target, ...], code: SlotCode) -> None:
        """One of several slots that take the values of a field: what none of them takes is refused."""
        taken = f"taken_{target.into}"
        some_left = f" and {taken} != len(value.{target.into})"
        if target is together[0]:
            self._lines.append(f"{taken} = 0")
        skipped = target is not together[0] and not target.insists and hasattr(target.record, "elements")
        lines = [*code.lines, f"{taken} += len(segments) - mark"]
        self._lines += self._held(target, lines, some_left if skipped else "") + code.otherwise
        if target is together[-1]:
            self._names[f"all_{target.into}"] = together
            self._lines += self._held(target, [f"writer.place(all_{target.into}, held)"], some_left)

    def _together(self, target: Target) -> tuple[Target, ...]:
        """The slots that share the values of a field between them, each taking those of its codes."""
        if not target.many or not (target.shared or target.keeps_raw):
            return ()
        return tuple(one for one in self._loop.items if one.many and one.into == target.into)


def _fields_of(target: Target) -> Iterable[str]:
    """The fields of a loop's object that this item writes."""
    if target.into:
        hoisted = target.loop.hoist if target.loop is not None else ()
        return (target.into, *hoisted)
    record = target.record
    if not isinstance(record, Fields):
        names: Iterable[str] = getattr(record, "names", ())
        return names
    return [
        *(name for _, name, _, _ in record.simple),
        *(name for _, name in record.repeats),
        *(name for _, name, _ in record.composites),
        *(name for parts in record.groups.values() for _, _, name, _ in parts),
        *(name for _, _, name in record.tuples),
    ]
