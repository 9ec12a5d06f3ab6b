"""Where one level is worked on: its claim locked, then its row, on one business day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from activities import parties
from activities.claim.step import BILLER, BILLING_MANAGER, SYSTEM, Step
from contracts.appeal import AppealRef, AppealSnapshot
from contracts.claim import ClaimRef
from domain.appeals.ladder import FIRST, Level, under_contract
from domain.appeals.states import AppealState, Outcome
from domain.coverage.coverage import PayerKind
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import appeals, doorbells, examinations
from storage.appeal_rules import ladders
from storage.models import Appeal
from storage.models.base import Json
from storage.reference import policy

__all__ = ["BILLER", "BILLING_MANAGER", "SYSTEM", "AppealDesk", "level_of"]

MORNING = time(9)
"""People are asked in the morning of a day, in the practice's zone."""


@dataclass(kw_only=True)
class AppealDesk:
    """One level with its claim."""

    step: Step
    row: Appeal

    @classmethod
    def lock(cls, session: Session, ref: AppealRef) -> AppealDesk:
        """Lock the claim, then the level: the order that every transaction keeps."""
        claim = appeals.get(session, ref.appeal_number).claim_number
        step = Step.begin(session, ClaimRef(organisation_id=ref.organisation_id, claim_number=claim, today=ref.today))
        return cls(step=step, row=appeals.get(session, ref.appeal_number, for_update=True))

    @property
    def state(self) -> AppealState:
        """Where the level stands."""
        return AppealState(self.row.state)

    @property
    def level(self) -> Level:
        """The rule of this level, as it held when it was opened.

        Raises:
            LookupError: the table has no such level any more.
        """
        found = level_of(self.step, self.row.payer_kind, self.row.payer_code, self.row.level, self.row.opened_on)
        if found is None:
            raise LookupError(f"appeal_ladders.csv has no level {self.row.level} for {self.row.payer_kind}")
        return found

    def next_level(self, on: date) -> Level | None:
        """The level above; None where the ladder ends here."""
        return level_of(self.step, self.row.payer_kind, self.row.payer_code, self.row.level + 1, on)

    def words(self) -> str:
        """What a biller calls it."""
        return f"{self.row.level_name} {self.row.number} (level {self.row.level})"

    def note(self, key: str, what: str, why: str = "", by: str = SYSTEM) -> None:
        """Write into the claim's timeline what happened, once for each key."""
        self.step.note(f"appeal:{self.row.number}:{key}", what, why, by=by)

    def ask(self, key: str, kind: str, reason: str, remedy: str, *, due_on: date, owner: str = BILLER) -> None:
        """Open a work item, once for each key."""
        self.step.ask_person(
            f"appeal:{self.row.number}:{key}",
            kind,
            reason,
            remedy,
            within=max(due_on - self.step.today, timedelta(0)),
            owner=owner,
            details={"appeal": self.row.number},
        )

    def done_asking(self, by: str) -> None:
        """Close the work items about this level."""
        prefix = f"claim:{self.row.claim_number}:appeal:{self.row.number}:"
        appeals.close_questions(self.step.session, prefix, by=by, on=self.step.today)

    def wait(self, state: AppealState, *, until: date, waits_for: str, owner: str) -> None:
        """Stand in a state until the morning of a day."""
        self.row.state = state.value
        self.row.next_at = self._morning_of(max(until, self.step.today + timedelta(days=1)))
        self.row.next_what = waits_for
        self.row.owner = owner
        self.step.session.flush()

    def close(self, outcome: Outcome, by: str, what: str, why: str) -> None:
        """End the level."""
        self.row.state = AppealState.CLOSED.value
        self.row.decision = outcome.value
        self.row.closed_on = self.step.today
        self.row.next_at, self.row.next_what, self.row.owner = None, "", SYSTEM
        self.done_asking(by)
        self.note(f"closed:{outcome.value}", what, why, by)
        self.step.session.flush()

    def move_register(self, values: Json, by: str, *states: str) -> None:
        """Move the records of this attempt in the Medicare examination register."""
        examinations.move(
            self.step.session, self.row.claim_number, self.row.attempt, values, by=by, on=self.step.today, states=states
        )

    def ring(self, kind: MessageKind = MessageKind.DECISION) -> None:
        """Tell the level's workflow that its row changed."""
        self._ring(Recipient.APPEAL, self.row.number, kind)

    def ring_claim(self) -> None:
        """Tell the claim that its appeal was decided, filed, or ended."""
        self._ring(Recipient.CLAIM, self.row.claim_number, MessageKind.DECISION)

    def snapshot(self) -> AppealSnapshot:
        """What the row says now."""
        self.step.session.flush()
        row = self.row
        deadlines = {
            AppealState.GATHERING: row.file_by,
            AppealState.FILED: row.decision_due,
            AppealState.UPHELD: row.next_file_by,
        }
        deadline = deadlines.get(self.state)
        return AppealSnapshot(
            claim_number=row.claim_number,
            payer_code=row.payer_code,
            level=row.level,
            level_name=row.level_name,
            state=row.state,
            owner=row.owner,
            next_at=row.next_at,
            next_what=row.next_what,
            deadline=deadline.isoformat() if deadline is not None else "",
            decision=row.decision,
        )

    def _morning_of(self, day: date) -> datetime:
        zone = parties.time_zone(self.step.session, self.step.ref.organisation_id)
        return datetime.combine(day, MORNING, tzinfo=zone).astimezone(self.step.now.tzinfo)

    def _ring(self, recipient: Recipient, number: int, kind: MessageKind) -> None:
        doorbells.ring(
            self.step.session,
            self.step.ref.organisation_id,
            Doorbell(
                recipient=recipient,
                number=str(number),
                kind=kind,
                reference=str(self.row.number),
                business_at=self.step.now,
            ),
        )


def level_of(step: Step, payer_kind: str, payer_code: str, level: int, on: date) -> Level | None:
    """One level of a payer's ladder, the first with the days of the payer's own policy."""
    found = ladders().level(PayerKind(payer_kind), payer_code, level, on)
    if found is None or level != FIRST:
        return found
    return under_contract(found, policy(step.session, payer_kind, payer_code, on))
