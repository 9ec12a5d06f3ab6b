"""What charges, patients and named persons do to the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.pair import pair

LEFT_BY_EARLIER = "left to the patient by an earlier payer (PR), and by the last one too"
"""What the legs of ``plan_earlier_share`` cite."""
RETURNED_TO_PAYER = "returned to the payer"
COVERAGE_FIRST = "a coverage that was found is asked before the patient"


def plan_charge(charge_cents: int, claim_number: int, account_number: int) -> tuple[Leg, ...]:
    """A claim's charge (CLM02), owed by the payer until it answers."""
    return pair(
        LedgerAccount.PAYER_RECEIVABLE,
        LedgerAccount.REVENUE,
        charge_cents,
        "charge CLM02",
        claim_number,
        account_number,
    )


def plan_charge_change(old_cents: int, new_cents: int, claim_number: int, account_number: int) -> tuple[Leg, ...]:
    """A corrected charge: the old one reversed and the new one booked, both to be seen."""
    if old_cents == new_cents:
        return ()
    receivable, revenue = LedgerAccount.PAYER_RECEIVABLE, LedgerAccount.REVENUE
    return pair(receivable, revenue, -old_cents, "charge before correction", claim_number, account_number) + pair(
        receivable, revenue, new_cents, "charge after correction", claim_number, account_number
    )


def plan_write_off(
    amount_cents: int,
    by: str,
    claim_number: int,
    account_number: int,
    owed_in: LedgerAccount = LedgerAccount.PAYER_RECEIVABLE,
) -> tuple[Leg, ...]:
    """What a named person gives up of a receivable.

    Raises:
        ValueError: nobody is named, the amount is not positive, or the account is no receivable.
    """
    if not by.strip():
        raise ValueError("a write-off needs the person who decided it")
    if amount_cents <= 0:
        raise ValueError("a write-off needs a positive amount")
    if owed_in not in (LedgerAccount.PAYER_RECEIVABLE, LedgerAccount.PATIENT_RECEIVABLE):
        raise ValueError("only a receivable can be written off")
    return pair(LedgerAccount.WRITE_OFF, owed_in, amount_cents, f"written off by {by}", claim_number, account_number)


def plan_to_patient(
    amount_cents: int, by: str, claim_number: int, account_number: int, codes: Sequence[str] = ()
) -> tuple[Leg, ...]:
    """What a named person moves from the payer to the patient (self-pay after CO-26, 27 or 31: ``codes``).

    Raises:
        ValueError: nobody is named, or the amount is not positive.
    """
    if not by.strip() or amount_cents <= 0:
        raise ValueError("a conversion to self-pay needs a named person and a positive amount")
    return pair(
        LedgerAccount.PATIENT_RECEIVABLE,
        LedgerAccount.PAYER_RECEIVABLE,
        amount_cents,
        f"made self-pay by {by}" + (f" after {', '.join(codes)}" if codes else ""),
        claim_number,
        account_number,
    )


def plan_earlier_share(amount_cents: int, claim_number: int, account_number: int) -> tuple[Leg, ...]:
    """An earlier payer's share (PR) that the last payer neither paid nor took off: now the patient's."""
    return pair(
        LedgerAccount.PATIENT_RECEIVABLE,
        LedgerAccount.PAYER_RECEIVABLE,
        amount_cents,
        LEFT_BY_EARLIER,
        claim_number,
        account_number,
    )


def plan_share_back(amount_cents: int, claim_number: int, account_number: int) -> tuple[Leg, ...]:
    """What the patient has not paid yet goes back to the payers' side: a coverage was found that is asked first."""
    return pair(
        LedgerAccount.PAYER_RECEIVABLE,
        LedgerAccount.PATIENT_RECEIVABLE,
        amount_cents,
        COVERAGE_FIRST,
        claim_number,
        account_number,
    )


def plan_kept_from_patient(amount_cents: int, flag: str, claim_number: int, account_number: int) -> tuple[Leg, ...]:
    """A share that stood as the patient's goes to the payers' side: by the rule of a flag it never was theirs."""
    return pair(
        LedgerAccount.PAYER_RECEIVABLE,
        LedgerAccount.PATIENT_RECEIVABLE,
        amount_cents,
        f"kept from the patient: {flag}",
        claim_number,
        account_number,
    )


def plan_returned_to_payer(amount_cents: int, by: str, how: str) -> tuple[Leg, ...]:
    """Money that no claim explains, sent back by a named person; ``how`` names the check or transfer.

    Raises:
        ValueError: nobody is named, or the amount is not positive.
    """
    if not by.strip() or amount_cents <= 0:
        raise ValueError("money is returned by a named person, and a positive amount of it")
    cites = f"{RETURNED_TO_PAYER} by {by}: {how}"
    return pair(LedgerAccount.UNAPPLIED_CASH, LedgerAccount.BANK, amount_cents, cites)


def plan_patient_payment(
    amount_cents: int, open_by_claim: Mapping[int, int], account_number: int, receipt: str
) -> tuple[Leg, ...]:
    """A patient's payment: to the oldest claim first, what is left over to the patient's credit.

    ``open_by_claim`` holds open cents by claim, oldest first; claims that owe nothing are passed over.

    Raises:
        ValueError: the amount is not positive.
    """
    if amount_cents <= 0:
        raise ValueError("a payment needs a positive amount")
    return _spread(amount_cents, open_by_claim, account_number, LedgerAccount.BANK, f"receipt {receipt}")


def plan_credit_use(credit_cents: int, open_by_claim: Mapping[int, int], account_number: int) -> tuple[Leg, ...]:
    """What a patient paid ahead, moved to what is owed now, oldest claim first; the rest stays a credit."""
    owed = sum(cents for cents in open_by_claim.values() if cents > 0)
    used = min(max(credit_cents, 0), owed)
    if not used:
        return ()
    return _spread(used, open_by_claim, account_number, LedgerAccount.PATIENT_CREDIT, "paid ahead")


def _spread(
    amount_cents: int,
    open_by_claim: Mapping[int, int],
    account_number: int,
    source: LedgerAccount,
    cites: str,
) -> tuple[Leg, ...]:
    legs: tuple[Leg, ...] = ()
    left = amount_cents
    for claim_number, open_cents in open_by_claim.items():
        if (part := min(left, open_cents)) > 0:
            legs += pair(source, LedgerAccount.PATIENT_RECEIVABLE, part, cites, claim_number, account_number)
            left -= part
    return legs + pair(source, LedgerAccount.PATIENT_CREDIT, left, cites, None, account_number)
