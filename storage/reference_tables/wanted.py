"""What claims ask of the tables: read for one claim or for a batch at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.claim.claim import ClaimContent

_SEVENTH = "A"
"""Where a diagnosis is not complete, the code with this seventh character tells so."""
_COMPLETE = 7


@dataclass(slots=True, kw_only=True)
class Wanted:
    """Codes and pairs on days."""

    first: date = date.max
    last: date = date.min
    codes: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)


def wanted_by(contents: Iterable[ClaimContent], until: date | None = None) -> Wanted:
    """Everything that the rules may ask about these claims; ``until`` is a later day such as a discharge."""
    wanted = Wanted()
    for content in contents:
        for code in content.diagnoses:
            wanted.codes.add(code)
            if len(code) < _COMPLETE:
                wanted.codes.add(code.ljust(_COMPLETE - 1, "X") + _SEVENTH)
        wanted.codes.add(content.place_of_service)
        procedures = {line.procedure for line in content.lines if line.procedure}
        wanted.procedures |= procedures
        wanted.pairs.update((one, other) for one in procedures for other in procedures if one != other)
        for line in content.lines:
            wanted.codes.update(line.modifiers)
            wanted.codes.add(line.place_of_service)
            wanted.first, wanted.last = min(wanted.first, line.service_from), max(wanted.last, line.service_from)
    if until is not None:
        wanted.last = max(wanted.last, until)
    wanted.codes |= wanted.procedures
    wanted.codes.discard("")
    return wanted
