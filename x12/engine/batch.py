"""Segments at hand, as a list and as one text."""

from __future__ import annotations


class Batch:
    """Segments of one interchange. As `text`, each is followed by the terminator, so that a regular expression can go
    over many of them at once; `offset` says where one begins in it, for indexes that never go back."""

    __slots__ = ("_at", "_offset", "_text", "segments", "terminator")

    def __init__(self, segments: list[str], terminator: str) -> None:
        self.segments = segments
        self.terminator = terminator
        self._text = ""
        self._at = 0
        self._offset = 0

    @property
    def text(self) -> str:
        """All segments; joined when it is first asked."""
        if not self._text:
            self._text = self.terminator.join(self.segments) + self.terminator
        return self._text

    def offset(self, at: int) -> int:
        """Where the segment of this index begins in the text."""
        skipped = self.segments[self._at : at]
        self._offset += sum(map(len, skipped)) + len(skipped)
        self._at = at
        return self._offset

    def passed(self, at: int, offset: int) -> None:
        """The segment of this index begins here."""
        self._at, self._offset = at, offset
