"""Choices that repeat: each follows from its question alone, never from a shared random stream."""

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
