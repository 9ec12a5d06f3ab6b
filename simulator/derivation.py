"""Choices that repeat: each is derived from its question alone, never drawn from a shared random stream."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def derived_number(*question: object) -> int:
    """A number below 2**64 that depends on the question and on nothing else."""
    text = "\x1f".join(str(part) for part in question)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def derived_between(low: int, high: int, *question: object) -> int:
    """A whole number from low to high, both included."""
    return low + derived_number(*question) % (high - low + 1)


def derived_choice(options: Sequence[T], *question: object) -> T:
    """One of the options."""
    return options[derived_number(*question) % len(options)]


def derived_chance(fraction: float, *question: object) -> bool:
    """True for about this fraction of all questions."""
    return derived_number(*question) % 1_000_000 < round(fraction * 1_000_000)


def claim_and_attempt(claim_control_number: str) -> tuple[str, str]:
    """The two parts of CLM01: ``120045-2`` is attempt 2 of claim 120045."""
    number, _, attempt = claim_control_number.partition("-")
    return number, attempt or "1"
