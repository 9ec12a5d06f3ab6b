"""Writes source that writes one slot of a loop: the quick way, and the long way where the quick one is not to be had.

The lines find the slot's value in `held`; they name `writer`, `segments`, `join`, `delimiters`, `FAULTS`, `good_npi`
and, with the slot's number behind, `T` (its Target) and `C` (its check).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from x12.engine.compiled import Target
from x12.engine.records import Fields
from x12.engine.text_code import NotQuick, SegmentText
from x12.engine.writing_check import WritingCheck, broken
from x12.syntax.delimiters import Delimiters


def block(head: str, lines: Iterable[str]) -> list[str]:
    """Lines below a head."""
    return [head, *(f"    {line}" for line in lines)]


class SlotCode:
    """The lines of one slot and the objects they name."""

    def __init__(self, target: Target, delimiters: Delimiters) -> None:
        self.names: dict[str, Any] = {f"T{target.number}": target}
        self._target = target
        self._delimiters = delimiters
        self._number = target.number
        slow = f"writer.slot(T{self._number}, held)"
        self._otherwise = [f"else: {slow}"] if target.insists else []
        self._except = block("except FAULTS:", [*(["del segments[mark:]"] if target.many else []), slow])
        try:
            if target.check is None or target.keeps_raw:
                raise NotQuick
            lines = self._several(target.check.fixed) if target.many else self._one(target.check.fixed)
        except NotQuick:
            lines = ["mark = len(segments)", slow]
        self.lines = [*block("if held:", lines), *self._otherwise] if target.into else lines

    def _one(self, fixed: tuple[tuple[int, str], ...]) -> list[str]:
        """A segment from the fields of an object."""
        target = self._target
        if not isinstance(target.record, Fields):
            raise NotQuick
        text = SegmentText(target.record, "held", self._number, self._delimiters, {at + 1: code for at, code in fixed})
        given = text.given
        attempt = [*block("try:", self._from_fields(text)), *self._except]
        if target.number == 0 and self._tells_itself(text):
            return attempt
        return [*block(f"if {given}:", attempt), *self._otherwise]

    def _several(self, fixed: tuple[tuple[int, str], ...]) -> list[str]:
        """A segment for each value, or as many as the record writes."""
        target, number = self._target, self._number
        codes, at, in_composite = target.codes
        if in_composite and (target.shared or target.each or target.must):
            raise NotQuick
        before, head, code = [], "for one in held:", f"out[{at - 1}]"
        if isinstance(target.record, Fields):
            text = SegmentText(target.record, "one", number, self._delimiters, {at + 1: code for at, code in fixed})
            code = text.elements[at - 1]
            body = self._from_fields(text)
        else:
            body = self._from_elements()
            if hasattr(target.record, "elements"):
                self.names[f"elements{number}"] = target.record.elements
                before = [f"out = elements{number}(one, delimiters)"]
            else:
                self.names[f"write{number}"] = target.record.write
                head = f"for out in write{number}(held, delimiters):"
        self.names |= {f"codes{number}": codes, f"must{number}": target.must}
        if target.shared and codes:
            before.append(f"if {code} not in codes{number}: continue")
        lines, after = [], []
        if target.must and not codes <= frozenset(target.must):
            lines.append("met = False")
            before.append(f"if {code} in must{number}: met = True")
            after.append("if not met: raise ValueError")
        elif target.insists:
            after.append("if len(segments) == mark: raise ValueError")
        if target.most:
            after.append(f"if len(segments) - mark > {target.most}: raise ValueError")
        if target.each:
            after.append(f"if len(segments) - mark > 1 and writer.repeats(T{number}, mark): raise ValueError")
        lines += [*block(head, [*before, *body]), *after]
        return ["mark = len(segments)", *block("try:", lines), *self._except]

    def _from_fields(self, text: SegmentText) -> list[str]:
        """The segment of one object; ValueError where it is not to be written as it stands."""
        target, separator = self._target, self._delimiters.element
        check = self._check()
        alone = check.alone
        tests = []
        try:
            tests += [broken(one, {at: text.name(at) for at in one.elements}) for one in check.relations]
            if check.npi_at:
                kind, number = text.name(check.npi_at - 1), text.name(check.npi_at)
                tests.append(f"{kind} == 'XX' and not good_npi({number})")
            alone = True
        except NotQuick:
            tests = []
        self.names |= text.names
        if not self._tells_itself(text):
            if text.literal:
                raise NotQuick
            tests.append(f"raw == {target.segment!r}")
        return [
            *text.lines,
            f"raw = join(({target.segment!r}, {text.joined()}))",
            f"if raw.count({separator!r}) != {len(text.elements)}: raise ValueError",
            f"raw = raw.rstrip({separator!r})",
            *(f"if {test}: raise ValueError" for test in tests),
            *self._written(alone=alone),
        ]

    def _from_elements(self) -> list[str]:
        """The segment of the elements in `out`."""
        separator = self._delimiters.element
        return [
            f"raw = join(({self._target.segment!r}, *out))",
            f"if raw.count({separator!r}) != len(out): raise ValueError",
            f"raw = raw.rstrip({separator!r})",
            *self._written(alone=self._check().alone),
        ]

    def _written(self, *, alone: bool) -> list[str]:
        check, parts = f"C{self._number}", f"raw.split({self._delimiters.element!r})"
        verdict = f"{check}.match(raw)" if alone else f"{check}.accepts(raw, {parts})"
        return [
            f"if not {verdict}:",
            "    raw = raw.upper()",
            f"    if not {check}.accepts(raw, {parts}): raise ValueError",
            "segments.append(raw)",
        ]

    def _check(self) -> WritingCheck:
        slot, name = self._target.slot, f"C{self._number}"
        if name not in self.names:
            self.names[name] = WritingCheck(slot.segment, slot.use, self._target.name, self._delimiters, slot.extra)
        check: WritingCheck = self.names[name]
        return check

    def _tells_itself(self, text: SegmentText) -> bool:
        """Whether a segment of an object without fields would fail its check."""
        rules = self._check().rules
        return any(rule.usage == "R" and text.told(at) for at, rule in enumerate(rules, 1))
