"""837: what other payers decided (2320, 2330, 2430), and whether their amounts account for the charge (SNIP 3).

Line: SVD02 and the CAS of its 2430 are the line's charge. Claim: AMT*D, the CAS of 2320 and the CAS of all 2430 of
that payer are CLM02. Lines of one payer stand for one decision, also where it split the service.
"""

from __future__ import annotations

from typing import Any

from x12.transactions.parts import Adjustment, find_amount, find_date
from x12.validation import places
from x12.validation.balancing import money
from x12.validation.plain import plain_others
from x12.validation.situation import NONE, Hit, Hits, situation

_BOTH = "837P 837I"


@situation("cob-claim-balance", _BOTH, "2320 AMT02", snip=3, unless=plain_others,
           source="AMT*D of 2320 and the adjustments of 2320 and 2430 are CLM02")  # fmt: skip
def claim_balance(claim: Any) -> Hits:
    found = []
    for other in claim.other_coverages:
        paid = find_amount(other.amounts, "D")
        own = _lines_of(claim, other)
        if paid is None or not (other.adjustments or own):
            continue
        adjusted = _sum(other.adjustments) + sum(_sum(one.adjustments) for _, one in own)
        if paid + adjusted != claim.charge_cents:
            found.append(Hit(
                f"paid {money(paid)} (AMT*D) and adjustments of {money(adjusted)} are {money(paid + adjusted)}, "
                f"expected CLM02 {money(claim.charge_cents)}", places.other_amount(other, "D")))  # fmt: skip
    return found


@situation("cob-line-balance", _BOTH, "2430 SVD02", snip=3, unless=plain_others,
           source="SVD02 and the CAS of 2430 are the charge of the line")  # fmt: skip
def line_balance(claim: Any) -> Hits:
    found: list[Hit] = []
    for line in claim.lines:
        decided: dict[str, list[Any]] = {}
        for one in line.adjudications:
            decided.setdefault(one.payer_id, []).append(one)
        for several in decided.values():
            paid = sum(one.paid_cents for one in several)
            adjusted = sum(_sum(one.adjustments) for one in several)
            if any(one.bundled_line for one in several) or paid + adjusted == line.charge_cents:
                continue  # what was bundled is decided on the line that it went into
            found.append(Hit(
                f"paid {money(paid)} and adjustments of {money(adjusted)} are {money(paid + adjusted)}, expected "
                f"the line's charge {money(line.charge_cents)}", several[0].position))  # fmt: skip
    return found


@situation("cob-lines-paid", _BOTH, "2320 AMT02", snip=3, unless=plain_others,
           source="AMT*D of 2320 is what the lines (SVD02) add up to, less the CAS of 2320")  # fmt: skip
def lines_paid(claim: Any) -> Hits:
    found = []
    for other in claim.other_coverages:
        paid, own = find_amount(other.amounts, "D"), _lines_of(claim, other)
        if paid is None or not own or len({id(line) for line, _ in own}) != len(claim.lines):
            continue
        expected = sum(one.paid_cents for _, one in own) - _sum(other.adjustments)
        if paid != expected:
            found.append(Hit(f"AMT*D is {money(paid)}; expected {money(expected)}, as its lines (SVD02) and the "
                             "adjustments of 2320 say", places.other_amount(other, "D")))  # fmt: skip
    return found


@situation("other-payer-paid-missing", _BOTH, "2320 AMT", unless=plain_others,
           source="AMT*D is required where the other payer has decided (CAS or 2430 of it)")  # fmt: skip
def paid_missing(claim: Any) -> Hits:
    return [
        Hit("the payer has decided (CAS or SVD), but AMT*D is missing; expected what it paid, 0 for nothing",
            places.other_amount(other, "D"))
        for other in claim.other_coverages
        if find_amount(other.amounts, "D") is None and (other.adjustments or _lines_of(claim, other))
    ]  # fmt: skip


@situation("other-payer-date-missing", _BOTH, "2330B DTP", unless=plain_others,
           source="DTP*573 is required in 2330B where the payer decided and its 2430 do not tell when")  # fmt: skip
def decision_date(claim: Any) -> Hits:
    found = []
    for other in claim.other_coverages:
        payer = other.payer
        if payer is None or find_amount(other.amounts, "D") is None or find_date(payer.dates, "573") is not None:
            continue
        if not _lines_of(claim, other):
            found.append(Hit("the payer has decided, but DTP*573 is missing; expected the date, here or in 2430",
                             payer.position))  # fmt: skip
    return found


@situation(
    "other-payer-unknown", _BOTH, "2430 SVD01", unless=plain_others, source="SVD01 is NM109 of one of the claim's 2330B"
)
def unknown_payer(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for line in claim.lines:
        for one in line.adjudications:
            if not any(other.payer is not None and other.payer.identifier == one.payer_id
                       for other in claim.other_coverages):  # fmt: skip
                found = found or []
                found.append(Hit("names no other payer of this claim; expected NM109 of a 2330B", one.position))
    return found or NONE


@situation("uncovered-amount", _BOTH, "2320 AMT02", severity="warning", unless=plain_others,
           source="AMT*A8 is CLM02, and stands alone: the payer was not billed")  # fmt: skip
def uncovered(claim: Any) -> Hits:
    found = []
    for other in claim.other_coverages:
        amount = find_amount(other.amounts, "A8")
        if amount is None:
            continue
        at = places.other_amount(other, "A8")
        if amount != claim.charge_cents:
            expected = money(claim.charge_cents)
            found.append(Hit(f"AMT*A8 is {money(amount)}, expected CLM02 {expected}", at))
        if other.adjustments or find_amount(other.amounts, "D") is not None:
            found.append(Hit("AMT*A8 says that the payer was not billed, yet its decision is here too", at))
    return found


@situation("remaining-liability", _BOTH, "2320 AMT02", severity="warning", unless=plain_others,
           source="AMT*EAF is what is left to pay: at most the charge less what the payer paid")  # fmt: skip
def remaining_liability(claim: Any) -> Hits:
    found = []
    for other in claim.other_coverages:
        left = find_amount(other.amounts, "EAF")
        if left is not None and not 0 <= left <= claim.charge_cents - (find_amount(other.amounts, "D") or 0):
            found.append(Hit("AMT*EAF is negative or more than the payer left open (CLM02 less AMT*D)",
                             places.other_amount(other, "EAF")))  # fmt: skip
    return found


def _lines_of(claim: Any, other: Any) -> list[tuple[Any, Any]]:
    payer = other.payer.identifier if other.payer is not None else ""
    return [(line, one) for line in claim.lines for one in line.adjudications if payer and one.payer_id == payer]


def _sum(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(one.amount_cents for one in adjustments)
