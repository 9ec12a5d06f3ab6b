"""Which files a person means: those named, and the X12 files of the folders named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_LOOK = 64


def x12_files(places: Iterable[Path]) -> list[Path]:
    """Files as named, and of folders those that begin with ISA, each once, folders in order of name."""
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            found.update((file, None) for file in sorted(place.rglob("*")) if file.is_file() and _begins_x12(file))
        else:
            found[place] = None
    return list(found)


def _begins_x12(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(_LOOK).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISA")
