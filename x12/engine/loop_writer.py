"""Writes the loops of a transaction set from its objects, through the tables that read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from x12.engine.compiled import CompiledGuide, Target
from x12.engine.loop_code import FAULTS, written_root
from x12.engine.writing_check import BASIC, WritingCheck
from x12.errors import X12Error
from x12.syntax.element_check import SegmentCheck


class LoopWriter:
    """Collects the segments of one set (`segments`, without ST and SE) and what could not be written (`errors`).

    `levels` and `lines` are the last HL01 and LX01. The methods below `write` are for the functions that
    `loop_code` makes: they take what does not go the quick way.
    """

    def __init__(self, guide: CompiledGuide) -> None:
        self.segments: list[str] = []
        self.errors: list[X12Error] = []
        self.levels = 0
        self.lines = 0
        self._guide = guide
        self._delimiters = guide.delimiters
        self._separator = guide.delimiters.element
        self._checked: list[tuple[int, Target]] = []  # segments that came the long way, by their place
        self._faulty: set[int] = set()  # positions of segments that are refused already

    def write(self, content: Any) -> None:
        """The whole set below ST."""
        written_root(self._guide).write(self, self.segments, content, "")
        self._keep_to_basic_characters()

    def slot(self, target: Target, held: Any) -> None:
        """What a slot holds, element by element, with all that is wrong about it."""
        values: Sequence[Any] = held if target.many else () if held is None or held == () else (held,)
        if target.keeps_raw:
            values = [one for one in values if one[:1] == (target.segment,)]
        codes: Counter[str] = Counter()
        if values:
            try:
                for elements in target.record.write(values, self._delimiters):
                    code = target.qualifier(["", *elements], self._delimiters.component)
                    if target.shared and target.codes[0] and code not in target.codes[0]:
                        continue
                    codes[code] += self._emit(target, list(elements))
            except FAULTS as problem:
                self.error("element-character", f"cannot be written: {problem}", target)
                return
        self._count(target, codes)

    def _count(self, target: Target, codes: Counter[str]) -> None:
        written = codes.total()
        required = target.slot.required or bool(target.must)
        if not written and required:
            self.error("segment-missing", f"{target.into or 'its fields'}: the segment is required", target)
        elif target.must and not any(codes[code] for code in target.must):
            self.error("segment-missing", f"{target.into}: one with {' or '.join(target.must)} is required", target)
        if target.most and written > target.most:
            self.error("segment-too-often", f"comes {written} times, at most {target.most}", target)
        for code, times in codes.items() if target.each else ():
            if times > target.each:
                self.error("segment-too-often", f"with {code} comes {times} times, at most {target.each}", target)

    def passed(self, check: WritingCheck, raw: str, count: int) -> str:
        """A segment of so many elements as it may be written; ValueError where it may not."""
        if raw.count(self._separator) != count:
            raise ValueError(raw)
        raw = raw.rstrip(self._separator).upper()
        if not check.accepts(raw, raw.split(self._separator)):
            raise ValueError(raw)
        return raw

    def repeats(self, target: Target, mark: int) -> bool:
        """Whether more segments of one qualifier were written from `mark` on than its slot has place for."""
        separator, component = self._separator, self._delimiters.component
        codes = [target.qualifier(raw.split(separator), component) for raw in self.segments[mark:]]
        return len(set(codes)) < len(codes) and max(Counter(codes).values()) > target.each

    def place(self, targets: Sequence[Target], held: Sequence[Any]) -> None:
        """Refuse the values of a field that none of its slots takes."""
        for value in held:
            taken = False
            for target in targets:
                if target.keeps_raw:
                    taken = taken or value[:1] == (target.segment,)
                    continue
                try:
                    rows = list(target.record.write((value,), self._delimiters))
                except FAULTS:
                    return  # it was said of the slot
                code = target.qualifier(["", *rows[0]], self._delimiters.component) if rows else ""
                taken = taken or not rows or not target.codes[0] or code in target.codes[0]
            if not taken:
                target = targets[0]
                what = value[0] if target.keeps_raw and value else code
                at = 0 if target.keeps_raw else target.codes[1]
                self.error("element-code", f"{target.into}: there is no place for {what!r}", target, at)

    def homeless(self, target: Target, value: Any, names: Sequence[str]) -> None:
        """Refuse what stands in fields for which a loop has no segment."""
        for name in names:
            if getattr(value, name):
                self.error("segment-not-used", f"{name} has no place in loop {target.name}", target)

    def hoisted(self, target: Target, value: Any, child: Any) -> Any:
        """A child with the fields of its parent which are written in its loop."""
        assert target.loop is not None
        own = {name: getattr(child, name) for name in type(child).__slots__}
        return SimpleNamespace(**{**own, **{name: getattr(value, name) for name in target.loop.hoist}})

    def missing(self, target: Target) -> None:
        """A loop that has to come did not."""
        self.error("loop-missing", f"loop {target.name} is required", target)

    def too_often(self, target: Target, times: int) -> None:
        """A loop that comes more often than it may."""
        self.error("loop-too-often", f"loop {target.name} comes {times} times, at most {target.most}", target)

    def error(
        self, code: str, message: str, target: Target, element: int = 0, *, position: int | None = None
    ) -> None:
        """Refuse the set; the position is that of the next segment where none is given."""
        self.errors.append(X12Error(code=code, message=message, snip=1, segment=target.segment, element=element,
                                    position=position or len(self.segments) + 1, loop=target.name))  # fmt: skip

    def _emit(self, target: Target, out: list[str]) -> int:
        while out and not out[-1]:
            out.pop()
        if not out:
            return 0
        check = target.check
        if check is not None:
            for at, code in check.fixed:
                if at >= len(out):
                    out += [""] * (at + 1 - len(out))
                out[at] = out[at] or code
        separator = self._separator
        raw = f"{target.segment}{separator}{separator.join(out)}".upper()
        self._checked.append((len(self.segments), target))
        self.segments.append(raw)
        if raw.count(separator) != len(out):
            self._faulty.add(len(self.segments) + 1)
            at = next(at for at, text in enumerate(out) if separator in text)
            self.error("element-character", f"{out[at]!r} holds the separator {separator!r}", target, at + 1)
        elif check is None:
            if self._delimiters.segment in raw:
                self.error("element-character", "holds the segment terminator", target)
        elif not (check.match(raw) if check.alone else check.accepts(raw, raw.split(separator))):
            self._refuse(check, raw)
        return 1

    def _refuse(self, check: SegmentCheck, raw: str) -> None:
        parts, position = raw.split(self._separator), len(self.segments) + 1
        found = [] if check.match(raw) else check.diagnose(parts, position)
        found += check.related(parts, position)
        found += [replace(one, severity="error") for one in check.doubtful(parts, position)]
        self.errors += found
        if found:
            self._faulty.add(position)

    def _keep_to_basic_characters(self) -> None:
        """Everything outside of the basic set, separators apart, is an error where the slot does not allow it."""
        own = "".join(self._delimiters.characters)
        found = False
        for at, target in self._checked:
            raw, position = self.segments[at], at + 2
            bad = re.search(f"[^{re.escape(BASIC + own + target.slot.extra)}]", raw)
            if bad is not None and position not in self._faulty:
                element = raw.count(self._separator, 0, bad.start())
                self.error("element-character", f"{bad.group()!r} is outside of the basic character set", target,
                           element, position=position)  # fmt: skip
                found = True
        if found:
            self.errors.sort(key=lambda error: error.position)
