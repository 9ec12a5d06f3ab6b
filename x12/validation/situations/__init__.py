"""The rules that guides state in words, by what they look at."""

from __future__ import annotations

from x12.validation.situations import (
    claim_facts,
    claim_lines,
    claim_parties,
    eligibility,
    institutional,
    other_payers,
    remittance,
    status,
)

__all__ = [
    "claim_facts",
    "claim_lines",
    "claim_parties",
    "eligibility",
    "institutional",
    "other_payers",
    "remittance",
    "status",
]
