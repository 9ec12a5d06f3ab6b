"""Segment elements to objects and back: what a slot of a guide reads and writes.

A record works on the list of a segment's elements, its id at index 0, so that an index is the element's number.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from x12.engine.field_code import Reading, Writing, reading_function, writing_function
from x12.syntax.delimiters import Delimiters
from x12.syntax.values import CODECS, TEXT, Codec

_KNOWN = 4096


class Record(Protocol):
    """Reads the elements of one segment; writes the segments (as lists of elements without the id) of values."""

    def read(self, elements: Sequence[str], delimiters: Delimiters, /) -> Any:
        """The value; ValueError when an element cannot be converted, KeyError or TypeError when one is missing."""

    def write(self, values: Sequence[Any], delimiters: Delimiters, /) -> Iterable[list[str]]:
        """The segments of these values, in order."""


def join_parts(parts: Sequence[str], separator: str) -> str:
    """A composite or repeated element, trailing empty parts cut; ValueError when a part holds the separator."""
    last = len(parts)
    while last and not parts[last - 1]:
        last -= 1
    text = separator.join(parts[:last])
    if text.count(separator) != max(last - 1, 0):
        raise ValueError(f"{text!r} holds the separator {separator!r}")
    return text


class Fields:
    """Elements by number as named fields: `claim_id=1 charge_cents=2 place_of_service=5.1 weight=8:decimal+7:01`.

    The codec follows the colon (names that end in `_cents` are money); `+7:01` writes the code 01 to element 7
    whenever the field is written; `=DA@2` always writes DA to element 2; `7.1-4` takes components 1 to 4 as a
    tuple, `3-7` elements 3 to 7 as a tuple, `3^` the repetitions of element 3.

    `read(elements, delimiters)` and `write_fields(value, delimiters)` are made when they are first used.
    """

    __slots__ = (
        "_known",
        "_read_fields",
        "composites",
        "constants",
        "groups",
        "read",
        "repeats",
        "shape",
        "simple",
        "tuples",
        "width",
        "write_fields",
    )

    def __init__(self, spec: str, shape: Any = None, **composites: tuple[int, Fields | Composite]) -> None:
        self.shape = shape
        self.simple: list[tuple[int, str, Codec, tuple[int, str] | None]] = []
        self.groups: dict[int, list[tuple[int, int, str, Codec]]] = {}
        self.tuples: list[tuple[int, int, str]] = []
        self.repeats: list[tuple[int, str]] = []
        self.constants: list[tuple[int, str]] = []
        self.composites = [(at, name, composite) for name, (at, composite) in composites.items()]
        for token in spec.split():
            self._add(token)
        tops = [s[0] for s in self.simple] + [p[0] for s in self.simple if (p := s[3])] + list(self.groups)
        tops += [t[1] for t in self.tuples] + [r[0] for r in self.repeats] + [c[0] for c in self.constants]
        self.width = max(tops + [c[0] for c in self.composites])
        self.read: Reading = self._first_read
        self.write_fields: Writing = self._first_write_fields
        self._read_fields: Reading | None = None
        self._known: dict[str, tuple[str, Any]] = {}

    def _add(self, token: str) -> None:
        name, _, place = token.partition("=")
        if not name:
            code, _, at = place.partition("@")
            self.constants.append((int(at), code))
            return
        place, _, companion = place.partition("+")
        place, _, kind = place.partition(":")
        codec = CODECS[kind] if kind else CODECS["money"] if name.endswith("_cents") else TEXT
        pair = None
        if companion:
            at, _, code = companion.partition(":")
            pair = (int(at), code)
        if place.endswith("^"):
            self.repeats.append((int(place[:-1]), name))
        elif "." in place:
            element, _, part = place.partition(".")
            first, _, last = part.partition("-")
            self.groups.setdefault(int(element), []).append((int(first), int(last or first), name, codec))
        elif "-" in place:
            first, _, last = place.partition("-")
            self.tuples.append((int(first), int(last), name))
        else:
            self.simple.append((int(place), name, codec, pair))

    def read_fields(self, elements: Sequence[str], delimiters: Delimiters) -> dict[str, Any]:
        """The fields whose elements are not empty."""
        if self._read_fields is None:
            self._read_fields = reading_function(self, None)
        found: dict[str, Any] = self._read_fields(elements, delimiters)
        return found

    def _first_read(self, elements: Sequence[str], delimiters: Delimiters) -> Any:
        self.read = reading_function(self, self.shape)
        return self.read(elements, delimiters)

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> Any:
        """As a composite: components counted from 1. The same text gives the same object."""
        component = delimiters.component
        known = self._known.get(text)
        if known is not None and known[0] == component:
            return known[1]
        value = self.read(("", *text.split(component)), delimiters)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        if self.shape is not None:
            self._known[text] = (component, value)
        return value

    def _first_write_fields(self, value: Any, delimiters: Delimiters) -> list[str]:
        self.write_fields = writing_function(self)
        return self.write_fields(value, delimiters)

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        write_fields = self.write_fields
        return [write_fields(value, delimiters) for value in values]

    def write_element(self, value: Any, out: list[str], at: int, delimiters: Delimiters) -> None:
        """As a composite, into element `at`."""
        out[at - 1] = join_parts(self.write_fields(value, delimiters), delimiters.component)


class Composite(Protocol):
    """A value that lives in one element (or several from `at` on) of a segment."""

    def read_element(self, text: str, elements: Sequence[str], at: int, delimiters: Delimiters, /) -> Any:
        """The value that starts in element `at`; None when there is none."""

    def write_element(self, value: Any, out: list[str], at: int, delimiters: Delimiters, /) -> None:
        """Put the value into the elements from `at` on."""


class OneElement(ABC):
    """A composite that fills one element and no other: `text` is what it fills it with."""

    __slots__ = ()

    @abstractmethod
    def text(self, value: Any, delimiters: Delimiters, /) -> str:
        """The element."""

    def write_element(self, value: Any, out: list[str], at: int, delimiters: Delimiters) -> None:
        out[at - 1] = self.text(value, delimiters)


class EachAlone(ABC):
    """A record that writes one segment for each value: `elements` is what stands in it."""

    __slots__ = ()

    @abstractmethod
    def elements(self, value: Any, delimiters: Delimiters, /) -> Sequence[str]:
        """The elements of a value's segment, its id left out."""

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        for value in values:
            yield list(self.elements(value, delimiters))


class Text:
    """One element as a plain string."""

    __slots__ = ("at", "fixed")

    def __init__(self, at: int, fixed: tuple[int, str] | None = None) -> None:
        self.at = at
        self.fixed = fixed

    def read(self, elements: Sequence[str], _delimiters: Delimiters) -> str:
        return elements[self.at] if len(elements) > self.at else ""

    def write(self, values: Sequence[str], _delimiters: Delimiters) -> Iterable[list[str]]:
        for value in values:
            out = [""] * self.at
            out[self.at - 1] = value
            if self.fixed is not None:
                out[self.fixed[0] - 1] = self.fixed[1]
            yield out


class Raw:
    """A segment kept as it was read, in standard separators inside its elements."""

    __slots__ = ()

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> tuple[str, ...]:
        table = str.maketrans({delimiters.component: ":", delimiters.repetition: "^"})
        last = len(elements)
        while last > 1 and not elements[last - 1]:
            last -= 1
        return tuple(element.translate(table) for element in elements[:last])

    def write(self, values: Sequence[tuple[str, ...]], delimiters: Delimiters) -> Iterable[list[str]]:
        table = str.maketrans({":": delimiters.component, "^": delimiters.repetition})
        return [[element.translate(table) for element in value[1:]] for value in values]
