"""Values of a correction, from text into the types of a claim; a refusal never repeats the value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from domain.coverage.coverage import MEDICARE_SECONDARY_TYPES


class CorrectionRefused(ValueError):
    """A change does not fit. ``field`` and ``why`` never repeat the value: it may be protected data."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def read_text(_name: str, value: str) -> str:
    return value


def read_required(name: str, value: str) -> str:
    if not value:
        raise CorrectionRefused(name, "the value is empty; give one")
    return value


def read_code(name: str, value: str) -> str:
    return read_required(name, value).upper()


def read_npi(name: str, value: str) -> str:
    if len(value) != 10 or not value.isascii() or not value.isdigit():
        raise CorrectionRefused(name, "an NPI has ten digits")
    return value


def read_nine_digits(name: str, value: str) -> str:
    if len(value) != 9 or not value.isascii() or not value.isdigit():
        raise CorrectionRefused(name, "nine digits, without a dash")
    return value


def read_sex(name: str, value: str) -> str:
    if value.upper() not in ("F", "M", "U"):
        raise CorrectionRefused(name, "use F, M or U")
    return value.upper()


def read_insurance_type(name: str, value: str) -> str:
    if value and value not in MEDICARE_SECONDARY_TYPES:
        raise CorrectionRefused(name, f"use one of {', '.join(sorted(MEDICARE_SECONDARY_TYPES))}, or nothing")
    return value


def read_date(name: str, value: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise CorrectionRefused(name, "write the date as YYYY-MM-DD")


def read_date_or_none(name: str, value: str) -> date | None:
    return read_date(name, value) if value else None


def read_cents(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", value):
        raise CorrectionRefused(name, "write whole cents, digits only: 12550 for $125.50")
    return int(value)


def read_units(name: str, value: str) -> Decimal:
    try:
        units = Decimal(value)
    except InvalidOperation:
        units = Decimal(0)
    if not units.is_finite() or units <= 0:
        raise CorrectionRefused(name, "units are a positive number")
    return units


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in value.split(",") if part.strip())


def read_diagnoses(name: str, value: str, most: int = 12) -> tuple[str, ...]:
    codes = tuple(code.replace(".", "") for code in _list(value))
    if not 1 <= len(codes) <= most:
        words = "twelve" if most == 12 else str(most)
        raise CorrectionRefused(name, f"give one to {words} codes separated by commas, the principal first")
    return codes


def read_modifiers(name: str, value: str) -> tuple[str, ...]:
    modifiers = _list(value)
    if len(modifiers) > 4:
        raise CorrectionRefused(name, "a line takes at most four modifiers")
    return modifiers


def read_pointers(name: str, value: str) -> tuple[int, ...]:
    parts = _list(value)
    if not 1 <= len(parts) <= 4 or not all(re.fullmatch(r"[1-9]|1[0-2]", part) for part in parts):
        raise CorrectionRefused(name, "give one to four positions from 1 to 12, separated by commas")
    return tuple(int(part) for part in parts)


def read_icd_version(name: str, value: str) -> int:
    if value not in ("9", "10"):
        raise CorrectionRefused(name, "use 9 or 10")
    return int(value)


def read_place(name: str, value: str) -> str:
    if not re.fullmatch(r"[0-9]{2}", value):
        raise CorrectionRefused(name, "a place of service has two digits")
    return value


def read_place_or_none(name: str, value: str) -> str:
    return read_place(name, value) if value else ""


def read_revenue_code(name: str, value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise CorrectionRefused(name, "a revenue code has four digits")
    return value
