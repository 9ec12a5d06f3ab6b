"""What is wrong with an X12 file, said with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

_PRIVATE = {
    "DMG": (2,), "K3": (1,), "MSG": (1,), "N1": (2,), "N3": (1, 2), "N4": (1, 3), "NM1": (3, 4, 5, 6, 7, 9),
    "NTE": (2,), "PAT": (6,), "PER": (2, 4, 6, 8), "REF": (2, 3), "SBR": (3, 4),
}  # fmt: skip
"""Elements that may hold a name, an address, a birth date or a member's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class X12Error:
    """One finding in a file, or one value that cannot be written.

    `code` is one of the stable slugs in `x12.error_codes` (for example `element-missing`); `snip` is the
    WEDI SNIP type (1 syntax, 2 guide, 3 balancing, 4 situation, 5 code sets, 0 for the envelope).
    `position` is the ordinal of the segment within its transaction set (ST is 1); for the envelope, within the
    interchange (ISA is 1); 0 where there is no segment, as for a missing trailer of an empty file.
    `element` and `component` count from 1; 0 means the segment as a whole. `loop` is the guide's loop number.
    `message` may be logged: it never repeats what stands in an element that may name a person; `value` (which a 999
    echoes to the sender) does.
    """

    code: str
    message: str
    severity: Severity = "error"
    snip: int = 1
    segment: str = ""
    position: int = 0
    element: int = 0
    component: int = 0
    loop: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        if self.segment not in _PRIVATE or self.code == "npi-check-digit":
            return
        private = not self.element or self.element in _PRIVATE[self.segment]
        if private and "cannot be read: " in self.message:
            object.__setattr__(self, "message", "cannot be read")
        elif private and self.value and repr(self.value) in self.message:
            object.__setattr__(self, "message", self.message.replace(repr(self.value), "what stands here"))

    @property
    def place(self) -> str:
        """The element in the field's own notation, for example `CLM05-3`, or the segment's id."""
        if not self.element:
            return self.segment
        tail = f"-{self.component}" if self.component else ""
        return f"{self.segment}{self.element:02d}{tail}"

    def __str__(self) -> str:
        where = f"{self.place} at segment {self.position}" if self.position else self.place or "file"
        return f"{where}: {self.message} [{self.code}]"


class X12Invalid(Exception):
    """Data which is not valid X12, or cannot be written as such; `errors` holds every finding."""

    def __init__(self, errors: Iterable[X12Error]) -> None:
        self.errors: tuple[X12Error, ...] = tuple(errors)
        super().__init__("; ".join(str(error) for error in self.errors) or "invalid X12")
