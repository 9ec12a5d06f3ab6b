"""What a remittance does to the books: one leg pair for each thing the payer said.

Nothing is a remainder: every pair cites its CAS triplet, CLP04, BPR02 or PLB entry. What the
payer refused posts nothing: it stays in ``payer_receivable`` until a named person writes it off.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.pair import pair
from domain.ledger.planning import (
    plan_charge,
    plan_charge_change,
    plan_credit_use,
    plan_patient_payment,
    plan_to_patient,
    plan_write_off,
)
from domain.remittance.balancing import dollars
from domain.remittance.remittance import Adjustment, ProviderAdjustment, Remittance, RemittedClaim

__all__ = [
    "SHARE",
    "Contractual",
    "PlannedLeg",
    "announces_money",
    "is_posted",
    "pair",
    "plan_adjusted",
    "plan_charge",
    "plan_charge_change",
    "plan_credit_use",
    "plan_deposit",
    "plan_patient_payment",
    "plan_provider_adjustment",
    "plan_remittance_claim",
    "plan_to_patient",
    "plan_write_off",
]

PlannedLeg = Leg
"""A leg before it is written."""
Contractual = frozenset[tuple[str, str]]
"""Group and reason codes that are given up by contract or law: data, such as ``("CO", "45")``."""

_NO_MONEY_HANDLING = frozenset({"H", "P"})
"""BPR01 H: notification only; P: a transfer of the future is announced."""
_NEVER_POSTED = frozenset({"23", "25"})
"""CLP02: sent on to another payer undecided; predetermination."""
_EARLIER_PAYER = ("OA", "23")
"""What an earlier payer decided: in the books already, and no denial."""
_INTEREST = frozenset({"L6"})
"""PLB03-1: interest that the payer owes for paying late."""
SHARE = "CAS PR"
"""How the legs that move the patient's share begin what they cite."""


def announces_money(remittance: Remittance) -> bool:
    """Whether money comes with it or apart from it. BPR01 I says only that the two travel apart."""
    return remittance.handling not in _NO_MONEY_HANDLING and not remittance.debit


def is_posted(status: str) -> bool:
    """Whether a loop of this CLP02 touches the ledger at all."""
    return status not in _NEVER_POSTED


def plan_deposit(remittance: Remittance) -> tuple[Leg, ...]:
    """The deposit, booked before any claim: money announced, not yet explained (BPR02). A negative one books
    nothing: nobody pays less than nothing, and whoever takes money back says so at BPR03 or in a PLB."""
    if not announces_money(remittance) or remittance.payment_cents < 0:
        return ()
    cites = f"BPR02, trace {remittance.trace_number}"
    return pair(LedgerAccount.REMITTANCE_CLEARING, LedgerAccount.UNAPPLIED_CASH, remittance.payment_cents, cites)


def plan_provider_adjustment(entry: ProviderAdjustment) -> tuple[Leg, ...]:
    """One PLB entry: positive was held back from the deposit. It never touches a claim; interest (L6) has an
    account of its own."""
    account = LedgerAccount.INTEREST if entry.reason.upper() in _INTEREST else LedgerAccount.PROVIDER_LEVEL
    cites = f"PLB {entry.reason} {entry.reference}".rstrip()
    return pair(account, LedgerAccount.UNAPPLIED_CASH, entry.amount_cents, cites)


def plan_remittance_claim(
    claim: RemittedClaim,
    *,
    claim_number: int,
    account_number: int,
    contractual: Contractual,
    open_cents: int | None = None,
    patient_may_owe: bool = True,
) -> tuple[Leg, ...]:
    """The legs of ``plan_adjusted``."""
    legs, _ = plan_adjusted(
        claim,
        claim_number=claim_number,
        account_number=account_number,
        contractual=contractual,
        open_cents=open_cents,
        patient_may_owe=patient_may_owe,
    )
    return legs


def plan_adjusted(
    claim: RemittedClaim,
    *,
    claim_number: int,
    account_number: int,
    contractual: Contractual,
    open_cents: int | None = None,
    patient_may_owe: bool = True,
) -> tuple[tuple[Leg, ...], tuple[str, ...]]:
    """One CLP loop as it stands, and what of it was reported but not posted; the caller has checked that it balances.

    CLP04 moves from unapplied cash to the payer's receivable, PR adjustments to the patient's,
    contractual ones are given up; other CO, OA and PI post nothing. A reversal (CLP02 22) carries
    negated amounts and takes the same path back. Contractual amounts count only where the payer, or one before
    it (OA-23), allowed something, so that nothing is given up on a denied line or claim.

    ``open_cents`` is for a decision on top of another one: PR, then contractual amounts are posted up to what is
    still open (X12 RFI 1696), and the leg tells both figures. ``patient_may_owe`` is False where a block
    stands beside PR (QMB, No Surprises: the verdict is REVIEW): then the amounts wait in the payer's
    receivable for a named person (``plan_to_patient``); the claim's reversal is planned the same way.
    """
    if not is_posted(claim.status):
        return (), ()
    unapplied, receivable = LedgerAccount.UNAPPLIED_CASH, LedgerAccount.PAYER_RECEIVABLE
    legs = list(
        pair(unapplied, receivable, claim.paid_cents, f"CLP04 status {claim.status}", claim_number, account_number)
    )
    left = None if open_cents is None else max(0, open_cents - claim.paid_cents)
    remarks: list[str] = []
    for where, adjustment, allowed in _adjustments(claim, contractual):
        if adjustment.group == "PR":
            if not patient_may_owe:
                continue
            account = LedgerAccount.PATIENT_RECEIVABLE
        elif allowed and (adjustment.group, adjustment.reason) in contractual:
            account = LedgerAccount.CONTRACTUAL
        else:
            continue
        amount, cites = adjustment.amount_cents, f"CAS {adjustment.group} {adjustment.reason}{where}"
        if left is not None:
            if amount > left:
                cites = f"{cites}: reported {dollars(amount)}, posted {dollars(left)}, all that was open"
                remarks.append(cites.removeprefix("CAS "))
                amount = left
            left -= amount
        legs += pair(account, receivable, amount, cites, claim_number, account_number)
    return tuple(legs), tuple(remarks)


def _adjustments(claim: RemittedClaim, contractual: Contractual) -> Iterable[tuple[str, Adjustment, bool]]:
    """Each adjustment, where it stands, and whether the payer allowed something there: PR before the
    contractual ones, so that a cap sees what the patient took over."""
    claim_allowed = bool(claim.paid_cents) or any(map(_shows_allowance, claim.all_adjustments))
    rows: list[tuple[str, Adjustment, bool]] = [("", a, claim_allowed) for a in claim.adjustments]
    for number, line in enumerate(claim.lines, start=1):
        denied = any(_denies(a, contractual) for a in line.adjustments)
        decided = bool(line.paid_cents) or any(a.group == "PR" and a.amount_cents for a in line.adjustments)
        allowed = claim_allowed and (decided or not denied)
        rows += [(f" line {number}", a, allowed) for a in line.adjustments]
    return sorted(rows, key=lambda row: row[1].group != "PR")


def _shows_allowance(adjustment: Adjustment) -> bool:
    earlier = (adjustment.group, adjustment.reason) == _EARLIER_PAYER
    return adjustment.amount_cents != 0 and (earlier or adjustment.group == "PR")


def _denies(adjustment: Adjustment, contractual: Contractual) -> bool:
    code = (adjustment.group, adjustment.reason)
    return (
        adjustment.amount_cents != 0
        and adjustment.group != "PR"
        and code != _EARLIER_PAYER
        and code not in contractual
    )
