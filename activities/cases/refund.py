"""One refund case in one transaction: its locked row, what is owed now, and how it moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.cases.desk import Desk
from activities.cases.payments import payers_of
from domain.cases.kinds import REFUND, CaseKind, CaseState, Decision, kind_of
from domain.cases.reminders import next_look
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.ledger.chart import LedgerAccount, Leg
from domain.overpayments.books import RefundPlace
from domain.overpayments.clock import Clock
from domain.overpayments.owed import Creditor, owed_to_patient, owed_to_payers
from domain.overpayments.policy import RefundPolicy
from domain.remittance.balancing import dollars
from storage import cases, doorbells, ledger, timeline, work_items
from storage.locks import lock_accounts, lock_claims
from storage.models import CaseRow
from storage.reference import HOUSE, refund_policy

SYSTEM = "system"
PATIENT_ACCOUNTS = "patient_accounts"


@dataclass(kw_only=True)
class RefundCase:
    """A refund case whose claim, account and row are locked, in that order."""

    desk: Desk
    row: CaseRow

    @classmethod
    def lock(cls, desk: Desk, number: int) -> RefundCase:
        """Lock what the case is about, then the case.

        Raises:
            UnknownCase: no such case in this organisation.
        """
        seen = cases.get(desk.session, number)
        if seen.claim_number is not None:
            lock_claims(desk.session, {seen.claim_number})
        if seen.account_number is not None:
            lock_accounts(desk.session, {seen.account_number})
        return cls(desk=desk, row=cases.get(desk.session, number, for_update=True))

    @property
    def state(self) -> CaseState:
        """Where it stands."""
        return CaseState(self.row.state)

    @property
    def creditor(self) -> Creditor:
        """Who is owed."""
        return Creditor(self.row.details["creditor"])

    @property
    def payer_code(self) -> str:
        """Which payer; empty for a patient."""
        return str(self.row.details.get("payer_code", ""))

    @property
    def place(self) -> RefundPlace:
        """Where the credit stands in the books."""
        return RefundPlace(
            creditor=self.creditor, claim_number=self.row.claim_number, account_number=self.row.account_number
        )

    @property
    def kind(self) -> CaseKind:
        """What is the same for all cases of its kind."""
        return kind_of(self.row.kind)

    @property
    def policy(self) -> RefundPolicy:
        """The rules of the day on which it was identified."""
        kind = HOUSE if self.creditor is Creditor.PATIENT else str(self.row.details["payer_kind"])
        return refund_policy(self.desk.session, kind, self.payer_code, self.row.opened_on)

    @property
    def clock(self) -> Clock:
        """Its due date, and whether that is suspended."""
        until = self.row.details.get("suspended_until")
        return Clock(
            identified_on=self.row.opened_on,
            due_on=self.row.due_on,
            suspended_until=date.fromisoformat(until) if until else None,
        )

    def set_clock(self, clock: Clock) -> None:
        """Keep another due date."""
        self.row.due_on = clock.due_on
        self.tell(suspended_until=clock.suspended_until.isoformat() if clock.suspended_until else None)

    def standing_cents(self) -> int:
        """What would be owed now if this case had not been approved: the ledger's word, never the case's own.

        What another case of the same creditor has approved is that case's.
        """
        session, row = self.desk.session, self.row
        assert row.account_number is not None
        if self.creditor is Creditor.PATIENT:
            owed = patient_standing(self.desk, row.account_number)
            known = cases.of_account(session, REFUND, row.account_number)
        else:
            assert row.claim_number is not None
            owed = payers_standing(self.desk, row.claim_number).get(self.payer_code, 0)
            known = cases.of_claim(session, REFUND, row.claim_number)
        return owed - sum(
            other.amount_cents
            for other in known
            if other.number != row.number
            and other.state == CaseState.APPROVED.value
            and other.details.get("payer_code", "") == self.payer_code
        )

    def tell(self, **facts: Any) -> None:
        """Keep facts with the case."""
        self.row.details = {**self.row.details, **facts}

    def returned(self, cents: int) -> None:
        """Keep how much of it went back so far, by check or by recoupment."""
        self.tell(returned_cents=int(self.row.details.get("returned_cents", 0)) + cents)

    def post(self, key: str, kind: str, cites: str, by: str, legs: Iterable[Leg]) -> None:
        """Book it, once for each key."""
        ledger.post(
            self.desk.session,
            self.desk.organisation_id,
            key=f"refund:{self.row.number}:{key}",
            kind=kind,
            cites=cites,
            by=by,
            business_date=self.desk.today,
            legs=legs,
        )

    def wait(self, state: CaseState) -> None:
        """Stay open in a state, with the next date on which somebody is asked."""
        row = self.row
        row.state = state.value
        day = next_look(self.desk.today, row.due_on, self.policy.refund_reminder_days, self.kind.after_due_days)
        row.next_at = self.desk.morning_of(day)
        row.next_what = self.kind.waits_for[state]
        self.desk.session.flush()

    def close(self, decision: Decision, by: str, what: str, why: str = "", *, ring_case: bool = True) -> None:
        """End it, tell its claim or account, and, where another transaction than its own did it, its workflow."""
        row = self.row
        row.state, row.decision, row.decided_by = CaseState.CLOSED.value, decision.value, by
        row.closed_on, row.next_at, row.next_what = self.desk.today, None, ""
        self.done_asking(by)
        self.note(f"closed:{self.desk.today}", what, why, by)
        self.desk.session.flush()
        if row.claim_number is not None:
            self._ring(Recipient.CLAIM, row.claim_number, MessageKind.DECISION, decision.value)
        elif row.account_number is not None:
            self._ring(Recipient.ACCOUNT, row.account_number, MessageKind.BALANCE_CHANGED)
        if ring_case:
            self.ring()

    def ring(self, kind: MessageKind = MessageKind.BALANCE_CHANGED) -> None:
        """Tell its workflow to look at the row."""
        self._ring(Recipient.CASE, self.row.number, kind)

    def note(self, key: str, what: str, why: str = "", by: str = SYSTEM) -> None:
        """Say on the timeline of its claim, or else of its account, what happened."""
        of_claim = self.row.claim_number is not None
        timeline.note(
            self.desk.session,
            self.desk.organisation_id,
            key=f"case:{self.row.number}:{key}",
            at=self.desk.now,
            by=by,
            what=what,
            why=why,
            claim_number=self.row.claim_number,
            account_number=None if of_claim else self.row.account_number,
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
            owner=self.row.owner,
            due_on=due_on,
            opened_on=self.desk.today,
            claim_number=self.row.claim_number,
            account_number=self.row.account_number if self.row.claim_number is None else None,
            details={"case": self.row.number, "amount_cents": self.row.amount_cents},
        )
        asked = self.row.details.get("asked", [])
        self.tell(asked=[*asked, whole] if whole not in asked else asked)

    def done_asking(self, by: str) -> None:
        """Close what was asked about it."""
        if keys := self.row.details.get("asked", []):
            work_items.close_by_key(self.desk.session, keys, by=by, on=self.desk.today)

    def words(self) -> str:
        """What is returned to whom, without a name."""
        whom = f"payer {self.payer_code}" if self.creditor is Creditor.PAYER else "the patient"
        return f"${dollars(self.row.amount_cents)} to {whom}"

    def _ring(self, to: Recipient, number: int, kind: MessageKind, outcome: str = "") -> None:
        doorbells.ring(
            self.desk.session,
            self.desk.organisation_id,
            Doorbell(
                recipient=to,
                number=str(number),
                kind=kind,
                reference=str(self.row.number),
                outcome=outcome,
                business_at=self.desk.now,
            ),
        )


def payers_standing(desk: Desk, claim_number: int) -> dict[str, int]:
    """Cents owed to each payer of a claim, approvals that wait to be sent taken as not given."""
    balances = ledger.claim_balances(desk.session, claim_number)
    known = cases.of_claim(desk.session, REFUND, claim_number)
    approved = sum(case.amount_cents for case in known if case.state == CaseState.APPROVED.value)
    receivable = balances.get(LedgerAccount.PAYER_RECEIVABLE.value, 0) - approved
    if receivable >= 0:
        return {}
    returned: dict[str, int] = {}
    for case in known:
        code = str(case.details.get("payer_code", ""))
        returned[code] = returned.get(code, 0) + int(case.details.get("returned_cents", 0))
    payers = payers_of(desk.session, claim_number).values()
    split = owed_to_payers(receivable, [payer.as_paid(returned.get(payer.code, 0)) for payer in payers])
    return {one.payer_code: one.amount_cents for one in split}


def patient_standing(desk: Desk, account_number: int) -> int:
    """Cents of the guarantor's credit that nothing open needs, approvals taken as not given."""
    known = cases.of_account(desk.session, REFUND, account_number)
    approved = sum(case.amount_cents for case in known if case.state == CaseState.APPROVED.value)
    credit = cases.patient_credit_cents(desk.session, account_number) + approved
    asked = sum(max(0, cents) for cents in ledger.open_by_claim(desk.session, account_number).values())
    owed = owed_to_patient(credit, asked)
    return owed.amount_cents if owed is not None else 0
