"""Writes the loops of a transaction set from its objects, through the tables that read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from x12.engine.compiled import CompiledGuide, CompiledLoop, Target
from x12.errors import X12Error
from x12.syntax.element_check import SegmentCheck

_BASIC = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()*+,-./:;?="


class LoopWriter:
    """Collects the segments of one set (`segments`, without ST and SE) and what could not be written (`errors`)."""

    def __init__(self, guide: CompiledGuide) -> None:
        self.segments: list[str] = []
        self.errors: list[X12Error] = []
        self._guide = guide
        self._delimiters = guide.delimiters
        self._separator = guide.delimiters.element
        self._levels = 0
        self._lines = 0
        self._targets: list[Target] = []  # of each segment
        self._faulty: set[int] = set()  # positions of segments that are refused already

    def write(self, content: Any) -> None:
        """The whole set below ST."""
        self._loop(self._guide.root, content, "")
        self._keep_to_basic_characters()

    def _loop(self, loop: CompiledLoop, value: Any, parent: str) -> None:
        before = len(self.segments)
        level = parent
        for target, held in zip(loop.items, loop.fetch(value), strict=True):
            if not held and not target.insists:
                continue
            if loop.level and target.number == 0:
                level = self._level(loop, target, value, parent)
            elif target.loop is not None and (target.number or loop is self._guide.root):
                self._child(loop, target, value, held, level)
            elif target.segment == "LX" and target.number == 0 and not target.slot.into and loop.counts_lines:
                self._lines += 1
                self._emit(target, [str(self._lines)])
            else:
                self._slot(loop, target, held)
        if loop.is_claim_level:
            self._lines = 0
        if before == len(self.segments) and loop.items[0].slot.required:
            self._error("segment-missing", "is required", loop.items[0])

    def _child(self, loop: CompiledLoop, target: Target, value: Any, held: Any, level: str) -> None:
        assert target.loop is not None
        children = held if target.many else () if held is None else (held,)
        if not children and target.number in loop.required:
            self._error("loop-missing", f"loop {target.name} is required", target)
        if target.most and len(children) > target.most:
            self._error("loop-too-often", f"loop {target.name} comes {len(children)} times, at most {target.most}",
                        target)
        hoist = target.loop.hoist
        for child in children:
            if hoist:
                own = {name: getattr(child, name) for name in type(child).__slots__}
                child = SimpleNamespace(**{**own, **{name: getattr(value, name) for name in hoist}})
            self._loop(target.loop, child, level)

    def _level(self, loop: CompiledLoop, target: Target, value: Any, parent: str) -> str:
        self._levels += 1
        number = str(self._levels)
        below = any(getattr(value, item.into) for item in loop.items if item.loop is not None and item.loop.level)
        code = next(iter(target.codes[0]))
        elements = [number, parent, code, "1" if below else "0"]
        if target.check is not None and target.check.rules[3].usage == "N":
            elements.pop()
        self._emit(target, elements)
        return number

    def _slot(self, loop: CompiledLoop, target: Target, held: Any) -> None:
        values: Sequence[Any] = held if target.many else () if held is None else (held,)
        if target.keeps_raw:
            values = [one for one in values if one[:1] == (target.segment,)]
        written = 0
        if values:
            try:
                for elements in target.record.write(values, self._delimiters):
                    if target.shared and not self._mine(target, elements):
                        continue
                    written += self._emit(target, elements)
            except (ValueError, TypeError, AttributeError, IndexError) as problem:
                self._error("element-character", f"cannot be written: {problem}", target)
                return
        if not written and (target.slot.required or target.number in loop.required):
            self._error("segment-missing", f"{target.into or 'its fields'}: the segment is required", target)
        if target.most and written > target.most:
            self._error("segment-too-often", f"comes {written} times, at most {target.most}", target)

    def _mine(self, target: Target, elements: Sequence[str]) -> bool:
        codes = target.codes[0]
        return not codes or target.qualifier(["", *elements], self._delimiters.component) in codes

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
        self.segments.append(raw)
        self._targets.append(target)
        if raw.count(separator) != len(out):
            self._faulty.add(len(self.segments) + 1)
            at = next(at for at, text in enumerate(out) if separator in text)
            self._error("element-character", f"{out[at]!r} holds the separator {separator!r}", target, at + 1)
        elif check is None:
            if self._delimiters.segment in raw:
                self._error("element-character", "holds the segment terminator", target)
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
        joined = "".join(self.segments).encode("utf-8", "surrogatepass")
        own = "".join(self._delimiters.characters).encode()
        if not joined.translate(None, _BASIC + own):
            return
        outside = re.compile(f"[^{re.escape((_BASIC + own).decode())}]").search
        for position, (raw, target) in enumerate(zip(self.segments, self._targets, strict=True), 2):
            bad = outside(raw)
            if bad is None or bad.group() in target.slot.extra or position in self._faulty:
                continue
            at = raw.count(self._separator, 0, bad.start())
            self._error("element-character", f"{bad.group()!r} is outside of the basic character set", target, at,
                        position=position)
        self.errors.sort(key=lambda error: error.position)

    def _error(
        self, code: str, message: str, target: Target, element: int = 0, *, position: int | None = None
    ) -> None:
        self.errors.append(X12Error(code=code, message=message, snip=1, segment=target.segment, element=element,
                                    position=position or len(self.segments) + 1, loop=target.name))  # fmt: skip
