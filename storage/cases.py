"""Cases as rows: opened once for what they are about, locked while something is done to them, shown to people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cases.kinds import CaseState
from storage.models import CaseRow, Claim, Entry, Posting, ProviderAdjustmentRow, RemittanceRow
from storage.models.base import Json
from storage.practice_day import next_date


class UnknownCase(LookupError):
    """No case has this number in this organisation."""


def get(session: Session, number: int, *, for_update: bool = False) -> CaseRow:
    """Return a case's row, locked to the end of the transaction with ``for_update``; claims and accounts go first.

    Raises:
        UnknownCase: no such case in this organisation.
    """
    statement = select(CaseRow).where(CaseRow.number == number)
    if for_update:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.scalar(statement)
    if row is None:
        raise UnknownCase(f"no case has the number {number}")
    return row


def add(session: Session, values: Json) -> CaseRow | None:
    """Open a case; None when one with this key was opened before, also when it is closed by now."""
    number = session.scalar(insert(CaseRow).values(**values).on_conflict_do_nothing().returning(CaseRow.number))
    return None if number is None else session.get_one(CaseRow, number)


def of_claim(session: Session, kind: str, claim_number: int) -> list[CaseRow]:
    """Every case of this kind about a claim, locked, in order of number."""
    return _locked(session, CaseRow.kind == kind, CaseRow.claim_number == claim_number)


def of_account(session: Session, kind: str, account_number: int) -> list[CaseRow]:
    """Every case of this kind about an account and no claim of it, locked, in order of number."""
    return _locked(
        session, CaseRow.kind == kind, CaseRow.account_number == account_number, CaseRow.claim_number.is_(None)
    )


def open_numbers(session: Session, kind: str) -> list[int]:
    """Numbers of the open cases of a kind, in order."""
    statement = select(CaseRow.number).where(CaseRow.kind == kind, CaseRow.state != CaseState.CLOSED.value)
    return list(session.scalars(statement.order_by(CaseRow.number)))


def listed(
    session: Session, kind: str, *, only_open: bool, limit: int, after: int | None = None
) -> list[dict[str, Any]]:
    """One page of cases, the oldest first."""
    statement = select(CaseRow).where(CaseRow.kind == kind)
    if only_open:
        statement = statement.where(CaseRow.state != CaseState.CLOSED.value)
    if after is not None:
        statement = statement.where(CaseRow.number > after)
    return [document(row) for row in session.scalars(statement.order_by(CaseRow.number).limit(limit))]


def open_amounts(session: Session, kind: str, amount_cents: int) -> list[CaseRow]:
    """Open cases of a kind over exactly this amount."""
    return list(
        session.scalars(
            select(CaseRow)
            .where(CaseRow.kind == kind, CaseRow.state != CaseState.CLOSED.value, CaseRow.amount_cents == amount_cents)
            .order_by(CaseRow.number)
        )
    )


def document(row: CaseRow) -> dict[str, Any]:
    """A refund case as people and programs see it."""
    details = row.details
    return {
        "refund": row.number,
        "state": row.state,
        "creditor": details.get("creditor", ""),
        "payer": details.get("payer_code") or None,
        "claim": row.claim_number,
        "account": row.account_number,
        "amount_cents": row.amount_cents,
        "why": details.get("why", ""),
        "opened_on": row.opened_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "due_rule": row.due_rule,
        "suspended_until": details.get("suspended_until"),
        "owner": row.owner,
        "next_date": next_date(row),
        "next_what": row.next_what,
        "decision": row.decision or None,
        "decided_by": row.decided_by or None,
        "check": details.get("check"),
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
    }


def overpaid_claims(session: Session) -> list[tuple[int, int]]:
    """Claims whose payer receivable is a credit, with their accounts, in order."""
    total = func.sum(Entry.amount_cents)
    in_credit = (
        select(Entry.claim_number)
        .where(Entry.ledger_account == "payer_receivable", Entry.claim_number.is_not(None))
        .group_by(Entry.claim_number)
        .having(total < 0)
    )
    rows = session.execute(
        select(Claim.number, Claim.account_number).where(Claim.number.in_(in_credit)).order_by(Claim.number)
    )
    return [(row.number, row.account_number) for row in rows]


def credited_accounts(session: Session) -> list[tuple[int, date]]:
    """Accounts with a patient's credit, and the day on which that credit last changed, in order."""
    rows = session.execute(
        select(Entry.account_number, func.max(Posting.business_date))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Entry.ledger_account == "patient_credit", Entry.account_number.is_not(None))
        .group_by(Entry.account_number)
        .having(func.sum(Entry.amount_cents) < 0)
        .order_by(Entry.account_number)
    )
    return [(number, last) for number, last in rows if number is not None]


def patient_credit_cents(session: Session, account_number: int) -> int:
    """What a guarantor has paid ahead or too much, positive."""
    total = session.scalar(
        select(func.coalesce(func.sum(Entry.amount_cents), 0)).where(
            Entry.account_number == account_number, Entry.ledger_account == "patient_credit"
        )
    )
    return -int(total or 0)


def last_entry(
    session: Session, ledger_account: str, *, claim_number: int | None = None, account_number: int | None = None
) -> int:
    """Id of the last entry that made the balance what it is, what refunds themselves booked apart; 0: none."""
    statement = (
        select(func.max(Entry.id))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Entry.ledger_account == ledger_account, Posting.kind.not_in(("refund", "recoupment")))
    )
    if claim_number is not None:
        statement = statement.where(Entry.claim_number == claim_number)
    if account_number is not None:
        statement = statement.where(Entry.account_number == account_number)
    return session.scalar(statement) or 0


def under_way(session: Session, account_number: int) -> bool:
    """Whether a claim of the account is not closed yet: a new share may come that its credit pays."""
    found = select(Claim.number).where(Claim.account_number == account_number, Claim.stage != "closed").limit(1)
    return session.scalar(found) is not None


def held_back(session: Session, claim_number: int, payer_identifiers: set[str]) -> list[ProviderAdjustmentRow]:
    """What this payer held back or gave at provider level for a claim and no case was settled by, in order.

    WO is a recoupment, or its deferral when negative; 72 acknowledges that the practice returned it itself.
    """
    return list(
        session.scalars(
            select(ProviderAdjustmentRow)
            .join(RemittanceRow, RemittanceRow.id == ProviderAdjustmentRow.remittance_id)
            .where(
                ProviderAdjustmentRow.claim_number == claim_number,
                ProviderAdjustmentRow.case_number.is_(None),
                ProviderAdjustmentRow.reason.in_(("WO", "72")),
                RemittanceRow.payer_identifier.in_(payer_identifiers),
            )
            .order_by(ProviderAdjustmentRow.id)
        )
    )


def provider_adjustments(session: Session, keys: Collection[str]) -> list[ProviderAdjustmentRow]:
    """The PLB entries of these keys, in order."""
    statement = select(ProviderAdjustmentRow).where(ProviderAdjustmentRow.key.in_(keys))
    return list(session.scalars(statement.order_by(ProviderAdjustmentRow.id)))


def _locked(session: Session, *where: ColumnElement[bool]) -> list[CaseRow]:
    return list(
        session.scalars(
            select(CaseRow)
            .where(*where)
            .order_by(CaseRow.number)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )
