"""Segment elements to objects and back: what a slot of a guide reads and writes.

A record works on the list of a segment's elements, its id at index 0, so that an index is the element's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from x12.syntax.delimiters import Delimiters
from x12.syntax.values import CODECS, TEXT, Codec


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
    """

    __slots__ = ("composites", "constants", "groups", "names", "repeats", "shape", "simple", "tuples", "width")

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
        found: dict[str, Any] = {}
        count = len(elements)
        for at, name, codec, _ in self.simple:
            if at < count and (text := elements[at]):
                found[name] = codec.read(text) if codec.read is not None else text
        for at, parts in self.groups.items():
            if at < count and (text := elements[at]):
                pieces = text.split(delimiters.component)
                for first, last, name, codec in parts:
                    if last > first:
                        many = [piece for piece in pieces[first - 1 : last] if piece]
                        if many:
                            found[name] = tuple(codec.read(p) if codec.read is not None else p for p in many)
                    elif first <= len(pieces) and (piece := pieces[first - 1]):
                        found[name] = codec.read(piece) if codec.read is not None else piece
        for first, last, name in self.tuples:
            texts = tuple(text for text in elements[first : last + 1] if text)
            if texts:
                found[name] = texts
        for at, name in self.repeats:
            if at < count and elements[at]:
                found[name] = tuple(elements[at].split(delimiters.repetition))
        for at, name, composite in self.composites:
            if at < count and (text := elements[at]):
                value = composite.read_element(text, elements, at, delimiters)
                if value is not None:
                    found[name] = value
        return found

    def read(self, elements: Sequence[str], delimiters: Delimiters) -> Any:
        found = self.read_fields(elements, delimiters)
        return self.shape(**found) if self.shape is not None else found

    def read_element(self, text: str, _elements: Sequence[str], _at: int, delimiters: Delimiters) -> Any:
        """As a composite: components counted from 1."""
        return self.read(("", *text.split(delimiters.component)), delimiters)

    def write_fields(self, value: Any, delimiters: Delimiters) -> list[str]:
        """The elements of one segment, without its id; empty when no field is set."""
        out = [""] * self.width
        for at, name, codec, pair in self.simple:
            item = getattr(value, name)
            if item is not None and item != "":
                out[at - 1] = codec.write(item)
                if pair is not None:
                    out[pair[0] - 1] = pair[1]
        for at, parts in self.groups.items():
            out[at - 1] = self._write_group(value, parts, delimiters)
        for first, last, name in self.tuples:
            texts = getattr(value, name)
            if len(texts) > last - first + 1:
                raise ValueError(f"{name} has {len(texts)} values, at most {last - first + 1} can be written")
            out[first - 1 : first - 1 + len(texts)] = texts
        for at, name in self.repeats:
            out[at - 1] = join_parts(getattr(value, name), delimiters.repetition)
        for at, name, composite in self.composites:
            item = getattr(value, name)
            if item is not None and item != ():
                composite.write_element(item, out, at, delimiters)
        if any(out):
            for at, code in self.constants:
                out[at - 1] = code
        return out

    def _write_group(self, value: Any, parts: list[tuple[int, int, str, Codec]], delimiters: Delimiters) -> str:
        pieces = [""] * max(part[1] for part in parts)
        for first, last, name, codec in parts:
            item = getattr(value, name)
            if item is None or item == "":
                continue
            if last > first:
                if len(item) > last - first + 1:
                    raise ValueError(f"{name} has {len(item)} values, at most {last - first + 1} can be written")
                pieces[first - 1 : first - 1 + len(item)] = [codec.write(one) for one in item]
            else:
                pieces[first - 1] = codec.write(item)
        return join_parts(pieces, delimiters.component)

    def write(self, values: Sequence[Any], delimiters: Delimiters) -> Iterable[list[str]]:
        return [self.write_fields(value, delimiters) for value in values]

    def write_element(self, value: Any, out: list[str], at: int, delimiters: Delimiters) -> None:
        """As a composite, into element `at`."""
        out[at - 1] = join_parts(self.write_fields(value, delimiters), delimiters.component)


class Composite(Protocol):
    """A value that lives in one element (or several from `at` on) of a segment."""

    def read_element(self, text: str, elements: Sequence[str], at: int, delimiters: Delimiters, /) -> Any:
        """The value that starts in element `at`; None when there is none."""

    def write_element(self, value: Any, out: list[str], at: int, delimiters: Delimiters, /) -> None:
        """Put the value into the elements from `at` on."""


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
