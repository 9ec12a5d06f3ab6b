"""What a payer allowed: paid, plus what the patient owes of it, plus what an earlier payer or the law took first.

AMT*B6 of the remittance is informational and never counts (X12 RFI 2601).
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.contracts.codes import ContractCodes
from domain.remittance.remittance import Adjustment, RemittedLine

EARLIER_PAYER = ("OA", "23")


def allowed_by(line: RemittedLine, codes: ContractCodes) -> int:
    """Cents allowed for one SVC loop; zero where the line was denied."""
    return line.paid_cents + sum(entry.amount_cents for entry in line.adjustments if is_allowed(entry, codes))


def is_allowed(entry: Adjustment, codes: ContractCodes) -> bool:
    """Whether what an adjustment takes from the payment was allowed all the same."""
    if entry.group == "PR":
        return entry.reason in codes.cost_sharing
    return (entry.group, entry.reason) == EARLIER_PAYER or (
        entry.group in ("CO", "PI") and entry.reason in codes.after_allowed
    )


def names_earlier_payer(entries: Iterable[Adjustment]) -> bool:
    """Whether an earlier payer's decision is in the sum: its discounts may be, and not its payments alone."""
    return any((entry.group, entry.reason) == EARLIER_PAYER for entry in entries)
