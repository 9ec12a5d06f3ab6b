"""What a reader says of segments that stand wrong, and of loops that lack something."""

from __future__ import annotations

from collections.abc import Sequence

from x12.engine.compiled import CompiledGuide, Target
from x12.engine.frames import Frame
from x12.engine.routes import Move
from x12.errors import Severity, X12Error
from x12.syntax.dictionary import SEGMENTS
from x12.syntax.values import read_date


class Findings:
    """Collects the errors of one set; `position` is that of the segment being read."""

    def __init__(self, guide: CompiledGuide) -> None:
        self.errors: list[X12Error] = []
        self.position = 1
        self.batch: tuple[Sequence[str], int] = (), 0  # segments at hand, and what their index lacks to a position
        self._guide = guide

    def add(
        self,
        code: str,
        message: str,
        *,
        segment: str = "",
        position: int | None = None,
        element: int = 0,
        component: int = 0,
        loop: str = "",
        value: str = "",
        snip: int = 1,
        severity: Severity = "error",
    ) -> None:
        at = self.position if position is None else position
        self.errors.append(X12Error(code=code, message=message, severity=severity, snip=snip, segment=segment,
                                    position=at, element=element, component=component, loop=loop,
                                    value=value))  # fmt: skip

    def misplaced(self, frame: Frame, move: Move) -> None:
        """A segment behind its place, or one that may not come again."""
        target = move.target
        if target.rank < frame.rank:
            self.add("segment-order", f"{target.segment} stands too late in loop {frame.loop.name}",
                     segment=target.segment, loop=frame.loop.name, snip=2)  # fmt: skip
        if frame.seen & move.once & target.bit:
            self.too_often(target, 2)
        if frame.seen & move.once & ~target.bit:
            self._repeated(frame, target, move.code, frame.count((target.number, move.code)) + 1)

    def counted(self, frame: Frame, move: Move, raw: str) -> None:
        """One more segment of those that may come a number of times."""
        target = move.target
        if target.most > 1:
            count = frame.count(target.number)
            if count > target.most:
                self.too_often(target, count)
        if target.each:
            delimiters = self._guide.delimiters
            code = move.code or target.qualifier(raw.split(delimiters.element), delimiters.component)
            times = frame.count((target.number, code))
            if times > target.each:
                self._repeated(frame, target, code, times)

    def _repeated(self, frame: Frame, target: Target, code: str, times: int) -> None:
        self.add("segment-too-often", f"with {code} comes {times} times, at most {target.each}",
                 segment=target.segment, loop=frame.loop.name, snip=2)  # fmt: skip

    def too_often(self, target: Target, count: int) -> None:
        code = "loop-too-often" if target.loop is not None else "segment-too-often"
        self.add(code, f"comes {count} times, at most {target.most}", segment=target.segment, loop=target.name, snip=2)

    def unreadable(self, target: Target, elements: Sequence[str], problem: Exception) -> None:
        """Elements that look right and still say nothing: 31 February."""
        text = str(problem)
        at, part, value = _date_in_question(target.segment, elements, self._guide.delimiters.component)
        is_date = bool(part) or target.segment in ("DTP", "DTM")
        is_date = is_date or "day is out of range" in text or "month must be" in text
        what = "time" if target.segment == "DTP" and "TM" in elements[2:3] else "date"
        said = f"is {value!r}, no such {what}" if is_date and value else f"cannot be read: {text}"
        self.add(f"element-{what}" if is_date else "element-character", said, segment=target.segment, element=at,
                 component=part, loop=target.name, value=value)  # fmt: skip

    def lost(self, frame: Frame) -> None:
        """A loop that yields no object, unless something was said of it before."""
        if not any(error.severity == "error" for error in self.errors[frame.errors_before :]):
            missing = ", ".join(sorted(frame.loop.needs - frame.values.keys())) or "what it hangs from"
            self.add("loop-unreadable", f"loop {frame.loop.name} cannot be read, missing: {missing}",
                     segment=frame.loop.items[0].segment, position=frame.position, loop=frame.loop.name,
                     snip=2)  # fmt: skip

    def missing(self, frame: Frame) -> None:
        """Required items which did not come."""
        for target in frame.loop.required.values():
            if not frame.seen & target.bit:
                qualifiers = "|".join(sorted(target.codes[0])[:4])
                what = f"{target.segment}*{qualifiers}" if qualifiers and target.segment != "HL" else target.segment
                code = "loop-missing" if target.loop is not None else "segment-missing"
            elif target.must and not frame.seen & target.must_bit:
                what, code = f"{target.segment}*{'|'.join(target.must)}", "segment-missing"
            else:
                continue
            self.add(code, f"{what} is required in loop {target.name}", segment=target.segment, loop=target.name,
                     position=self._due(frame, target), snip=2)  # fmt: skip

    def _due(self, frame: Frame, missing: Target) -> int:
        """Where a missing segment should have stood: at the first one of its loop that comes after it, or where the
        loop ends."""
        segments, offset = self.batch
        separator, component = self._guide.delimiters.element, self._guide.delimiters.component
        for position in range(frame.position + 1, self.position):
            if 0 <= position - offset < len(segments):
                elements = segments[position - offset].split(separator)
                route = frame.loop.routes.get(elements[0])
                move = route.move(elements, component) if route is not None else None
                if move is not None and (move.up or move.target.rank > missing.rank):
                    return position
        return self.position

    def stranger(self, segment: str, loop: str) -> None:
        """A segment that no open loop has a place for."""
        if segment in self._guide.segments:
            self.unexpected(segment, loop)
            return
        if segment in SEGMENTS:
            code, message = "segment-not-used", "is not part of this transaction set"
        else:
            code, message = "segment-unknown", f"{segment[:10]!r} is no segment known here"
        self.add(code, message, segment=segment[:3], loop=loop, snip=1)

    def unexpected(self, segment: str, loop: str) -> None:
        """A segment of this set, but not of this place."""
        self.add("segment-unexpected", "may not stand here", segment=segment, loop=loop, snip=1)

    def level(self, frame: Frame, parent: Frame, number: int, named: str) -> None:
        """HL01 against the order of the levels, HL02 against the level it stands under."""
        if frame.hl != str(number):
            self.add("hl-number", f"is {frame.hl!r}, expected {number}", segment="HL", element=1,
                     loop=frame.loop.name, value=frame.hl)  # fmt: skip
        if named != parent.hl:
            self.add("hl-parent", f"names parent {named!r}, stands under {parent.hl!r}", segment="HL", element=2,
                     loop=frame.loop.name, value=named)  # fmt: skip

    def level_closed(self, frame: Frame) -> None:
        """HL04 against what came below the level; a level without any claim."""
        if frame.said in ("0", "1") and (frame.said == "1") != frame.children:
            self.add("hl-child", f"HL04 is {frame.said} but the level has "
                     f"{'' if frame.children else 'no '}subordinate level", segment="HL", element=4,
                     position=frame.position, loop=frame.loop.name, value=frame.said, severity="warning")  # fmt: skip

    def verified(self, frame: Frame) -> None:
        """Sums of the loop that do not hold (SNIP 3)."""
        segment = frame.loop.items[0].segment
        for code, message in frame.loop.verify(frame.values):
            self.add(code, message, segment=segment, position=frame.position, loop=frame.loop.name, snip=3)


def _date_in_question(segment: str, elements: Sequence[str], component: str) -> tuple[int, int, str]:
    """Element, component and text of the date that a segment holds; in HI the first that is none."""
    if segment == "HI":
        for at, text in enumerate(elements[1:], 1):
            parts = text.split(component)
            if parts[2:3] in (["D8"], ["RD8"]) and not _says_date(parts[2], parts[3] if len(parts) > 3 else ""):
                return at, 4, parts[3] if len(parts) > 3 else ""
    at = {"DTP": 3, "DTM": 2, "DMG": 2}.get(segment, 0)
    return at, 0, elements[at] if 0 < at < len(elements) else ""


def _says_date(form: str, text: str) -> bool:
    days = text.split("-")
    try:
        for day in days:
            read_date(day)
    except ValueError:
        return False
    return len(days) == (2 if form == "RD8" else 1)
