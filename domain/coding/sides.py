"""The side that a diagnosis names, from the words of its table."""

from __future__ import annotations

import re
from collections.abc import Collection

_RIGHT, _LEFT, _BOTH = (re.compile(rf"\b{word}\b") for word in ("right", "left", "bilateral"))


def side_of(description: str, known: Collection[str]) -> str:
    """``R``, ``L``, ``B``, ``U`` where a sibling names a side and this one leaves it open, else empty.

    ``known`` are descriptions in small letters, among which a sibling with a side is looked for.
    """
    words = description.lower()
    right, left = bool(_RIGHT.search(words)), bool(_LEFT.search(words))
    if _BOTH.search(words) or (right and left):
        return "B"
    if right or left:
        return "R" if right else "L"
    if "unspecified" not in words:
        return ""
    parts = words.split("unspecified")
    for place in range(1, len(parts)):
        if "unspecified".join(parts[:place]) + "right" + "unspecified".join(parts[place:]) in known:
            return "U"
    return ""
