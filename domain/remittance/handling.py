"""Whether a remittance, and each of its claims, may be posted without a person."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ledger.posting import announces_money
from domain.remittance.balancing import Imbalance, Level, claim_problems, dollars
from domain.remittance.remittance import Remittance, RemittedClaim

_STATUSES = frozenset({"1", "2", "3", "4", "19", "20", "21", "22", "23", "25"})
"""CLP02 as 005010X221A1 knows it. 5 (pended) and others were of version 4010: money of a pended claim is none."""
_GROUPS = frozenset({"CO", "OA", "PI", "PR"})
"""CAS01. CR was of version 4010."""
_REVERSAL = "22"


def whole_problems(remittance: Remittance, imbalances: Sequence[Imbalance]) -> tuple[str, ...]:
    """Why the whole transaction waits for a person, with the arithmetic; empty where it may be posted.

    ``imbalances`` are those of ``balancing.problems``.
    """
    found = [problem.message for problem in imbalances if problem.level is Level.TRANSACTION]
    if remittance.debit and remittance.payment_cents:
        found.append(
            f"BPR03 D takes {dollars(remittance.payment_cents)} from us instead of paying it: no deposit is booked"
        )
    elif not announces_money(remittance) and remittance.payment_cents:
        found.append(
            f"BPR01 {remittance.handling} moves no money, but BPR02 says {dollars(remittance.payment_cents)}: "
            "no deposit is booked"
        )
    if remittance.payment_cents < 0:
        found.append(f"BPR02 is {dollars(remittance.payment_cents)}: a payment is never negative, no deposit is booked")
    return tuple(found)


def claim_obstacles(claim: RemittedClaim, *, balanced: bool = False) -> str:
    """Why this CLP loop waits for a person, whatever becomes of its neighbours; empty where it may be posted.

    ``balanced`` spares the arithmetic where it was done. A code outside the guide's lists is never guessed at, and a
    reversal that takes nothing back, or a takeback that does not say that it is one, would move money the wrong way
    (X12 005010X221A1, CLP02, CAS01, section 1.10.2.8).
    """
    found = [] if balanced else [problem.message for problem in claim_problems(claim)]
    if claim.status not in _STATUSES:
        found.append(f"CLP02 {claim.status or '(empty)'} is no claim status of an 835 (5010)")
    groups = dict.fromkeys(one.group for one in claim.all_adjustments if one.amount_cents)
    found += [
        f"CAS01 {group or '(empty)'} is no group of adjustments of an 835 (5010)"
        for group in groups
        if group not in _GROUPS
    ]
    if claim.status == _REVERSAL and claim.charge_cents > 0:
        found.append(f"CLP02 22 takes a decision back, but CLP03 {dollars(claim.charge_cents)} is not negated")
    if claim.status != _REVERSAL and claim.charge_cents < 0:
        found.append(f"CLP03 is {dollars(claim.charge_cents)}, but CLP02 {claim.status} takes no decision back")
    return "; ".join(found)
