"""Asking: a statement with its send, a question to a person, or the approved hand-over, in one transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from activities.account.balance import OpenAccount
from activities.account.contents import placement_pdf, statement_pdf
from activities.account.planning import PATIENT_ACCOUNTS, PLACEMENT, SMALL_BALANCE, plan, ring_settled
from activities.deliveries import MAIL
from contracts.account import StatementIssued
from domain.billing.schedule import StepKind
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_write_off
from domain.sending import SendKind
from storage import files, ledger, outbox, timeline, work_items
from storage.models import Command, Outbox, Statement

NOTHING = StatementIssued(statement_number=None, outbox_id=None)
DECIDE_WITHIN = timedelta(days=14)
_PAPERS = {StepKind.STATEMENT.value, StepKind.REMINDER.value, StepKind.FINAL_NOTICE.value}


def issue(account: OpenAccount) -> StatementIssued:
    """Do what is due now, read from the balance at this moment; nothing when it is not due any more."""
    unsent = _unsent(account)
    if unsent is not None:
        return unsent
    due = plan(account)
    if due.settled or due.due_at is None or due.due_at > account.now:
        return NOTHING
    if due.kind in _PAPERS:
        return _send_statement(account, due.kind)
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


def _send_statement(account: OpenAccount, kind: str) -> StatementIssued:
    row = account.row
    row.cycle_step += 1
    statement = _keep(account, kind, account.balance_cents)
    pdf = statement_pdf(account, statement)
    outbox_id = _intend(account, statement, "statement", pdf)
    timeline.note(
        account.session,
        account.ref.organisation_id,
        key=f"statement:{statement.number}",
        at=account.now,
        by="system",
        what=f"{kind.replace('_', ' ').capitalize()} over ${statement.balance_cents / 100:,.2f} issued",
        account_number=row.number,
    )
    for number in account.asked:
        timeline.note(
            account.session,
            account.ref.organisation_id,
            key=f"statement:{statement.number}:claim:{number}",
            at=account.now,
            by="system",
            what=f"On a {kind.replace('_', ' ')} to the patient: ${account.asked[number] / 100:,.2f}",
            claim_number=number,
        )
    plan(account)
    return StatementIssued(statement_number=statement.number, outbox_id=outbox_id)


def _ask_person(account: OpenAccount, kind: str, what: str) -> None:
    row = account.row
    reasons = {
        SMALL_BALANCE: (
            f"The balance of ${account.balance_cents / 100:,.2f} is below what the house asks for",
            "Write it off with a reason, or leave it until more is owed",
        ),
        StepKind.PLACEMENT_APPROVAL.value: (
            f"Every reminder over ${account.balance_cents / 100:,.2f} went unanswered",
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
    """Hand the debt to the agency: off the patient's receivable, citing the person who approved it."""
    row = account.row
    by = account.session.scalars(
        select(Command.by)
        .where(Command.account_number == row.number, Command.verb == "approve_placement")
        .order_by(Command.id.desc())
        .limit(1)
    ).one()
    row.cycle_step += 1
    statement = _keep(account, PLACEMENT, account.balance_cents)
    outbox_id = _intend(account, statement, PLACEMENT, placement_pdf(account, statement))
    for number, cents in account.asked.items():
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
        what=f"Handed to the collection agency: ${statement.balance_cents / 100:,.2f}",
        account_number=row.number,
    )
    work_items.close_items(account.session, account_number=row.number, by=by, on=account.today)
    row.stage, row.next_at, row.next_what = "settled", None, ""
    row.cycle_started_on, row.cycle_step = None, 0
    return StatementIssued(statement_number=statement.number, outbox_id=outbox_id)


def _keep(account: OpenAccount, kind: str, balance_cents: int) -> Statement:
    row = account.row
    assert row.cycle_started_on is not None
    statement = Statement(
        organisation_id=account.ref.organisation_id,
        account_number=row.number,
        cycle_started_on=row.cycle_started_on,
        step=row.cycle_step,
        kind=kind,
        balance_cents=balance_cents,
        claims=[{"claim": number, "cents": cents} for number, cents in account.asked.items()],
        business_date=account.today,
    )
    account.session.add(statement)
    account.session.flush()
    return statement


def _intend(account: OpenAccount, statement: Statement, paper: str, pdf: bytes) -> int:
    organisation_id = account.ref.organisation_id
    name = f"{paper}-{statement.number}"
    file_id = files.build(account.session, organisation_id, f"{name}.pdf", paper, pdf, account.now)
    outbox_id = outbox.intend(
        account.session,
        organisation_id,
        f"{paper}:{statement.number}",
        SendKind.RECOGNISED,
        MAIL,
        name,
        file_id,
        {
            "paper": paper,
            "reference": f"{'PL' if paper == PLACEMENT else 'ST'}-{statement.number}",
            "organisation": organisation_id,
            "account": statement.account_number,
            "statement": statement.number,
            "step": statement.step,
            "balance_cents": statement.balance_cents,
            "date": account.today.isoformat(),
        },
        account.now,
    )
    statement.outbox_id = outbox_id
    account.session.flush()
    return outbox_id

