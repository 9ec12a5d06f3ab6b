"""Dollars as people and banks write them, to exact cents."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(?P<dollars>[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.(?P<cents>[0-9]{1,2}))?")


def cents_of(text: str) -> int:
    """``1,234.50``, ``$1234.5``, ``-12`` and ``(12.00)`` to cents; brackets and a minus mean money taken back.

    Raises:
        ValueError: it is no amount of dollars and cents.
    """
    plain = text.strip()
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1].strip()
    if plain[:1] in "+-" and not negative:
        negative, plain = plain[:1] == "-", plain[1:].strip()
    plain = plain.removeprefix("$").strip()
    if (found := _AMOUNT.fullmatch(plain)) is None:
        raise ValueError("must be dollars and cents, such as 1234.50")
    cents = int(found["dollars"].replace(",", "")) * 100 + int((found["cents"] or "").ljust(2, "0"))
    return -cents if negative else cents
