"""What every step of a claim has at hand: the locked row, today, and how it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from activities import parties
from activities.claim import filing_watch
from activities.claim.view import snapshot_of
from contracts.claim import ClaimRef, ClaimSnapshot
from domain.claim.stages import Owes, Stage
from domain.coverage.policy import PayerPolicy
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.ledger.chart import LedgerAccount
from storage import claims, doorbells, ledger, timeline, work_items
from storage.locks import lock_accounts
from storage.models import Claim
from storage.reference import policy

BILLER = "biller"
BILLING_MANAGER = "billing_manager"
SYSTEM = "system"
_ONE_DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Step:
    """One step of one claim in one transaction; the claim's row is locked."""

    session: Session
    ref: ClaimRef
    claim: Claim
    today: date

    @classmethod
    def begin(cls, session: Session, ref: ClaimRef) -> Step:
        """Lock the claim, then its account: the order every transaction keeps."""
        claim = claims.get(session, ref.claim_number, for_update=True)
        zone = parties.time_zone(session, ref.organisation_id)
        return cls(session=session, ref=ref, claim=claim, today=ref.today.astimezone(zone).date())

    @property
    def now(self) -> datetime:
        """Business time of the step."""
        return self.ref.today

    @property
    def policy(self) -> PayerPolicy:
        """What the payer expects today."""
        return policy(self.session, self.claim.payer_kind, self.claim.payer_code, self.today)

    def lock_account(self) -> None:
        """Lock the guarantor's account before its ledger is written."""
        lock_accounts(self.session, {self.claim.account_number})

    def balance(self, account: LedgerAccount) -> int:
        """What the claim's ledger says on one account, in cents."""
        return ledger.claim_balances(self.session, self.claim.number).get(account.value, 0)

    def note(self, key: str, what: str, why: str = "", by: str = SYSTEM) -> None:
        """Write what happened, once for each key."""
        timeline.note(
            self.session,
            self.ref.organisation_id,
            key=f"claim:{self.claim.number}:{key}",
            at=self.now,
            by=by,
            what=what,
            why=why,
            claim_number=self.claim.number,
        )

    def ask_person(
        self,
        key: str,
        kind: str,
        reason: str,
        remedy: str,
        *,
        within: timedelta,
        owner: str = BILLER,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Open a work item, once for each key."""
        work_items.open_item(
            self.session,
            self.ref.organisation_id,
            key=f"claim:{self.claim.number}:{key}",
            kind=kind,
            reason=reason,
            remedy=remedy,
            owner=owner,
            due_on=self.today + within,
            opened_on=self.today,
            claim_number=self.claim.number,
            details=details,
        )

    def done_by(self, by: str) -> None:
        """Close the claim's open work items."""
        work_items.close_items(self.session, claim_number=self.claim.number, by=by, on=self.today)

    def ring_account(self) -> None:
        """Tell the guarantor's account that its balance may have changed."""
        doorbells.ring(
            self.session,
            self.ref.organisation_id,
            Doorbell(
                recipient=Recipient.ACCOUNT,
                number=str(self.claim.account_number),
                kind=MessageKind.BALANCE_CHANGED,
                reference=str(self.claim.number),
                business_at=self.now,
            ),
        )

    def stay(self, *, next_in: timedelta, waits_for: str, owner: str) -> None:
        """Keep the stage, with a new next date."""
        self.move(Stage(self.claim.stage), Owes(self.claim.owes), next_in=next_in, waits_for=waits_for, owner=owner)

    def move(
        self,
        stage: Stage,
        owes: Owes,
        *,
        next_in: timedelta,
        waits_for: str,
        owner: str,
        denial_group: str | None = None,
    ) -> None:
        """Move the claim to a stage that waits; it wakes sooner where its filing limit comes before."""
        next_at = self.now + next_in
        if next_in > _ONE_DAY and (look := filing_watch.look_before(self.session, self.claim, stage, self.today)):
            zone = parties.time_zone(self.session, self.ref.organisation_id)
            next_at = min(next_at, datetime.combine(look, time(9), tzinfo=zone).astimezone(self.now.tzinfo))
        self.claim = claims.set_stage(
            self.session,
            self.claim.number,
            stage=stage,
            owes=owes,
            next_at=next_at,
            next_what=waits_for,
            owner=owner,
            denial_group=denial_group,
        )

    def close(self, outcome: str, why: str, by: str = SYSTEM) -> None:
        """Nobody owes anything any more."""
        self.done_by(by)
        self.claim = claims.set_stage(
            self.session,
            self.claim.number,
            stage=Stage.CLOSED,
            owes=Owes.NOBODY,
            next_at=None,
            next_what="",
            owner=SYSTEM,
            outcome=outcome,
            closed_on=self.today,
        )
        self.note(f"closed:{self.claim.remittances_seen}:{self.today}", "Closed", why or outcome.replace("_", " "), by)

    def snapshot(self) -> ClaimSnapshot:
        """What the row says now."""
        self.session.flush()
        return snapshot_of(self.session, self.claim)
