"""Attempts of a claim at a payer: how they are named, and which kind comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CONTROL_NUMBER_LIMIT = 20
"""CLM01 in use has at most twenty characters (837P TR3, loop 2300)."""


class AttemptState(StrEnum):
    """What happened to one attempt so far."""

    READY = "ready"
    BATCHED = "batched"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (AttemptState.READY, AttemptState.BATCHED, AttemptState.SENT, AttemptState.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAttempt:
    """Frequency and payer's number of the attempt to send next."""

    frequency: str
    original_reference: str = ""


def claim_control_number(claim_number: int, attempt: int) -> str:
    """CLM01 of an attempt: ``<claim number>-<attempt>``.

    Raises:
        ValueError: longer than twenty characters.
    """
    value = f"{claim_number}-{attempt}"
    if len(value) > CONTROL_NUMBER_LIMIT:
        raise ValueError(f"claim control number {value} is longer than {CONTROL_NUMBER_LIMIT} characters")
    return value


def parse_claim_control_number(value: str) -> tuple[int, int | None] | None:
    """Claim number and attempt that an echoed CLM01 names, or None when it is not ours.

    Payers cut or drop the suffix: the attempt is then None.
    """
    number, _, attempt = value.strip().partition("-")
    if not (number.isascii() and number.isdigit()):
        return None
    return int(number), int(attempt) if attempt.isascii() and attempt.isdigit() else None
