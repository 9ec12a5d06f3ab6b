"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parse_duration(text: str) -> timedelta:
    """Read ``12h``, ``30d`` or ``6w``.

    Raises:
        ValueError: anything else, and nothing at all.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", text.strip().lower())
    if found is None:
        raise ValueError("write a length of time as 12h, 30d or 6w")
    return int(found[1]) * _UNITS[found[2]]
