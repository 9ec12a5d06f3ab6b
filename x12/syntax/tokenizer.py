"""Bytes to segments: delimiters from the ISA, line ends and blanks between segments passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from x12.errors import X12Error
from x12.syntax.delimiters import Delimiters

ISA_LENGTH = 106
_CHUNK = 1 << 18
_BLANKS = "\r\n\t \x00\x1a"
_BOM = "\xef\xbb\xbf"
_LONGEST = 1 << 20


class Tokenizer:
    """Iterates over the segments of a stream as text, terminators cut.

    `delimiters` are those of the interchange the last segment belongs to. `errors` holds what is wrong with an
    ISA itself or lies outside of any interchange; a last segment without terminator sets `truncated`.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.delimiters: Delimiters | None = None
        self.errors: list[X12Error] = []
        self.truncated = False
        self._stream = stream
        self._text = ""
        self._ended = False
        self._care: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[str]]:
        """The segments in lists; all of a list belong to one interchange, and an ISA comes alone."""
        self._more()
        if self._text.startswith(_BOM):
            self._text = self._text[len(_BOM) :]
        while True:
            self._text = self._text.lstrip(_BLANKS)
            while not self._ended and len(self._text) < 3 * ISA_LENGTH:
                self._more()
                self._text = self._text.lstrip(_BLANKS)
            if not self._text:
                return
            if not self._text.startswith("ISA"):
                self._skip_garbage()
                continue
            header = self._header()
            if header is None:
                continue
            yield [header]
            yield from self._interchange()

    def _more(self) -> None:
        if not self._ended:
            data = self._stream.read(_CHUNK)
            self._ended = not data
            self._text += data.decode("latin-1")

    def _header(self) -> str | None:
        text = self._text
        separator = text[3:4]
        if not separator or separator.isalnum() or separator in _BLANKS[:3]:
            self._error("isa-separator", f"{separator!r} cannot separate elements")
            self._text = text[3:]
            return None
        if len(text) >= ISA_LENGTH and text[103] == separator and text[:ISA_LENGTH].count(separator) == 16:
            end = 104
        else:
            end = _seventeenth(text, separator)
            if end < 0:
                self._error("isa-truncated", "ISA ends before its sixteenth element")
                self._text = text[3:]
                return None
            self._error("isa-length", f"ISA has {end + 2} characters, expected {ISA_LENGTH}"
                        f"{': a line break within, is the file wrapped?' if chr(10) in text[:end] else ''}")
        component, terminator = text[end : end + 1], text[end + 1 : end + 2]
        elements = text[:end].split(separator)
        repetition = elements[11]
        if not terminator or terminator.isalnum() or terminator == component or len({
            separator, component, terminator}) < 3 or component.isalnum():
            self._error("isa-separator", f"separators {separator!r} {component!r} {terminator!r} are not distinct")
            self._text = text[3:]
            return None
        if len(repetition) != 1 or repetition.isalnum() or repetition in (separator, component, terminator):
            if repetition != "U":
                self._error("isa-repetition", f"ISA11 {repetition!r} cannot separate repetitions", element=11)
            repetition = next(char for char in "^!|\\" if char not in (separator, component, terminator))
        self.delimiters = Delimiters(
            element=separator, repetition=repetition, component=component, segment=terminator
        )
        header = text[: end + 1]
        self._text = text[end + 2 :]
        return header

    def _interchange(self) -> Iterator[list[str]]:
        """Segments up to and with IEA; stops before another ISA."""
        assert self.delimiters is not None
        terminator = self.delimiters.segment
        marks = [char for char in "\r\n\t\x00\x1a" if char != terminator]
        self._care = (*marks, f"{terminator} ", terminator * 2)
        while True:
            pieces = self._pieces(self._text, terminator)
            rest = pieces.pop()
            at = self._boundary(pieces) if "IEA" in self._text or "ISA" in self._text else None
            if at is not None:
                yield pieces[:at]
                self._text = terminator.join([*pieces[at:], rest])
                return
            yield pieces
            self._text = rest
            if self._ended:
                segment = rest.strip(_BLANKS)
                self._text = ""
                if segment:
                    self.truncated = True
                    yield [segment]
                return
            if len(rest) > _LONGEST:
                self._error("segment-endless", f"no {terminator!r} within {_LONGEST} characters", segment="")
                self._text = ""
            self._more()

    def _pieces(self, text: str, terminator: str) -> list[str]:
        """The text cut at its terminators; line ends and blanks around them taken off, the last piece as it is."""
        for end in ("\r\n", "\n"):
            if end[0] in text:  # the commonest answer is no, and far quicker than to look for both
                text = text.replace(terminator + end, terminator)
        if terminator not in _BLANKS:  # the line end behind an ISA: not for that every piece is to be looked at
            text = text.lstrip(_BLANKS)
        pieces = text.split(terminator)
        last = pieces[-1]
        if text[:1] not in _BLANKS and not any(mark in text for mark in self._care):
            return pieces
        pieces = [
            piece if piece[:1] not in _BLANKS and piece[-1:] not in "\r\n" else piece.lstrip(_BLANKS).rstrip("\r\n")
            for piece in pieces
        ]
        if terminator in "\r\n":  # an empty line is no segment
            pieces = [piece for piece in pieces if piece] + ([] if pieces[-1] else [""])
        pieces[-1] = last
        return pieces

    def _boundary(self, pieces: list[str]) -> int | None:
        """How many of these segments belong to the interchange: up to an IEA or before an ISA; None when all."""
        assert self.delimiters is not None
        another, trailer = f"ISA{self.delimiters.element}", f"IEA{self.delimiters.element}"
        for at, piece in enumerate(pieces):
            if piece[:1] == "I":
                if piece.startswith(trailer):
                    return at + 1
                if piece.startswith(another):
                    return at
        return None

    def _skip_garbage(self) -> None:
        """Leave out what stands where an ISA should, up to the next ISA or the end; said once."""
        start = self._text[:20]
        self._error("not-x12", f"expected an ISA, found {start!r}", segment="")
        while True:
            at = self._text.find("ISA", 1)
            if at >= 0:
                self._text = self._text[at:]
                return
            self._text = self._text[-2:]
            if self._ended:
                self._text = ""
                return
            self._more()

    def _error(self, code: str, message: str, *, segment: str = "ISA", element: int = 0) -> None:
        self.errors.append(
            X12Error(code=code, message=message, snip=1, segment=segment, position=1 if segment else 0,
                     element=element)
        )  # fmt: skip


def _seventeenth(text: str, separator: str) -> int:
    """Where ISA16 starts when the ISA is not padded as it should be; -1 when it is not there."""
    at = -1
    for _ in range(16):
        at = text.find(separator, at + 1, 3 * ISA_LENGTH)
        if at < 0:
            return -1
    return at + 1 if at + 2 < len(text) else -1
