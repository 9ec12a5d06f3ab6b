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
    """The `lines` for a slot that holds something, those `otherwise`, and the objects they name."""

    def __init__(self, target: Target, delimiters: Delimiters) -> None:
        self.names: dict[str, Any] = {f"T{target.number}": target}
        self._target = target
        self._delimiters = delimiters
        self._separator = delimiters.element
        self._number = target.number
        slow = f"writer.slot(T{self._number}, held)"
        nothing = f"value.{target.into}" if target.into else "value"
        self.otherwise = [f"else: writer.slot(T{self._number}, {nothing})"] if target.insists else []
        self._except = block("except FAULTS:", [*(["del segments[mark:]"] if target.many else []), slow])
        try:
            if target.check is None or target.keeps_raw:
                raise NotQuick
            lines = self._several(target.check.fixed) if target.many else self._one(target.check.fixed)
        except NotQuick:
            lines = [*(["mark = len(segments)"] if target.many else []), slow]
        self.lines = lines

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
        return [*block(f"if {given}:", attempt), *self.otherwise]

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
        target, check = self._target, self._check()
        check.width = len(text.elements)
        try:
            tests = [broken(one, {at: text.name(at) for at in one.elements}) for one in check.relations]
            if check.npi_at:
                kind, number = text.name(check.npi_at - 1), text.name(check.npi_at)
                tests.append(f"{kind} == 'XX' and not good_npi({number})")
        except NotQuick:
            tests = ["True"]  # the check alone can tell
        self.names |= text.names
        if not self._tells_itself(text):
            if text.literal:
                raise NotQuick
            tests.append(f"raw.strip({self._separator!r}) == {target.segment!r}")
        bad = [f"not C{self._number}.whole(raw)", *(f"({test})" for test in tests)]
        last = check.rules[check.width - 1] if check.width <= len(check.rules) else None
        return [
            *text.lines,
            f"raw = join(({target.segment!r}, {text.joined()}))",
            *self._written(bad, check.width, cut=last is None or last.usage != "R"),
        ]

    def _from_elements(self) -> list[str]:
        """The segment of the elements in `out`."""
        check = self._check()
        bad = [f"raw.count({self._separator!r}) != len(out)", f"not C{self._number}.match(raw)"]
        if not check.alone:
            bad.append(f"len(out) > {check.free}" if not check.npi_at else "True")
        return [f"raw = join(({self._target.segment!r}, *out))", *self._written(bad, "len(out)", cut=True)]

    def _written(self, bad: list[str], count: int | str, *, cut: bool) -> list[str]:
        """Let a segment pass, without the separators at its end, or look at it once more."""
        lines = block(f"if {' or '.join(bad)}:", [f"raw = writer.passed(C{self._number}, raw, {count})"])
        if cut:
            lines += [f"elif raw[-1] == {self._separator!r}:", f"    raw = raw.rstrip({self._separator!r})"]
        return [*lines, "segments.append(raw)"]

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
