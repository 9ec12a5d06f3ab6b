"""A case of care in one transaction: its locked row, its questions, its pause of the account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from contracts.case import CaseSnapshot
from domain.cases.kinds import ASSISTANCE, COMPLAINT, CaseState, Decision, kind_of
from domain.cases.reminders import next_look
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import account_holds, cases, doorbells, timeline, work_items
from storage.care_rules import care_policy
from storage.locks import lock_accounts, lock_claims
from storage.models import CaseRow
from storage.models.base import Json

SYSTEM = "system"
KINDS = frozenset({ASSISTANCE, COMPLAINT})


class NotPossible(ValueError):
    """It cannot be done now; the text says why and what to do."""


@dataclass(kw_only=True)
class CareCase:
    """An application or a complaint whose claim, account and row are locked, in that order."""

    desk: Desk
    row: CaseRow

    @classmethod
    def lock(cls, desk: Desk, number: int, kind: str | None = None) -> CareCase:
        """Lock what the case is about, then the case.

        Raises:
            UnknownCase: no such case of care in this organisation.
        """
        seen = cases.get(desk.session, number)
        if seen.kind not in KINDS or (kind is not None and seen.kind != kind):
            raise cases.UnknownCase(f"no {kind or 'case of care'} has the number {number}")
        if seen.claim_number is not None:
            lock_claims(desk.session, {seen.claim_number})
        if seen.account_number is not None:
            lock_accounts(desk.session, {seen.account_number})
        return cls(desk=desk, row=cases.get(desk.session, number, for_update=True))

    @classmethod
    def open(
        cls,
        desk: Desk,
        *,
        kind: str,
        key: str,
        account_number: int | None,
        claim_number: int | None,
        due_on: date,
        due_rule: str,
        owner: str,
        next_what: str,
        details: Json,
        first_look: date | None = None,
    ) -> CareCase | None:
        """Write the case and ring its story; None where one of this key was opened before."""
        reminder = care_policy(desk.organisation_id, desk.today).reminder_days
        first = first_look or next_look(desk.today, due_on, reminder, kind_of(kind).after_due_days)
        row = cases.add(
            desk.session,
            {
                "organisation_id": desk.organisation_id,
                "key": key,
                "kind": kind,
                "claim_number": claim_number,
                "account_number": account_number,
                "state": CaseState.OPEN.value,
                "opened_on": desk.today,
                "due_on": due_on,
                "due_rule": due_rule,
                "owner": owner,
                "next_at": desk.morning_of(first),
                "next_what": next_what,
                "details": details,
            },
        )
        if row is None:
            return None
        case = cls(desk=desk, row=row)
        case.ring(MessageKind.OPEN)
        return case

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.row.state != CaseState.CLOSED.value

    @property
    def hold_key(self) -> str:
        """The key of what it pauses."""
        return f"{self.row.kind}:{self.row.number}"

    def require_open(self) -> None:
        """Go on only with an open case.

        Raises:
            NotPossible: it is closed.
        """
        if not self.is_open:
            raise NotPossible(f"case {self.row.number} is closed ({self.row.decision}): nothing can be done about it")

    def tell(self, **facts: Any) -> None:
        """Keep facts with the case."""
        self.row.details = {**self.row.details, **facts}

    def pause(self, stops: Collection[str], kind: str, reason: str, by: str) -> None:
        """Pause what it concerns: the claim that it names, else the account; and tell the account's story."""
        if not stops or self.row.account_number is None:
            return
        account_holds.hold(
            self.desk.session,
            self.desk.organisation_id,
            key=self.hold_key,
            account_number=self.row.account_number,
            claim_number=self.row.claim_number,
            kind=kind,
            since=self.desk.today,
            stops=stops,
            reason=reason,
            by=by,
        )
        ring_account(self.desk, self.row.account_number, str(self.row.number))

    def go_on(self, by: str, reason: str) -> None:
        """End the pause, and tell the account's story."""
        lifted = account_holds.lift(
            self.desk.session,
            self.desk.organisation_id,
            key=self.hold_key,
            by=by,
            on=self.desk.today,
            reason=reason,
        )
        if lifted and self.row.account_number is not None:
            ring_account(self.desk, self.row.account_number, str(self.row.number))

    def wait(self, what: str, due_on: date | None = None, first_look: date | None = None) -> None:
        """Stay open, with the next date on which somebody is asked."""
        row = self.row
        row.due_on = due_on or row.due_on
        reminder = care_policy(self.desk.organisation_id, self.desk.today).reminder_days
        after = kind_of(row.kind).after_due_days
        row.next_at = self.desk.morning_of(first_look or next_look(self.desk.today, row.due_on, reminder, after))
        row.next_what = what
        self.desk.session.flush()

    def close(self, decision: Decision, by: str, what: str, why: str) -> None:
        """End it: questions answered, pause lifted, its stories told."""
        row = self.row
        row.state, row.decision, row.decided_by = CaseState.CLOSED.value, decision.value, by
        row.closed_on, row.next_at, row.next_what = self.desk.today, None, ""
        self.done_asking(by)
        self.go_on(by, what)
        self.note("closed", what, why, by)
        self.desk.session.flush()
        self.ring(MessageKind.DECISION)

    def ring(self, kind: MessageKind = MessageKind.DECISION) -> None:
        """Tell its workflow to look at the row."""
        _ring(self.desk, Recipient.CASE, self.row.number, kind, str(self.row.number))

    def note(self, key: str, what: str, why: str = "", by: str = SYSTEM) -> None:
        """Say on the timeline of its account, and of the claim that it names, what happened."""
        for account, claim in ((self.row.account_number, None), (None, self.row.claim_number)):
            if account is None and claim is None:
                continue
            timeline.note(
                self.desk.session,
                self.desk.organisation_id,
                key=f"case:{self.row.number}:{key}" + (f":claim:{claim}" if claim else ""),
                at=self.desk.now,
                by=by,
                what=what,
                why=why,
                claim_number=claim,
                account_number=account,
            )

    def ask(self, key: str, kind: str, reason: str, remedy: str, due_on: date) -> None:
        """Ask its owner, once for each key; the question is closed with the case."""
        whole = f"case:{self.row.number}:{key}"
        work_items.open_item(
            self.desk.session,
            self.desk.organisation_id,
            key=whole,
            kind=kind,
            reason=reason,
            remedy=remedy,
            owner=str(self.row.details.get("person") or self.row.owner),
            due_on=due_on,
            opened_on=self.desk.today,
            details={"case": self.row.number},
        )
        asked = self.row.details.get("asked", [])
        self.tell(asked=[*asked, whole] if whole not in asked else asked)

    def done_asking(self, by: str) -> None:
        """Close what was asked about it."""
        if keys := self.row.details.get("asked", []):
            work_items.close_by_key(self.desk.session, keys, by=by, on=self.desk.today)

    def snapshot(self) -> CaseSnapshot:
        """What the row says now."""
        self.desk.session.flush()
        row = self.row
        return CaseSnapshot(
            kind=row.kind,
            state=row.state,
            owner=str(row.details.get("person") or row.owner),
            next_at=row.next_at,
            next_what=row.next_what,
            due_on=row.due_on.isoformat(),
            decision=row.decision,
        )


def is_one(session: Session, case_number: int) -> bool:
    """Whether a case is one of care."""
    return session.scalar(select(CaseRow.kind).where(CaseRow.number == case_number)) in KINDS


def ring_account(desk: Desk, account_number: int, reference: str = "") -> None:
    """Tell an account's story that something about it was decided."""
    _ring(desk, Recipient.ACCOUNT, account_number, MessageKind.DECISION, reference)


def ring_claim(desk: Desk, claim_number: int, reference: str, outcome: str = "") -> None:
    """Tell a claim that its patient's share changed."""
    _ring(desk, Recipient.CLAIM, claim_number, MessageKind.PATIENT_SETTLED, reference, outcome)


def _ring(
    desk: Desk, to: Recipient, number: int, kind: MessageKind, reference: str = "", outcome: str = ""
) -> None:
    bell = Doorbell(
        recipient=to, number=str(number), kind=kind, reference=reference, outcome=outcome, business_at=desk.now
    )
    doorbells.ring(desk.session, desk.organisation_id, bell)
