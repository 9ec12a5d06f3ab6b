"""Cards: only the gateway's token crosses our house; what looks like a card's number is refused at the door."""

from __future__ import annotations


class CardNumberGiven(ValueError):
    """Somebody gave a card's number where a token belongs; the text does not repeat it."""


def require_token(token: str) -> str:
    """Accept a gateway's token.

    Raises:
        CardNumberGiven: it has the digits and the check digit of a card's number (ISO/IEC 7812-1).
        ValueError: it is empty.
    """
    text = token.strip()
    if not text:
        raise ValueError("a card is charged by the token that the gateway gave for it")
    digits = "".join(mark for mark in text if mark not in " -")
    if digits.isdigit() and 12 <= len(digits) <= 19 and _luhn(digits):
        raise CardNumberGiven("this looks like a card's number: give the gateway's token, never the number")
    return text


def _luhn(digits: str) -> bool:
    total = 0
    for place, mark in enumerate(reversed(digits)):
        value = int(mark) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
