"""Corrections of a claim's lines: ``lines.N.FIELD``; a line more, a line less.

A line keeps its number as long as the claim lives: payers echo it (REF*6R), and what they decided stands under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from domain.claim.claim import ClaimContent, ServiceLine
from domain.claim.correction_values import (
    CorrectionRefused,
    read_cents,
    read_code,
    read_date,
    read_modifiers,
    read_place_or_none,
    read_pointers,
    read_revenue_code,
    read_units,
)

LINES = "lines"
"""Head of these fields' names."""
REMOVE = "remove"
"""The one attribute that is none of the line's own."""
LINE_FIELDS = {
    "procedure": "CPT or HCPCS code; with a charge, of the next number, it is a new line",
    "modifiers": "up to four modifiers separated by commas; empty removes them",
    "units": "a positive number",
    "charge_cents": "charge in cents",
    "diagnosis_pointers": "up to four positions in the list of diagnoses, separated by commas",
    "service_from": "date as YYYY-MM-DD",
    "place_of_service": "two-digit place of service code; empty takes the claim's",
    "revenue_code": "four-digit revenue code, on an institutional claim",
    REMOVE: "yes takes the line off the claim; the others keep their numbers",
}

_READ: dict[str, Callable[[str, str], object]] = {
    "procedure": read_code,
    "modifiers": read_modifiers,
    "units": read_units,
    "charge_cents": read_cents,
    "diagnosis_pointers": read_pointers,
    "service_from": read_date,
    "place_of_service": read_place_or_none,
    "revenue_code": read_revenue_code,
}
LINE_VALUES = tuple(_READ)
"""What a line itself says, in the grammar's order."""


def with_line(content: ClaimContent, name: str, number: int, attribute: str, value: str) -> ClaimContent:
    """The content with one field of a line set; the number after the last one begins a new line.

    Raises:
        CorrectionRefused: there is no such line, or the value has the wrong shape.
    """
    known = [line.number for line in content.lines]
    if attribute == REMOVE:
        return _without(content, name, number, value)
    if number == max(known) + 1:
        new = ServiceLine(number=number, procedure="", charge_cents=0, service_from=content.first_service)
        content = replace(content, lines=(*content.lines, new))
    elif number not in known:
        numbers = ", ".join(map(str, known))
        raise CorrectionRefused(
            name, f"the claim has no line {number}; it has {numbers}, and a new one would be {max(known) + 1}"
        )
    lines = tuple(
        _changed(line, name, attribute, value) if line.number == number else line for line in content.lines
    )
    return replace(content, lines=lines)


def check_new_lines(before: ClaimContent, named: Iterable[str]) -> None:
    """A new line says what was done and what it costs.

    Raises:
        CorrectionRefused: one of the two is not named.
    """
    names = set(named)
    known = {line.number for line in before.lines}
    new = {int(name.split(".")[1]) for name in names if name.startswith(f"{LINES}.")} - known
    wanted = ("procedure", "charge_cents") if before.institution is None else ("revenue_code", "charge_cents")
    for number in sorted(new):
        for attribute in wanted:
            if f"{LINES}.{number}.{attribute}" not in names:
                raise CorrectionRefused(
                    f"{LINES}.{number}.{attribute}",
                    f"line {number} would be new: set {' and '.join(f'{LINES}.{number}.{one}' for one in wanted)}",
                )


def _without(content: ClaimContent, name: str, number: int, value: str) -> ClaimContent:
    if value.lower() != "yes":
        raise CorrectionRefused(name, "yes takes the line off; leave the field out to keep it")
    left = tuple(line for line in content.lines if line.number != number)
    if len(left) == len(content.lines):
        raise CorrectionRefused(name, f"the claim has no line {number}")
    if not left:
        raise CorrectionRefused(name, "it is the only line: order void, and the claim is withdrawn")
    return replace(content, lines=left)


def _changed(line: ServiceLine, name: str, attribute: str, value: str) -> ServiceLine:
    change: dict[str, Any] = {attribute: _READ[attribute](name, value)}
    changed = replace(line, **change)
    if attribute == "service_from":
        changed = replace(changed, dated=True)
    if attribute == "service_from" and line.service_to is not None:
        if line.service_to == line.service_from:
            return replace(changed, service_to=changed.service_from)
        if line.service_to < changed.service_from:
            raise CorrectionRefused(name, "the service would begin after it ended; correct the date")
    return changed
