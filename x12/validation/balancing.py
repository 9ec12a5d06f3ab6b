"""Balancing of an 835 in exact cents, at line, claim and transaction level.

Line: SVC02 less its CAS is SVC03. Claim: CLP03 less the CAS of claim and lines is CLP04. Transaction: the sum of
CLP04 less the PLB amounts is BPR02. A positive adjustment lowers the payment. AMT takes no part (X12 RFI 2348,
2601).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from x12.transactions.parts import Adjustment
from x12.transactions.remittance import Remittance


@dataclass(frozen=True, slots=True, kw_only=True)
class Imbalance:
    """One sum that does not hold: `claim` is CLP01 (empty at transaction level), amounts in cents."""

    level: Literal["line", "claim", "transaction"]
    claim: str = ""
    line: int = 0
    expected_cents: int
    found_cents: int
    message: str


def remittance_imbalances(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Every sum of one 835 that does not hold, lines and claims first."""
    found: list[Imbalance] = []
    for claim in remittance.claims:
        adjusted = _sum(claim.adjustments)
        for number, line in enumerate(claim.lines, 1):
            own = _sum(line.adjustments)
            adjusted += own
            if line.charge_cents - own != line.paid_cents:
                found.append(Imbalance(level="line", claim=claim.claim_id, line=number,
                                       expected_cents=line.charge_cents - own, found_cents=line.paid_cents,
                                       message=line_words(line.charge_cents, own, line.paid_cents)))  # fmt: skip
        if claim.charge_cents - adjusted != claim.paid_cents:
            found.append(Imbalance(level="claim", claim=claim.claim_id,
                                   expected_cents=claim.charge_cents - adjusted, found_cents=claim.paid_cents,
                                   message=claim_words(claim.charge_cents, adjusted, claim.paid_cents)))  # fmt: skip
    paid = sum(claim.paid_cents for claim in remittance.claims)
    withheld = sum(one.amount_cents for one in remittance.provider_adjustments)
    if paid - withheld != remittance.payment.amount_cents:
        found.append(Imbalance(level="transaction", expected_cents=paid - withheld,
                               found_cents=remittance.payment.amount_cents,
                               message=transaction_words(paid, withheld, remittance.payment.amount_cents)))  # fmt: skip
    return tuple(found)


def verify_line(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """SNIP 3 of a 2110 loop as it closes."""
    charge, paid = values.get("charge_cents"), values.get("paid_cents")
    adjusted = _sum(values.get("adjustments", ()))
    if charge is not None and paid is not None and charge - adjusted != paid:
        return (("line-balance", line_words(charge, adjusted, paid)),)
    return ()


def verify_claim(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """SNIP 3 of a 2100 loop as it closes."""
    charge, paid = values.get("charge_cents"), values.get("paid_cents")
    adjusted = _sum(values.get("adjustments", ()))
    for line in values.get("lines", ()):
        for adjustment in line.adjustments:
            adjusted += adjustment.amount_cents
    if charge is not None and paid is not None and charge - adjusted != paid:
        return (("claim-balance", claim_words(charge, adjusted, paid)),)
    return ()


def verify_remittance(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """SNIP 3 of the whole set as it closes."""
    payment = values.get("payment")
    paid = sum(claim.paid_cents for group in values.get("groups", ()) for claim in group.claims)
    withheld = sum(one.amount_cents for one in values.get("provider_adjustments", ()))
    if payment is not None and paid - withheld != payment.amount_cents:
        yield "transaction-balance", transaction_words(paid, withheld, payment.amount_cents)


def _sum(adjustments: tuple[Adjustment, ...]) -> int:
    total = 0
    for adjustment in adjustments:  # `sum` of a generator takes twice as long, and every line comes here
        total += adjustment.amount_cents
    return total


def money(cents: int) -> str:
    """Cents as decimal text with two places."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def line_words(charge: int, adjusted: int, paid: int) -> str:
    """The sum of a line that does not hold."""
    return f"SVC02 {money(charge)} less adjustments {money(adjusted)} is not SVC03 {money(paid)}"


def claim_words(charge: int, adjusted: int, paid: int) -> str:
    """The sum of a claim that does not hold."""
    return f"CLP03 {money(charge)} less adjustments {money(adjusted)} is not CLP04 {money(paid)}"


def transaction_words(paid: int, withheld: int, amount: int) -> str:
    """The sum of the whole set that does not hold."""
    return f"CLP04 in all {money(paid)} less PLB {money(withheld)} is not BPR02 {money(amount)}"
