"""Corrections that come on paper: FIELD = value, applied to the claim the payer has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from simulator.claim import SubmittedClaim, SubmittedLine


def _codes(value: str) -> tuple[str, ...]:
    return tuple(part.replace(".", "").upper() for part in re.split(r"[,\s]+", value) if part)


def _pointers(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _codes(value))


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


_CLAIM_FIELDS: dict[str, Callable[[SubmittedClaim, str], SubmittedClaim]] = {
    "authorization_number": lambda claim, value: replace(claim, authorization_number=value),
    "referral_number": lambda claim, value: replace(claim, referral_number=value),
    "diagnoses": lambda claim, value: replace(claim, diagnoses=_codes(value)),
    "place_of_service": lambda claim, value: replace(claim, place_of_service=value),
    "onset_date": lambda claim, value: replace(claim, onset_date=_day(value)),
    "member_id": lambda claim, value: replace(claim, member_id=value),
    "referring.npi": lambda claim, value: replace(claim, has_referring_provider=bool(value)),
    "rendering.npi": lambda claim, value: replace(claim, rendering_npi=value),
}

_LINE_FIELDS: dict[str, Callable[[SubmittedLine, str], SubmittedLine]] = {
    "procedure": lambda line, value: replace(line, procedure=value.upper()),
    "modifiers": lambda line, value: replace(line, modifiers=_codes(value)),
    "diagnosis_pointers": lambda line, value: replace(line, diagnosis_pointers=_pointers(value)),
    "charge_cents": lambda line, value: replace(line, charge_cents=int(value)),
    "units": lambda line, value: replace(line, quantity=Decimal(value)),
    "service_from": lambda line, value: replace(line, service_from=date.fromisoformat(value)),
}


def corrected(claim: SubmittedClaim, corrections: Mapping[str, str]) -> SubmittedClaim:
    """The claim with the corrections of a reopening request applied; `lines.N.FIELD` counts lines from 1.

    A field the payer decides nothing by (a name, a group number) changes nothing.

    Raises:
        ValueError: a value does not have its field's shape; the message names the field.
    """
    for field, value in corrections.items():
        try:
            claim = _with_field(claim, field, value.strip())
        except (ValueError, ArithmeticError) as unreadable:
            raise ValueError(f"correction of {field} cannot be read") from unreadable
    return replace(claim, charge_cents=sum(line.charge_cents for line in claim.lines))


def _with_field(claim: SubmittedClaim, field: str, value: str) -> SubmittedClaim:
    if not field.startswith("lines."):
        change = _CLAIM_FIELDS.get(field.removeprefix("coverage."))
        return change(claim, value) if change is not None else claim
    _, number, name = (*field.split(".", 2), "", "")[:3]
    change_line = _LINE_FIELDS.get(name)
    if change_line is None:
        return claim
    lines = (change_line(line, value) if str(line.number) == number else line for line in claim.lines)
    return replace(claim, lines=tuple(lines))
