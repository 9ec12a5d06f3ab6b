"""What is known of a claim beside the payer's codes, where it changes what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ClaimType(StrEnum):
    """837P or 837I: Medicare Part A takes adjustment claims, Part B does not."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


class Network(StrEnum):
    """Whether the provider has a contract with the payer."""

    IN = "in"
    OUT = "out"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The claim as the table of denial rules sees it."""

    claim_type: ClaimType = ClaimType.PROFESSIONAL
    network: Network = Network.UNKNOWN
    payer_code: str = ""
    """The payer's own code: rows that an operator wrote for it come first."""
    on: date | None = None
    """The day of the decision; None reads the rows without an end."""
