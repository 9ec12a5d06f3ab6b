"""Asking: a statement with its send, a question to a person, or the approved hand-over, in one transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from activities.account import instalments
from activities.account.balance import OpenAccount
from activities.account.contents import placement_pdf
from activities.account.planning import (
    BAD_ADDRESS,
    COLLECTION_GATES,
    PATIENT_ACCOUNTS,
    PLACEMENT,
    SMALL_BALANCE,
    plan,
    ring_settled,
)
from activities.account.words_out import keep, mail, reach
from activities.care.gating import gates_of
from activities.care.placements import keep_placement
from activities.cases.desk import Desk
from contracts.account import StatementIssued
from domain.billing.schedule import StepKind
from domain.care.collection_gates import closed
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_write_off
from domain.remittance.balancing import dollars
from gateways.papers.statement import PLAN_MISSED
from storage import ledger, timeline, work_items
from storage.models import Command, Outbox, Statement

NOTHING = StatementIssued(statement_number=None, outbox_id=None)
DECIDE_WITHIN = timedelta(days=14)
_PAPERS = {StepKind.STATEMENT.value, StepKind.REMINDER.value, StepKind.FINAL_NOTICE.value, PLAN_MISSED}


def issue(account: OpenAccount) -> StatementIssued:
    """Do what is due now, read from the balance at this moment; nothing when it is not due any more."""
    unsent = _unsent(account)
    if unsent is not None:
        return unsent
    due = plan(account)
    if due.settled or due.due_at is None or due.due_at > account.now:
        return NOTHING
    if due.kind in _PAPERS:
        return reach(account, due.kind)
    if due.kind == instalments.RENEGOTIATION:
        instalments.ask_person(account)
        return NOTHING
    if due.kind == PLACEMENT:
        return _place(account)
    _ask_person(account, due.kind, due.what)
    return NOTHING


def _unsent(account: OpenAccount) -> StatementIssued | None:
    """A paper that an earlier try of this step wrote and nobody has handed over yet."""
    found = account.session.execute(
        select(Statement.number, Statement.outbox_id)
        .join(Outbox, Outbox.id == Statement.outbox_id)
        .where(Statement.account_number == account.row.number, Outbox.state.in_(("intended", "sending")))
        .order_by(Statement.number)
        .limit(1)
    ).one_or_none()
    return None if found is None else StatementIssued(statement_number=found.number, outbox_id=found.outbox_id)


def _ask_person(account: OpenAccount, kind: str, what: str) -> None:
    row = account.row
    reasons = {
        SMALL_BALANCE: (
            f"The balance of ${dollars(account.balance_cents)} is below what the house asks for",
            "Write it off with a reason, or leave it until more is owed",
        ),
        BAD_ADDRESS: (
            "Mail to the guarantor came back, and nothing else is agreed",
            "Find the new address (`claimflow account prefer --new-address`), or ask whether an e-mail is welcome",
        ),
        COLLECTION_GATES: (
            f"What must be done {what}",
            f"`claimflow collections check {row.number}` says what each condition needs; offer help first",
        ),
        StepKind.PLACEMENT_APPROVAL.value: (
            f"Every reminder over ${dollars(account.balance_cents)} went unanswered",
            "Look for help the patient may need first; then approve the hand-over to the agency",
        ),
    }
    reason, remedy = reasons[kind]
    # A small balance is given up claim by claim, by a command on the claim; a placement is the account's.
    for claim_number in account.asked if kind == SMALL_BALANCE else [None]:
        work_items.open_item(
            account.session,
            account.ref.organisation_id,
            key=f"account:{row.number}:{row.cycle_started_on}:{kind}:{claim_number or ''}:{account.today}",
            kind=kind,
            reason=reason,
            remedy=remedy,
            owner=PATIENT_ACCOUNTS,
            due_on=account.today + DECIDE_WITHIN,
            opened_on=account.today,
            claim_number=claim_number,
            account_number=row.number,
            details={"claims": list(account.asked)},
        )
    row.next_at = account.now + DECIDE_WITHIN
    row.next_what = what


def _place(account: OpenAccount) -> StatementIssued:
    """Hand the debt to the agency: off the patient's receivable, citing the person who approved it.

    Every gate is looked at once more under the account's lock, and kept with the placement.
    """
    row, placed, gates = account.row, dict(account.asked), gates_of(account)
    if closed(gates):
        return NOTHING
    by = account.session.scalars(
        select(Command.by)
        .where(Command.account_number == row.number, Command.verb == "approve_placement")
        .order_by(Command.id.desc())
        .limit(1)
    ).one()
    row.cycle_step += 1
    statement = keep(account, PLACEMENT, account.balance_cents)
    outbox_id = mail(account, statement, PLACEMENT, placement_pdf(account, statement))
    keep_placement(_desk(account), row.number, statement.number, placed, gates, by)
    for number, cents in placed.items():
        ledger.post(
            account.session,
            account.ref.organisation_id,
            key=f"placement:{statement.number}:{number}",
            kind="write_off",
            cites=f"placed with an agency, approved by {by}",
            by=by,
            business_date=account.today,
            legs=plan_write_off(cents, by, number, row.number, LedgerAccount.PATIENT_RECEIVABLE),
        )
        ring_settled(account, number, f"placement:{statement.number}")
    timeline.note(
        account.session,
        account.ref.organisation_id,
        key=f"placement:{statement.number}",
        at=account.now,
        by=by,
        what=f"Handed to the collection agency: ${dollars(statement.balance_cents)}",
        account_number=row.number,
    )
    work_items.close_items(account.session, account_number=row.number, by=by, on=account.today)
    account.owed = {number: cents for number, cents in account.owed.items() if number not in placed}
    row.cycle_started_on, row.cycle_step = None, 0
    plan(account)
    return StatementIssued(statement_number=statement.number, outbox_id=outbox_id)


def _desk(account: OpenAccount) -> Desk:
    return Desk.at(account.session, account.ref.organisation_id, account.now)
