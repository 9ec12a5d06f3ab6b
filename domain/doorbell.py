"""Doorbells: what a transaction tells the workflow that must look at its rows.

A message carries a row reference and a small outcome; the row is the truth. One dispatcher
starts and signals workflows from the messages, in order for each workflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Recipient(StrEnum):
    """Which workflow a message is for."""

    CLAIM = "claim"
    ACCOUNT = "account"
    CASE = "case"
    APPEAL = "appeal"
    BATCH = "batch"
    FILE = "file"


class MessageKind(StrEnum):
    """What happened. ``OPEN`` only ensures that the workflow runs."""

    OPEN = "open"
    REJECTED = "rejected"
    STATUS_REPORTED = "status_reported"
    REMITTED = "remitted"
    PATIENT_SETTLED = "patient_settled"
    LETTER = "letter"
    BALANCE_CHANGED = "balance_changed"
    PAYMENT_RECEIVED = "payment_received"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorbell:
    """One message to one workflow."""

    recipient: Recipient
    number: str
    """Claim, account, case or batch number, or the file's hash."""
    kind: MessageKind
    reference: str = ""
    """Id of the row to read."""
    outcome: str = ""
    """A code, never protected data."""
    business_at: datetime
