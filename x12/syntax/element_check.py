"""Checks the elements of one segment: one regular expression says yes; only on no are they looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from x12.errors import X12Error
from x12.syntax.delimiters import Delimiters
from x12.syntax.element_rules import ElementRule, Relation, element_rules

_NPI_PLACES = {"NM1": 9, "N1": 4}
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)$")
_DATE = r"[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_SHAPES = 4096
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?"

Place = tuple[int, int]
"""Number of an element, and of the component in it or 0."""


class SegmentCheck:
    """The compiled rules of one slot under one set of delimiters. `match` is the regular expression's verdict on
    a whole segment; it is compiled when it is first asked."""

    __slots__ = (
        "_shapes",
        "_short",
        "_text",
        "alone",
        "delimiters",
        "fixed",
        "loop",
        "match",
        "npi_at",
        "relations",
        "rules",
        "segment",
    )

    def __init__(self, segment: str, use: str, loop: str, delimiters: Delimiters) -> None:
        self.segment = segment
        self.loop = loop
        self.delimiters = delimiters
        self.rules, self.relations = element_rules(segment, use)
        self._text = _characters(delimiters)
        self._shapes: dict[tuple[bool, ...], bool] = {}
        self.fixed = tuple(
            (at, next(iter(rule.codes)))
            for at, rule in enumerate(self.rules)
            if rule.usage == "R" and len(rule.codes) == 1
        )
        self.npi_at = _NPI_PLACES.get(segment, 0)
        self.alone = not self.relations and not self.npi_at  # the regular expression tells everything
        self.match: Callable[[str], Any] = self._first_match
        needed = next((at for at, rule in enumerate(self.rules) if not _is_there(rule)), len(self.rules))
        self._short = 1 + needed  # a match of these elements alone: all there, nothing else
        if any(self.related(["X"] * self._short, 0)):
            self._short = 0

    def _first_match(self, raw: str) -> Any:
        self.match = re.compile(self.pattern()).fullmatch
        return self.match(raw)

    def accepts(self, raw: str, elements: Sequence[str]) -> bool:
        """Whether nothing at all is to be said of a segment: the short way, which nearly all segments go."""
        return self.match(raw) is not None and self.holds(elements)

    def holds(self, elements: Sequence[str]) -> bool:
        """Whether nothing is to be said of the elements of a segment that matches."""
        if self.relations and len(elements) > self._short and not self._relations_hold(elements):
            return False
        at = self.npi_at
        return not at or at >= len(elements) or elements[at - 1] != "XX" or is_npi(elements[at])

    def _relations_hold(self, elements: Sequence[str]) -> bool:
        shape = tuple(map(bool, elements))
        known = self._shapes.get(shape)
        if known is None:
            known = not any(self.related(elements, 0))
            if len(self._shapes) < _SHAPES:
                self._shapes[shape] = known
        return known

    # Elements hold no separator, so that what was once taken never has to be given back: all repeats and options
    # are possessive, which spares the regular expression its way back.

    def pattern(self, captured: Container[Place] = (), literal: Mapping[Place, str] | None = None) -> str:
        """The regular expression of a segment in order, without what lies between elements. Elements and components
        that are `captured` become groups, from left to right; those that are `literal` have to be this code."""
        separator = re.escape(self.delimiters.element)
        needed = max((at for at, rule in enumerate(self.rules) if rule.usage == "R"), default=-1)
        tail = f"{separator}*+"
        for at in range(len(self.rules) - 1, -1, -1):
            pattern = separator + self._element(self.rules[at], at + 1, captured, literal or {})
            tail = f"{pattern}{tail}" if at <= needed else f"(?:{pattern}{tail})?+"
        return self.segment + tail

    def _element(self, rule: ElementRule, at: int, captured: Container[Place], literal: Mapping[Place, str]) -> str:
        if rule.usage == "N":
            return ""
        place = (at, 0)
        if place in literal:
            one = re.escape(literal[place])
        elif rule.components:
            one = self._composite(rule, at, captured, literal)
        elif rule.usage != "R" and rule.repeats == 1 and _may_be_cut(rule):
            one = f"{self._text}{{0,{rule.longest}}}+"
            return f"({one})" if place in captured else one
        else:
            one = self._value(rule)
        if rule.repeats > 1:
            one = f"{one}(?:{re.escape(self.delimiters.repetition)}{one}){{0,{rule.repeats - 1}}}+"
        one = one if rule.usage == "R" or place in literal else f"(?:{one})?+"
        return f"({one})" if place in captured else one

    def _composite(self, rule: ElementRule, at: int, captured: Container[Place], literal: Mapping[Place, str]) -> str:
        separator = re.escape(self.delimiters.component)
        needed = max((at for at, part in enumerate(rule.components) if part.usage == "R"), default=0)
        tail = ""
        for number in range(len(rule.components) - 1, -1, -1):
            part, place = rule.components[number], (at, number + 1)
            if part.usage == "N":
                value = ""
            elif place in literal:
                value = re.escape(literal[place])
            else:
                value = self._value(part) if part.usage == "R" else f"(?:{self._value(part)})?+"
            value = f"({value})" if place in captured else value
            value = value if number == 0 else separator + value
            tail = f"{value}{tail}" if number <= needed else f"(?:{value}{tail})?+"
        return tail

    def _value(self, rule: ElementRule) -> str:
        if rule.codes:
            return "(?:" + "|".join(re.escape(code) for code in sorted(rule.codes, key=len, reverse=True)) + ")"
        if rule.kind == "N":
            return rf"-?\d{{{rule.shortest},{rule.longest}}}+"
        if rule.kind == "R":
            return rf"-?(?:\d{{1,{rule.longest}}}+(?:\.\d{{0,4}}+)?+|\.\d{{1,4}}+)"
        if rule.kind == "DT":
            return _DATE
        if rule.kind == "TM":
            return _TIME
        return f"{self._text}{{{rule.shortest},{rule.longest}}}+"

    def related(self, elements: Sequence[str], position: int) -> Iterator[X12Error]:
        """Violated relations between elements."""
        count = len(elements)
        for relation in self.relations:
            present = [at < count and elements[at] != "" for at in relation.elements]
            broken = _broken(relation, present)
            if broken:
                yield self._error(broken, _says(relation), position, relation.elements[present.index(False)]
                                  if False in present else relation.elements[-1])

    def doubtful(self, elements: Sequence[str], position: int) -> Iterator[X12Error]:
        """A national provider identifier whose check digit is wrong: a warning, senders' test files are full of
        them."""
        at = self.npi_at
        if at and at < len(elements) and elements[at - 1] == "XX" and not is_npi(elements[at]):
            yield X12Error(code="npi-check-digit", message=f"{elements[at]!r} is no valid NPI", severity="warning",
                           snip=5, segment=self.segment, position=position, element=at, loop=self.loop,
                           value=elements[at])  # fmt: skip

    def diagnose(self, elements: Sequence[str], position: int) -> list[X12Error]:
        """Every violated rule of a segment that did not match, relations left out."""
        errors: list[X12Error] = []
        texts = list(elements[1:])
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > len(self.rules):
            errors.append(self._error("too-many-elements", f"has {len(texts)} elements, at most {len(self.rules)}",
                                      position, len(self.rules) + 1))
        for at, rule in enumerate(self.rules):
            text = texts[at] if at < len(texts) else ""
            self._diagnose_element(errors, rule, text, position, at + 1)
        return errors

    def _diagnose_element(self, errors: list[X12Error], rule: ElementRule, text: str, position: int, at: int) -> None:
        if not text:
            if rule.usage == "R":
                errors.append(self._error("element-missing", "is required", position, at))
            return
        if rule.usage == "N":
            errors.append(self._error("element-not-used", "is not used in this guide", position, at, value=text))
            return
        repetitions = text.split(self.delimiters.repetition) if rule.repeats > 1 else [text]
        if len(repetitions) > rule.repeats:
            errors.append(self._error("too-many-repetitions", f"repeats more than {rule.repeats} times", position, at))
        for one in repetitions:
            if not rule.components:
                errors += self._diagnose_value(rule, one, position, at, 0)
                continue
            pieces = one.split(self.delimiters.component)
            if len(pieces) > len(rule.components):
                errors.append(self._error("too-many-components", f"has {len(pieces)} components", position, at))
            for place, part in enumerate(rule.components):
                piece = pieces[place] if place < len(pieces) else ""
                if piece and part.usage == "N":
                    errors.append(self._error("element-not-used", "is not used in this guide", position, at,
                                              place + 1, piece))
                elif piece:
                    errors += self._diagnose_value(part, piece, position, at, place + 1)
                elif part.usage == "R":
                    errors.append(self._error("element-missing", "is required", position, at, place + 1))

    def _diagnose_value(
        self, rule: ElementRule, text: str, position: int, at: int, component: int
    ) -> Iterator[X12Error]:
        def error(code: str, message: str) -> X12Error:
            return self._error(code, message, position, at, component, text)

        length = len(text)
        if rule.kind in ("N", "R"):
            valid = text.lstrip("-").isdigit() and text.count("-") <= 1 if rule.kind == "N" else _NUMBER.match(text)
            if not valid or not text.isascii():
                yield error("element-character", f"is {text!r}, expected a number")
                return
            length = sum(char.isdigit() for char in text)
        elif any(char in self.delimiters.characters or not re.match(r"[ -~\xa0-\xff]", char) for char in text):
            yield error("element-character", f"{text!r} holds a character that may not stand in data")
            return
        if length < rule.shortest:
            yield error("element-too-short", f"{text!r} has {length} characters, at least {rule.shortest}")
        elif length > rule.longest:
            yield error("element-too-long", f"{text!r} has {length} characters, at most {rule.longest}")
        elif rule.codes and text not in rule.codes:
            known = ", ".join(sorted(rule.codes)) if len(rule.codes) <= 12 else f"{len(rule.codes)} codes"
            yield error("element-code", f"is {text!r}, expected one of {known}")
        elif rule.kind == "DT" and not _is_date(text):
            yield error("element-date", f"is {text!r}, no such date")
        elif rule.kind == "TM" and not re.fullmatch(_TIME, text):
            yield error("element-time", f"is {text!r}, no such time")

    def _error(
        self, code: str, message: str, position: int, element: int, component: int = 0, value: str = ""
    ) -> X12Error:
        snip = 2 if code in ("element-not-used", "element-code") else 1
        return X12Error(code=code, message=message, snip=snip, segment=self.segment, position=position,
                         element=element, component=component, loop=self.loop, value=value)


def is_npi(text: str) -> bool:
    """Ten digits, the first 1 or 2, with the check digit of ISO/IEC 7812 over 80840 and the number (45 CFR
    162.406)."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in text[-2::-2])
    return (24 + doubled + sum(int(digit) for digit in text[-1::-2])) % 10 == 0


def _is_there(rule: ElementRule) -> bool:
    """Whether an element that matches is never empty."""
    return rule.usage == "R" and (not rule.components or any(part.usage == "R" for part in rule.components))


def _may_be_cut(rule: ElementRule) -> bool:
    """Whether any shorter text will do as well, none included."""
    return rule.kind in ("AN", "ID") and rule.shortest <= 1 and not rule.codes


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True


def _characters(delimiters: Delimiters) -> str:
    """The class of the characters that may stand in data: printable Latin-1 but the four separators."""
    allowed = [char for char in map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]) if char not in
               delimiters.characters]  # fmt: skip
    ranges: list[list[str]] = []
    for char in allowed:
        if ranges and ord(char) == ord(ranges[-1][1]) + 1:
            ranges[-1][1] = char
        else:
            ranges.append([char, char])
    return "[" + "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in ranges) + "]"


def _broken(relation: Relation, present: list[bool]) -> str:
    kind = relation.kind
    if kind == "P" and any(present) and not all(present):
        return "element-condition"
    if kind == "R" and not any(present):
        return "element-condition"
    if kind == "C" and present[0] and not all(present[1:]):
        return "element-condition"
    if kind == "L" and present[0] and not any(present[1:]):
        return "element-condition"
    if kind == "E" and sum(present) > 1:
        return "element-exclusion"
    return ""


def _says(relation: Relation) -> str:
    numbers = ", ".join(f"{at:02d}" for at in relation.elements)
    return {
        "P": f"elements {numbers} go together or not at all",
        "R": f"one of the elements {numbers} is required",
        "C": f"element {relation.elements[0]:02d} requires {numbers[4:]}",
        "L": f"element {relation.elements[0]:02d} requires one of {numbers[4:]}",
        "E": f"of the elements {numbers} at most one is used",
    }[relation.kind]
