"""Check digits and shapes of identifiers of the trade."""

from __future__ import annotations

import re

# CMS "Understanding the Medicare Beneficiary Identifier": letters exclude S, L, O, I, B, Z.
_LETTER = "[AC-HJKMNP-RT-Y]"
_ALNUM = "[0-9AC-HJKMNP-RT-Y]"
_MBI = re.compile(rf"[1-9]{_LETTER}{_ALNUM}\d{_LETTER}{_ALNUM}\d{_LETTER}{{2}}\d{{2}}")


def npi_is_valid(npi: str) -> bool:
    """Whether ``npi`` has ten digits, begins with 1 or 2, and its Luhn digit holds over 80840 + NPI.

    Source: 45 CFR 162.406; CMS NPI check digit requirement.
    """
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit() or npi[0] not in "12":
        return False
    total = 0
    for place, digit in enumerate(reversed("80840" + npi)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mbi_is_valid(member_id: str) -> bool:
    """Whether ``member_id`` has the shape of a Medicare Beneficiary Identifier (no dashes)."""
    return _MBI.fullmatch(member_id) is not None
