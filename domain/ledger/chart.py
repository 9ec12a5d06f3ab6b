"""The chart of accounts, and what makes a posting balance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class LedgerAccount(StrEnum):
    """Accounts of the books. A debit is positive, a credit negative."""

    BANK = "bank"
    """Money that the bank's evidence shows."""
    REMITTANCE_CLEARING = "remittance_clearing"
    """Debited by an 835, cleared by the bank's deposit."""
    UNAPPLIED_CASH = "unapplied_cash"
    """Money received that no claim or account explains yet: a credit."""
    PAYER_RECEIVABLE = "payer_receivable"
    PATIENT_RECEIVABLE = "patient_receivable"
    CONTRACTUAL = "contractual"
    """Given up by contract: group code CO."""
    WRITE_OFF = "write_off"
    """Given up by decision of a named person or policy."""
    PROVIDER_LEVEL = "provider_level"
    """PLB entries, never spread over claims."""
    PATIENT_CREDIT = "patient_credit"
    """What a patient paid beyond what is owed: a credit."""
    COLLECTION_FEES = "collection_fees"
    """What a collection agency keeps of what it collected: an expense."""
    REFUNDS_PAYABLE = "refunds_payable"
    INTEREST = "interest"
    REVENUE = "revenue"


class Unbalanced(ValueError):
    """The legs of a posting do not sum to zero, or there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of a posting."""

    ledger_account: LedgerAccount
    amount_cents: int
    """Debit positive, credit negative."""
    claim_number: int | None = None
    account_number: int | None = None
    """The guarantor's account, on every leg of ``patient_receivable`` and ``patient_credit``."""
    cites: str = ""
    """CAS triplet, PLB entry, receipt or named person, where it differs from the posting's."""


def check_balanced(legs: Iterable[Leg]) -> None:
    """Accept legs that say something and sum to zero.

    Raises:
        Unbalanced: with the difference in cents.
    """
    amounts = [leg.amount_cents for leg in legs]
    if not any(amounts):
        raise Unbalanced("a posting needs at least two legs that are not zero")
    if difference := sum(amounts):
        raise Unbalanced(f"the legs of a posting differ by {difference} cents")
