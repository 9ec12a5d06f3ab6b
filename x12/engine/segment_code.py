"""Writes, for one segment of a shape, groups for its elements and expressions for its fields."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from x12.engine.records import Fields
from x12.engine.remembered import Remembered
from x12.syntax.element_check import Place, SegmentCheck, is_npi
from x12.syntax.element_rules import ElementRule, Relation
from x12.syntax.values import DATE, DECIMAL, INTEGER, MONEY, TEXT, Codec

if TYPE_CHECKING:
    from x12.engine.shape_code import ShapeSource
    from x12.engine.sketch import Sketched

_NPIS = Remembered(is_npi)
_RECALLED = {id(codec): Remembered(codec.read) for codec in (DATE, DECIMAL) if codec.read is not None}


class Unwritable(Exception):
    """A shape for which no function is written: the walker goes on reading it."""


def segment_source(
    source: ShapeSource, item: Sketched, record: Fields, fields: dict[str, Any]
) -> dict[str, str] | None:
    """Enter the segment into the source and return the expressions of its fields, those left out that are of no
    class's interest; None where the record has to read the segment as a whole."""
    check = item.slot.check
    assert check is not None
    if record.tuples or record.repeats or any(
        last > first for parts in record.groups.values() for first, last, _, _ in parts
    ):
        return None
    if any(not isinstance(one, Fields) and not hasattr(one, "alone") for _, _, one in record.composites):
        return None
    segment = _Segment(source, item, check)
    places: list[tuple[Place, str, Codec, Any]] = []
    places += [((at, 0), name, codec, None) for at, name, codec, _ in record.simple]
    places += [((at, 0), name, TEXT, composite) for at, name, composite in record.composites]
    for at, parts in record.groups.items():
        places += [((at, first), name, codec, None) for first, _, name, codec in parts]
    wanted = {place for place, name, _, _ in places if name in fields}
    wanted |= {(at, 0) for relation in check.relations for at in relation.elements}
    if check.npi_at:
        wanted |= {(check.npi_at - 1, 0), (check.npi_at, 0)}
    if any((at, 0) in wanted for at, part in wanted if part):
        return None
    segment.enter(wanted)
    for relation in check.relations:
        segment.relate(relation)
    segment.identify()
    values = {}
    for place, name, codec, composite in places:
        if name in fields:
            value = segment.value(place, codec, composite, fields[name].default)
            if value is not None:
                values[name] = value
    return values


class _Segment:
    """The texts of one segment's elements: variables of the source, or constants."""

    def __init__(self, source: ShapeSource, item: Sketched, check: SegmentCheck) -> None:
        self._source = source
        self._check = check
        self._literal = {item.place: item.code} if item.code else {}
        self._texts: dict[Place, str] = {}

    def enter(self, wanted: set[Place]) -> None:
        """Make groups of the elements that are wanted and not known beforehand."""
        captured = []
        for place in sorted(wanted):
            rule = self._rule(place)
            if place in self._literal:
                self._texts[place] = repr(self._literal[place])
            elif rule is None or rule.usage == "N":
                self._texts[place] = "''"
            elif self._needed(place) and len(rule.codes) == 1 and rule.repeats == 1:
                self._texts[place] = repr(next(iter(rule.codes)))
            else:
                captured.append(place)
                self._texts[place] = self._source.group()
        terminator = re.escape(self._check.delimiters.segment)
        self._source.pattern += self._check.pattern(captured, self._literal) + terminator

    def _rule(self, place: Place) -> ElementRule | None:
        at, component = place
        if at > len(self._check.rules):
            return None
        rule = self._check.rules[at - 1]
        if not component:
            return rule
        if rule.usage == "N" or component > len(rule.components):
            return None
        return rule.components[component - 1]

    def _needed(self, place: Place) -> bool:
        """Whether the text is never empty in a segment that matches."""
        if place in self._literal:
            return True
        at, component = place
        rule = self._rule(place)
        if rule is None or rule.usage != "R" or (component and self._check.rules[at - 1].usage != "R"):
            return False
        return not rule.components or any(part.usage == "R" for part in rule.components)

    def _present(self, at: int) -> str:
        text = self._texts[at, 0]
        return "False" if text == "''" else "True" if self._needed((at, 0)) else f"{text} != ''"

    def relate(self, relation: Relation) -> None:
        """Leave the function where a relation does not hold."""
        present = [self._present(at) for at in relation.elements]
        first, others = present[0], present[1:]
        if relation.kind == "P":
            if set(present) in ({"True"}, {"False"}):
                return
            broken = f"0 < {' + '.join(f'({one})' for one in present)} < {len(present)}"
        elif relation.kind == "R":
            broken = f"not ({' or '.join(present)})"
        elif relation.kind == "C":
            broken = f"{first} and not ({' and '.join(others)})"
        elif relation.kind == "L":
            broken = f"{first} and not ({' or '.join(others)})"
        else:
            broken = f"{' + '.join(f'({one})' for one in present)} > 1"
        self._source.lines.append(f"if {broken}: return None")

    def identify(self) -> None:
        """Leave the function where the check digit of an identifier is wrong."""
        at = self._check.npi_at
        if not at or "''" in (self._texts[at - 1, 0], self._texts[at, 0]):
            return
        rule = self._rule((at - 1, 0))
        if rule is not None and (not rule.codes or "XX" in rule.codes):
            known = self._source.bind(_NPIS, "npi")
            self._source.lines.append(
                f"if {self._texts[at - 1, 0]} == 'XX' and not {known}[{self._texts[at, 0]}]: return None"
            )

    def value(self, place: Place, codec: Codec, composite: Any, default: Any) -> str | None:
        """The expression of a field; None where it has its default."""
        text = self._texts[place]
        if text == "''":
            if default is dataclasses.MISSING:
                raise Unwritable(f"{self._check.segment}{place}")
            return None
        value = self._read(text, codec, composite)
        if self._needed(place):
            return value
        if default is dataclasses.MISSING:
            self._source.lines.append(f"if not {text}: return None")
            return value
        if value == text and default == "":
            return text
        return f"({value} if {text} else {self._source.constant(default)})"

    def _read(self, text: str, codec: Codec, composite: Any) -> str:
        source, delimiters = self._source, self._check.delimiters
        if composite is not None:
            known = source.known(composite, lambda raw: composite.read_element(raw, (), 0, delimiters))
            return f"{known}[{text}]"
        if codec.read is None:
            return text
        if id(codec) in _RECALLED:
            return f"{source.bind(_RECALLED[id(codec)], 'known')}[{text}]"
        if codec is INTEGER:
            return f"int({text})"
        read = source.bind(codec.read, "read")
        if codec is MONEY and text.isidentifier():  # the usual form, two places behind the point
            return f"(int({text}[:-3] + {text}[-2:]) if {text}[-3:-2] == '.' else {read}({text}))"
        return f"{read}({text})"
