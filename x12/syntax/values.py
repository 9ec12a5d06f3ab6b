"""Element text to values and back: money, numbers, dates, times."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

_DATES: dict[str, date] = {}
_DECIMALS: dict[str, Decimal] = {}
_AMOUNT = re.compile(r"(-?)(?=[0-9.]*[0-9])([0-9]*)\.?([0-9]{0,2})0*$")


@dataclass(frozen=True, slots=True)
class Codec:
    """How one element's text becomes a value (ValueError when it cannot) and how the value is written."""

    read: Callable[[str], Any] | None
    write: Callable[[Any], str]


def read_date(text: str) -> date:
    """CCYYMMDD; ValueError for a day that does not exist."""
    known = _DATES.get(text)
    if known is None:
        if len(text) != 8 or not text.isdigit():
            raise ValueError(f"{text!r} is not CCYYMMDD")
        known = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if len(_DATES) > 20_000:
            _DATES.clear()
        _DATES[text] = known
    return known


@lru_cache(4096)
def write_date(value: date) -> str:
    """CCYYMMDD."""
    return f"{value.year:04}{value.month:02}{value.day:02}"


def read_time(text: str) -> time:
    """HHMM, HHMMSS or HHMMSSD(D)."""
    if len(text) not in (4, 6, 7, 8) or not text.isdigit():
        raise ValueError(f"{text!r} is not HHMM or HHMMSS")
    micro = int(text[6:].ljust(2, "0")) * 10_000 if len(text) > 6 else 0
    return time(int(text[:2]), int(text[2:4]), int(text[4:6] or "0"), micro)


def write_time(value: time) -> str:
    """HHMM, or HHMMSS when there are seconds, or HHMMSSDD."""
    text = f"{value.hour:02}{value.minute:02}"
    if value.microsecond:
        return f"{text}{value.second:02}{value.microsecond // 10_000:02}"
    return f"{text}{value.second:02}" if value.second else text


def read_money(text: str) -> int:
    """Cents of a decimal amount; ValueError when it has fractions of a cent."""
    if text[-3:-2] == "." and (digits := text[:-3] + text[-2:]).isdigit() and digits.isascii():
        return int(digits)
    whole, _, fraction = text.partition(".")
    if whole.isdigit() and text.isascii() and len(fraction) < 3 and (fraction.isdigit() or not fraction):
        return int(whole + fraction.ljust(2, "0"))
    match = _AMOUNT.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not an amount in whole cents")
    sign, whole, fraction = match.groups()
    cents = int(whole or "0") * 100 + int(fraction.ljust(2, "0")[:2])
    return -cents if sign else cents


@lru_cache(8192, typed=True)
def write_money(cents: int) -> str:
    """Shortest decimal: 12500 is `125`, 12550 is `125.5`, 5 is `.05`."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest:02}".rstrip("0")


def read_decimal(text: str) -> Decimal:
    """An R element."""
    known = _DECIMALS.get(text)
    if known is None:
        if text.strip("-.0123456789"):
            raise ValueError(f"{text!r} is not a number")
        known = Decimal(text)
        if len(_DECIMALS) > 4096:
            _DECIMALS.clear()
        _DECIMALS[text] = known
    return known


def write_decimal(value: Decimal | int) -> str:
    """Plain notation, never an exponent."""
    text = str(value)
    return text if "E" not in text else f"{Decimal(value):f}"


def read_integer(text: str) -> int:
    """An N0 element."""
    return int(text)


def _write_text(value: str) -> str:
    return value


TEXT = Codec(None, _write_text)
MONEY = Codec(read_money, write_money)
DECIMAL = Codec(read_decimal, write_decimal)
INTEGER = Codec(read_integer, str)
DATE = Codec(read_date, write_date)
TIME = Codec(read_time, write_time)

CODECS: dict[str, Codec] = {
    "text": TEXT,
    "money": MONEY,
    "decimal": DECIMAL,
    "integer": INTEGER,
    "date": DATE,
    "time": TIME,
}
