"""Values by the text that they were read from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MOST = 2048


class Remembered(dict[str, Any]):
    """A dictionary that reads what it does not hold; it starts anew when it is full, for texts come from outside."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) >= _MOST:
            self.clear()
        self[text] = value
        return value
