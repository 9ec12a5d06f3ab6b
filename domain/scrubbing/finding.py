"""What a rule says about a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the claim in the house; a warning only tells; a note tells what could not be checked."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: where, what, and what to do. It repeats no protected value."""

    rule: str
    severity: Severity
    place: str
    """Loop and element of the 837, such as ``2400/SV107``."""
    message: str
    remedy: str
    line: int | None = None
    """Number of the service line; None for the whole claim."""


def error(rule: str, place: str, message: str, remedy: str, line: int | None = None) -> Finding:
    """A finding that keeps the claim in the house."""
    return Finding(rule=rule, severity=Severity.ERROR, place=place, message=message, remedy=remedy, line=line)


def warning(rule: str, place: str, message: str, remedy: str, line: int | None = None) -> Finding:
    """A finding that only tells."""
    return Finding(rule=rule, severity=Severity.WARNING, place=place, message=message, remedy=remedy, line=line)
