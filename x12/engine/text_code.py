"""Writes source that puts the text of one segment together, from the fields of its record.

A record of `claim_id=1 charge_cents=2 place_of_service=5.1 frequency_code=5.3` becomes

    x2 = one.charge_cents
    t5 = join_components((one.place_of_service, "", one.frequency_code))
    if t5.count(":") != 2: raise ValueError
    ... ("CLM", one.claim_id, "" if x2 is None else write_money(x2), "", "", t5.rstrip(":"))

What is not as it should be raises TypeError, ValueError, AttributeError or IndexError: the quick way is for what
raises nothing, everything else is written (or refused) element by element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from x12.engine.records import Fields, join_parts
from x12.syntax.delimiters import Delimiters


class NotQuick(Exception):
    """A record that has no quick way."""


class SegmentText:
    """The lines that come before the text of a segment, and an expression for each of its elements.

    `of` is the variable that holds the object, `number` that of its slot. `names` binds what the lines name; `given`
    says that there is anything to write.
    """

    def __init__(self, fields: Fields, of: str, number: int, delimiters: Delimiters, fixed: Mapping[int, str]) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"join_components": delimiters.component.join}
        self._delimiters = delimiters
        self._number = number
        self._given: list[str] = []
        width = max([fields.width, *fixed])
        self.elements = ["''"] * width
        self.spread: set[int] = set()
        self._row(fields, of, self.elements, "x", self._given)
        for at, parts in fields.groups.items():
            self._group(at, parts, of)
        for at, name in fields.repeats:
            self.names |= {"join_parts": join_parts, "repetition": delimiters.repetition}
            self.elements[at - 1] = f"join_parts({of}.{name}, repetition)"
            self._given.append(f"{of}.{name}")
        for at, name, composite in fields.composites:
            self._composite(at, name, composite, of)
        literal = dict(fields.constants) | {
            at: code for at, code in fixed.items() if self.elements[at - 1] == "''"
        }
        for at, code in literal.items():
            self.elements[at - 1] = repr(code)
        self.literal = frozenset(literal)
        self.given = " or ".join(self._given)

    def name(self, at: int) -> str:
        """A variable that holds the text of an element; NotQuick where it has none of its own."""
        if at > len(self.elements) or self.elements[at - 1] == "''":
            return "''"
        if at in self.spread:
            raise NotQuick
        text = self.elements[at - 1]
        if text != f"e{at}":
            self.lines.append(f"e{at} = {text}")
            self.elements[at - 1] = f"e{at}"
        return f"e{at}"

    def told(self, at: int) -> bool:
        """Whether a field says what this element is."""
        return at <= len(self.elements) and self.elements[at - 1] != "''" and at not in self.literal

    def joined(self) -> str:
        """The elements as the inside of a tuple."""
        return ", ".join(filter(None, self.elements))

    def _row(self, fields: Fields, of: str, out: list[str], mark: str, given: list[str]) -> None:
        """What segments and composites have in common: single texts, and tuples of them."""
        for at, name, codec, pair in fields.simple:
            if codec.read is None:
                out[at - 1] = f"{of}.{name}"
                given.append(f"{of}.{name}")
                present = f"{of}.{name}"
            else:
                write = codec.write.__name__
                self.names[write] = codec.write
                self.lines.append(f"{mark}{at} = {of}.{name}")
                out[at - 1] = f"('' if {mark}{at} is None else {write}({mark}{at}))"
                given.append(f"{of}.{name} is not None")
                present = f"{mark}{at} is not None"
            if pair is not None:
                out[pair[0] - 1] = f"({pair[1]!r} if {present} else '')"
        for first, last, name in fields.tuples:
            self._pad(out, first, last, f"{of}.{name}")
            given.append(f"{of}.{name}")
            if out is self.elements:
                self.spread |= set(range(first, last + 1))

    def _pad(self, out: list[str], first: int, last: int, several: str) -> None:
        """Several texts in the places from first to last, empty ones behind them."""
        most = last - first + 1
        self.names[f"pads_{most}"] = tuple(("",) * (most - count) for count in range(most + 1))
        out[first - 1 : last] = [f"*{several}, *pads_{most}[len({several})]", *[""] * (most - 1)]

    def _group(self, at: int, parts: list[Any], of: str) -> None:
        pieces = ["''"] * max(part[1] for part in parts)
        for first, last, name, codec in parts:
            if codec.read is not None:
                raise NotQuick
            if last > first:
                self._pad(pieces, first, last, f"{of}.{name}")
            else:
                pieces[first - 1] = f"{of}.{name}"
            self._given.append(f"{of}.{name}")
        self._join(at, pieces)
        self.elements[at - 1] = f"t{at}"

    def _composite(self, at: int, name: str, composite: Any, of: str) -> None:
        self._given.append(f"{of}.{name}")
        self.elements[at - 1] = f"t{at}"
        self.lines += [f"c{at} = {of}.{name}", f"t{at} = ''"]
        if isinstance(composite, Fields):
            if composite.groups or composite.repeats or composite.composites or composite.constants:
                raise NotQuick
            pieces = ["''"] * composite.width
            before = len(self.lines)
            self._row(composite, f"c{at}", pieces, f"x{at}_", [])
            self._join(at, pieces)
            self.lines[before:] = [f"if c{at}:", *(f"    {line}" for line in self.lines[before:])]
        elif hasattr(composite, "text"):
            text = f"text{self._number}_{at}"
            self.names |= {text: composite.text, "delimiters": self._delimiters}
            self.lines.append(f"if c{at}: t{at} = {text}(c{at}, delimiters)")
        else:
            raise NotQuick

    def _join(self, at: int, pieces: list[str]) -> None:
        """Components as one element: none of them may hold their separator."""
        separator = self._delimiters.component
        self.lines += [
            f"t{at} = join_components(({', '.join(filter(None, pieces))},))",
            f"if t{at}.count({separator!r}) != {len(pieces) - 1}: raise ValueError",
            f"t{at} = t{at}.rstrip({separator!r})",
        ]
