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
from storage import ledger
from storage.locks import lock_accounts
from storage.models import Account, Claim, Entry


@dataclass(kw_only=True)
class OpenAccount:
    """A locked account and what is asked of it."""

    session: Session
    ref: AccountRef
    row: Account
    today: date
    asked: dict[int, int]
    """Open cents by claim, oldest first: only claims handed over by their payer."""
    credit_cents: int

    @classmethod
    def lock(cls, session: Session, ref: AccountRef) -> OpenAccount:
        """Lock the account, which a payment also does, then read."""
        row = lock_accounts(session, {ref.account_number})[0]
        zone = parties.time_zone(session, ref.organisation_id)
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
            today=ref.today.astimezone(zone).date(),
            asked={number: cents for number, cents in open_by_claim.items() if number in handed_over},
            credit_cents=-_credit(session, ref.account_number),
        )

    @property
    def now(self) -> datetime:
        """Business time of the step."""
        return self.ref.today

    @property
    def balance_cents(self) -> int:
        """What is asked for, never below zero."""
        return max(0, sum(self.asked.values()))


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
