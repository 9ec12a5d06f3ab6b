"""What a PLB reference (PLB03-2) may name.

Payers write it in layouts of their own: our claim number, theirs, or both with a date of service between them
(``WO:PTACCT#CCYYMMDD CLAIM#``). A link is made only where a part of it is, letter for letter, one of our claim
control numbers or a number that the payer gave one of our claims.
"""

from __future__ import annotations

import re

_PARTS = re.compile(r"[^A-Z0-9-]+")
_DATED = re.compile(r"^(.+?)((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$")
_DATE = re.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
_SHORTEST = 5
"""Shorter parts are codes and years, not claims."""


def possible_numbers(reference: str) -> tuple[str, ...]:
    """The parts of a reference that may be a claim's number, the whole first."""
    whole = reference.strip().upper()
    found = [whole]
    for part in _PARTS.split(whole):
        found.append(part)
        if dated := _DATED.match(part):
            found.append(dated.group(1).rstrip("-"))
    return tuple(dict.fromkeys(part for part in found if len(part) >= _SHORTEST and not _DATE.match(part)))
