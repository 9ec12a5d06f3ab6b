"""Shapes of identifiers that are told apart by their form alone."""

from __future__ import annotations

import re

# CMS "Understanding the Medicare Beneficiary Identifier": letters exclude S, L, O, I, B, Z
_LETTER = "[AC-HJKMNP-RT-Y]"
_EITHER = "[0-9AC-HJKMNP-RT-Y]"
_MBI = re.compile(rf"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{{2}}[0-9]{{2}}")


def is_mbi(text: str) -> bool:
    """Whether this has the shape of a Medicare Beneficiary Identifier, written without dashes."""
    return _MBI.fullmatch(text) is not None
