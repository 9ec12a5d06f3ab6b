"""What a statement tells a guarantor: charge, insurance, adjustments, what is owed and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.ledger.chart import LedgerAccount
from domain.remittance.balancing import dollars
from domain.remittance.remittance import Adjustment

_SHARES = {"1": "deductible", "2": "coinsurance", "3": "copay"}
"""PR reason codes 1, 2 and 3; all others are services the plan does not cover."""
_NOT_COVERED = "not covered by your plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementService:
    """One service, in words that need no code book."""

    service_date: date
    what: str
    charge_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementShare:
    """A part of what the patient's plan leaves to the patient."""

    why: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPayment:
    """Money that came from the patient."""

    received_on: date
    method: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementClaim:
    """One visit on a statement."""

    claim_number: int
    services: tuple[StatementService, ...]
    charge_cents: int
    insurance_paid_cents: int
    adjusted_cents: int
    """Given up by contract or by decision."""
    patient_paid_cents: int
    still_with_insurance_cents: int
    owed_cents: int
    shares: tuple[StatementShare, ...]
    forgiven_cents: int = 0
    """The part of ``adjusted_cents`` that the practice gave up; the rest is the price agreed with the insurance."""
    patient_name: str = ""
    owed_since: date | None = None
    """The day on which the balance became the patient's."""

    @property
    def agreed_cents(self) -> int:
        """What the insurance's contract takes off the charge."""
        return self.adjusted_cents - self.forgiven_cents

    @property
    def adds_up(self) -> bool:
        """Whether the charge is exactly what was paid, given up, still awaited and owed."""
        return self.charge_cents == (
            self.insurance_paid_cents
            + self.adjusted_cents
            + self.patient_paid_cents
            + self.still_with_insurance_cents
            + self.owed_cents
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementContent:
    """A whole statement."""

    claims: tuple[StatementClaim, ...]
    credit_cents: int
    """Paid ahead and not yet used."""
    payments: tuple[StatementPayment, ...] = ()
    """Received since the last statement, whatever they were applied to."""

    @property
    def owed_cents(self) -> int:
        """What is asked for: all visits less the credit, never below zero."""
        return max(0, sum(claim.owed_cents for claim in self.claims) - self.credit_cents)

    @property
    def ages(self) -> tuple[tuple[date, int], ...]:
        """(owed since, cents) of each visit whose day is known."""
        return tuple((claim.owed_since, claim.owed_cents) for claim in self.claims if claim.owed_since is not None)

    @property
    def lines(self) -> tuple[str, ...]:
        """The statement in plain words, one line each."""
        text: list[str] = []
        for claim in self.claims:
            text += [f"{s.service_date.isoformat()}  {s.what}  ${dollars(s.charge_cents)}" for s in claim.services]
            text += [f"  {what}  ${dollars(cents)}" for what, cents in _sums(claim) if cents]
            text += [f"  of your share: {share.why}  ${dollars(share.amount_cents)}" for share in claim.shares]
        if self.credit_cents:
            text.append(f"Paid ahead  -${dollars(self.credit_cents)}")
        text.append(f"Please pay  ${dollars(self.owed_cents)}")
        return tuple(text)


def _sums(claim: StatementClaim) -> tuple[tuple[str, int], ...]:
    return (
        ("charge", claim.charge_cents),
        ("your insurance paid", claim.insurance_paid_cents),
        ("adjustments that you do not owe", claim.adjusted_cents),
        ("you paid", claim.patient_paid_cents),
        ("still with your insurance", claim.still_with_insurance_cents),
        ("you owe", claim.owed_cents),
    )


def shares_of(adjustments: Iterable[Adjustment]) -> tuple[StatementShare, ...]:
    """The patient's share by reason: deductible, coinsurance, copay, the rest; what cancels out is left out."""
    sums: dict[str, int] = dict.fromkeys((*_SHARES.values(), _NOT_COVERED), 0)
    for adjustment in adjustments:
        if adjustment.group == "PR":
            sums[_SHARES.get(adjustment.reason, _NOT_COVERED)] += adjustment.amount_cents
    return tuple(StatementShare(why=why, amount_cents=cents) for why, cents in sums.items() if cents)


def claim_on_statement(
    *,
    claim_number: int,
    services: Sequence[StatementService],
    balances: Mapping[LedgerAccount, int],
    adjustments: Iterable[Adjustment],
    returned_to_payer_cents: int = 0,
    patient_name: str = "",
    owed_since: date | None = None,
) -> StatementClaim:
    """A visit from the ledger's balances of its claim (debit positive) and its posted PR adjustments.

    Every figure is a balance, none a remainder: the payer's money left ``unapplied_cash`` for this claim, less
    what a payer had back of it (a refund, or a recoupment, whose other leg is the provider's and no claim's); the
    patient's came by ``bank`` or was taken from the ``patient_credit``.
    """
    patient_paid = balances.get(LedgerAccount.BANK, 0) + balances.get(LedgerAccount.PATIENT_CREDIT, 0)
    return StatementClaim(
        claim_number=claim_number,
        services=tuple(services),
        charge_cents=-balances.get(LedgerAccount.REVENUE, 0),
        insurance_paid_cents=balances.get(LedgerAccount.UNAPPLIED_CASH, 0) - returned_to_payer_cents,
        adjusted_cents=balances.get(LedgerAccount.CONTRACTUAL, 0) + balances.get(LedgerAccount.WRITE_OFF, 0),
        patient_paid_cents=patient_paid,
        still_with_insurance_cents=balances.get(LedgerAccount.PAYER_RECEIVABLE, 0),
        owed_cents=balances.get(LedgerAccount.PATIENT_RECEIVABLE, 0),
        shares=shares_of(adjustments),
        forgiven_cents=balances.get(LedgerAccount.WRITE_OFF, 0),
        patient_name=patient_name,
        owed_since=owed_since,
    )
