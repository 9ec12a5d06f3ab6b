"""What a guarantor is asked for now: shares of claims whose payers are done, less what was paid ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities import parties
from contracts.account import AccountRef
from domain.claim.stages import Stage
from domain.ledger.chart import LedgerAccount
from storage import account_holds, ledger, payment_plans
from storage.account_holds import AccountHold
from storage.locks import lock_accounts
from storage.models import Account, Claim, Entry, PaymentPlanRow


@dataclass(kw_only=True)
class OpenAccount:
    """A locked account: what is owed, what pauses it, and what is asked of it."""

    session: Session
    ref: AccountRef
    row: Account
    today: date
    owed: dict[int, int]
    """Open cents by claim, oldest first: only claims handed over by their payer."""
    credit_cents: int
    holds: tuple[AccountHold, ...] = ()
    plan: PaymentPlanRow | None = None
    """The payment plan that stands."""

    @classmethod
    def lock(cls, session: Session, ref: AccountRef) -> OpenAccount:
        """Lock the account, which a payment also does, then read."""
        row = lock_accounts(session, {ref.account_number})[0]
        zone = parties.time_zone(session, ref.organisation_id)
        today = ref.today.astimezone(zone).date()
        open_by_claim = ledger.open_by_claim(session, ref.account_number)
        handed_over = set(
            session.scalars(
                select(Claim.number).where(
                    Claim.number.in_(open_by_claim), Claim.stage == Stage.PATIENT_BALANCE, Claim.held.is_(False)
                )
            )
        )
        return cls(
            session=session,
            ref=ref,
            row=row,
            today=today,
            owed={number: cents for number, cents in open_by_claim.items() if number in handed_over},
            credit_cents=-_credit(session, ref.account_number),
            holds=account_holds.open_holds(session, ref.organisation_id, ref.account_number, today),
            plan=payment_plans.standing(session, ref.account_number),
        )

    @property
    def now(self) -> datetime:
        """Business time of the step."""
        return self.ref.today

    @property
    def planned(self) -> frozenset[int]:
        """Claims that the payment plan covers."""
        return frozenset() if self.plan is None else frozenset(entry["claim"] for entry in self.plan.claims)

    @property
    def payable(self) -> dict[int, int]:
        """Open cents by claim that nothing pauses: a credit may pay them."""
        return {number: cents for number, cents in self.owed.items() if number not in self._held_claims}

    @property
    def asked(self) -> dict[int, int]:
        """Open cents by claim that a statement may ask for: neither paused nor paid by instalments."""
        return {number: cents for number, cents in self.payable.items() if number not in self.planned}

    @property
    def balance_cents(self) -> int:
        """What is asked for, never below zero."""
        return max(0, sum(self.asked.values()))

    @property
    def owed_cents(self) -> int:
        """All that is owed, also what nobody asks for now; never below zero."""
        return max(0, sum(self.owed.values()))

    @property
    def planned_cents(self) -> int:
        """What is still open of the payment plan's claims."""
        return sum(cents for number, cents in self.owed.items() if number in self.planned and cents > 0)

    @property
    def instalments_cents(self) -> int:
        """What is still open of the payment plan's claims and may be asked for: a visit that rests is no instalment."""
        return sum(cents for number, cents in self.payable.items() if number in self.planned and cents > 0)

    def stopped(self, what: str) -> tuple[AccountHold, ...]:
        """The holds of the whole account that stop this."""
        return account_holds.stopped(self.holds, what)

    @property
    def _held_claims(self) -> frozenset[int]:
        return frozenset(
            hold.claim_number
            for hold in self.holds
            if hold.claim_number is not None and account_holds.STATEMENT in hold.stops
        )


def _credit(session: Session, account_number: int) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Entry.amount_cents), 0)).where(
                Entry.account_number == account_number,
                Entry.ledger_account == LedgerAccount.PATIENT_CREDIT.value,
            )
        )
        or 0
    )
