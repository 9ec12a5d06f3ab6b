"""The arithmetic of an 835, in exact cents, at its three levels.

Line: SVC02 less its adjustments is SVC03 (X12 RFI 2348). Claim: CLP03 less its own and its
lines' adjustments is CLP04 (RFI 2601). Transaction: the sum of CLP04 less the sum of the PLB
amounts is BPR02. Positive adjustments decrease a payment; AMT segments take no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.remittance.remittance import Remittance, RemittedClaim


class Level(StrEnum):
    """Where the arithmetic fails."""

    LINE = "line"
    CLAIM = "claim"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imbalance:
    """One sum that does not hold."""

    level: Level
    claim: str
    """CLP01; empty at transaction level."""
    expected_cents: int
    """What the charges and adjustments add up to."""
    found_cents: int
    """What the remittance says was paid."""
    message: str


def problems(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Every sum that does not hold: claims in order, the transaction last. Empty: it balances."""
    found = [problem for claim in remittance.claims for problem in claim_problems(claim)]
    paid = sum(claim.paid_cents for claim in remittance.claims)
    held_back = sum(entry.amount_cents for entry in remittance.provider_adjustments)
    expected = paid - held_back
    if expected != remittance.payment_cents:
        message = (
            f"claims paid {dollars(paid)} less provider-level adjustments {dollars(held_back)} is "
            f"{dollars(expected)}, but BPR02 says {dollars(remittance.payment_cents)}"
        )
        found.append(_imbalance(Level.TRANSACTION, "", expected, remittance.payment_cents, message))
    return tuple(found)


def claim_problems(claim: RemittedClaim) -> tuple[Imbalance, ...]:
    """The sums of one CLP loop that do not hold: lines first."""
    found: list[Imbalance] = []
    for number, line in enumerate(claim.lines, start=1):
        adjusted = sum(a.amount_cents for a in line.adjustments)
        if (expected := line.charge_cents - adjusted) != line.paid_cents:
            message = _sum(f"line {number}: SVC02", line.charge_cents, adjusted, expected, "SVC03", line.paid_cents)
            found.append(_imbalance(Level.LINE, claim.control_number, expected, line.paid_cents, message))
    adjusted = sum(a.amount_cents for a in claim.all_adjustments)
    if (expected := claim.charge_cents - adjusted) != claim.paid_cents:
        message = _sum("claim: CLP03", claim.charge_cents, adjusted, expected, "CLP04", claim.paid_cents)
        found.append(_imbalance(Level.CLAIM, claim.control_number, expected, claim.paid_cents, message))
    return tuple(found)


def claim_balances(claim: RemittedClaim) -> bool:
    """Whether a claim may be posted: the others of its remittance do not matter."""
    return not claim_problems(claim)


def dollars(cents: int) -> str:
    """An amount as people read it: ``-1,234.05``."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def _sum(what: str, charge: int, adjusted: int, expected: int, where: str, found: int) -> str:
    return (
        f"{what} {dollars(charge)} less adjustments {dollars(adjusted)} is {dollars(expected)}, "
        f"but {where} says {dollars(found)}"
    )


def _imbalance(level: Level, claim: str, expected: int, found: int, message: str) -> Imbalance:
    return Imbalance(level=level, claim=claim, expected_cents=expected, found_cents=found, message=message)
