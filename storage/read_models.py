"""What screens and the command line show: read from PostgreSQL, never from a workflow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from domain.claim.claim import ClaimContent
from domain.claim.stages import Stage
from domain.coverage.coverage import SEQUENCES, OtherCoverage
from domain.ledger.chart import LedgerAccount
from storage import claim_desk, claims, ledger
from storage.held import of_no_held_claim
from storage.models import Claim, Entry, Organisation, RemittanceClaim, Submission, WorkItem
from storage.suggested_changes import suggested_changes
from storage.timeline import of_claim as timeline
from storage.work_items import HELD_FOR_REVIEW as HELD_ITEM

__all__ = ["claim_list", "claim_show", "outcomes", "timeline", "work_list"]

RECEIVABLES = (LedgerAccount.PAYER_RECEIVABLE.value, LedgerAccount.PATIENT_RECEIVABLE.value)
"""A claim's open cents: what payer and patient together still owe for it."""

# The date a reader in the practice would give, not the server's.
_NEXT_DATE = cast(func.timezone(Organisation.time_zone, Claim.next_at), Date)


def claim_list(
    session: Session,
    *,
    stage: str | None = None,
    payer: str | None = None,
    owes: str | None = None,
    limit: int = 50,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """Return one page of claims, newest first; ``after`` is the last claim number of the page before.

    Each is ``{"claim", "stage", "payer", "owes", "open_cents", "next_date", "owner"}``; ``payer`` is the
    payer's code.
    """
    statement = select(Claim, _NEXT_DATE).join(Organisation, Organisation.id == Claim.organisation_id)
    if stage is not None:
        statement = statement.where(Claim.stage == stage)
    if payer is not None:
        statement = statement.where(Claim.payer_code == payer)
    if owes is not None:
        statement = statement.where(Claim.owes == owes)
    if after is not None:
        statement = statement.where(Claim.number < after)
    rows = session.execute(statement.order_by(Claim.number.desc()).limit(limit)).all()
    open_cents = _open_cents(session, [claim.number for claim, _ in rows])
    return [_line(claim, next_date, open_cents.get(claim.number, 0)) for claim, next_date in rows]


def claim_show(session: Session, number: int) -> dict[str, Any]:
    """Return one claim: the keys of ``claim_list`` and ``attempts``, ``balances``, ``lines`` and more.

    Raises:
        UnknownClaim: no such claim in this organisation.
    """
    claim = claims.get(session, number)
    next_date = session.scalar(
        select(_NEXT_DATE)
        .select_from(Claim)
        .join(Organisation, Organisation.id == Claim.organisation_id)
        .where(Claim.number == number)
    )
    content = claims.content(session, number)
    attempts = claims.attempts(session, number)
    return _line(claim, next_date, _open_cents(session, [number]).get(number, 0)) | {
        "payer_name": content.coverage_of(claim.sequence).payer.name,
        "payer_kind": claim.payer_kind,
        "account": claim.account_number,
        "version": claim.version,
        "held": claim.held,
        "service_date": claim.service_date.isoformat(),
        "opened_on": claim.opened_on.isoformat(),
        "closed_on": claim.closed_on.isoformat() if claim.closed_on else None,
        "outcome": claim.outcome,
        "denial_group": "" if claim.held_for_review else claim.denial_group,
        "next_what": claim.next_what,
        "charge_cents": content.charge_cents,
        "diagnoses": list(content.diagnoses),
        "claim_type": claim.claim_type,
        "type_of_bill": _type_of_bill(content, attempts),
        "lines": [
            {
                "number": line.number,
                "procedure": line.procedure,
                "revenue_code": line.revenue_code,
                "modifiers": list(line.modifiers),
                "units": str(line.units),
                "charge_cents": line.charge_cents,
                "service_date": line.service_from.isoformat(),
            }
            for line in content.lines
        ],
        "sequence": claim.sequence,
        "coverages": _coverages(content),
        "attempts": [_attempt(attempt) for attempt in attempts],
        "remittances": [] if claim.held_for_review else _remittances(session, number),
        "balances": ledger.claim_balances(session, number),
        "work": [] if claim.held_for_review else claim_desk.open_work(session, number),
        "suggested_changes": suggested_changes(session, claim),
    }


def work_list(
    session: Session,
    *,
    owner: str | None = None,
    kind: str | None = None,
    limit: int = 50,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """Return one page of open work items, most urgent first; ``after`` is the last of the page before."""
    # What was asked about a claim since it is held for review waits unread: it may tell why.
    told = or_(WorkItem.kind == HELD_ITEM, of_no_held_claim(WorkItem.claim_number))
    statement = select(WorkItem).where(WorkItem.closed_on.is_(None), told)
    if owner is not None:
        statement = statement.where(WorkItem.owner == owner)
    if kind is not None:
        statement = statement.where(WorkItem.kind == kind)
    if after is not None:
        statement = statement.where(_later_than(session, after))
    rows = session.scalars(statement.order_by(WorkItem.due_on, WorkItem.id).limit(limit))
    return [
        {
            "item": item.id,
            "kind": item.kind,
            "claim": item.claim_number,
            "account": item.account_number,
            "reason": item.reason,
            "remedy": item.remedy,
            "owner": item.owner,
            "due_on": item.due_on.isoformat(),
            "opened_on": item.opened_on.isoformat(),
            "details": item.details,
        }
        for item in rows
    ]


def outcomes(session: Session) -> dict[str, int]:
    """Return how many claims came to which outcome; those that are not closed count as ``open``."""
    outcome = case((Claim.stage == Stage.CLOSED.value, Claim.outcome), else_="open").label("outcome")
    rows = session.execute(select(outcome, func.count().label("claims")).group_by(outcome).order_by(outcome))
    return {row.outcome: row.claims for row in rows}


def _line(claim: Claim, next_date: date | None, open_cents: int) -> dict[str, Any]:
    return {
        "claim": claim.number,
        "stage": claim.stage,
        "payer": claim.payer_code,
        "owes": claim.owes,
        "open_cents": open_cents,
        "next_date": next_date.isoformat() if next_date else None,
        "owner": claim.owner,
    }


def _open_cents(session: Session, numbers: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Entry.claim_number, func.sum(Entry.amount_cents))
        .where(Entry.claim_number.in_(numbers), Entry.ledger_account.in_(RECEIVABLES))
        .group_by(Entry.claim_number)
    )
    return {int(number): int(cents) for number, cents in rows if number is not None}


def _type_of_bill(content: ClaimContent, attempts: Sequence[Submission]) -> str:
    """As of the newest attempt; empty on a professional claim."""
    if content.institution is None:
        return ""
    return content.institution.type_of_bill(attempts[-1].frequency if attempts else "1")


def _coverages(content: ClaimContent) -> list[dict[str, Any]]:
    """In the order of benefits: who pays where, and by which rule."""
    placed = (OtherCoverage(coverage=content.coverage), *content.other_coverages)
    return [
        {
            "sequence": sequence,
            "payer": other.coverage.payer.code,
            "payer_name": other.coverage.payer.name,
            "insurance_type": other.insurance_type,
            "why": other.why,
        }
        for sequence, other in zip(SEQUENCES, placed, strict=False)
    ]


def _attempt(attempt: Submission) -> dict[str, Any]:
    return {
        "attempt": attempt.attempt,
        "payer": attempt.payer_code,
        "sequence": attempt.sequence,
        "control_number": attempt.control_number,
        "frequency": attempt.frequency,
        "original_reference": attempt.original_reference,
        "version": attempt.version,
        "state": attempt.state,
        "ready_on": attempt.ready_on.isoformat(),
        "sent_at": attempt.sent_at.isoformat() if attempt.sent_at else None,
        "accepted_on": attempt.accepted_on.isoformat() if attempt.accepted_on else None,
        "answered_on": attempt.answered_on.isoformat() if attempt.answered_on else None,
        "category": attempt.category,
        "status_code": attempt.status_code,
        "payer_control_number": attempt.payer_control_number,
    }


def _remittances(session: Session, number: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(RemittanceClaim).where(RemittanceClaim.claim_number == number).order_by(RemittanceClaim.id)
    )
    return [
        {
            "attempt": row.attempt,
            "status": row.status,
            "verdict": row.verdict,
            "state": row.state,
            "paid_cents": row.paid_cents,
            "patient_cents": row.patient_cents,
            "adjustments": row.adjustments,
            "remarks": list(dict.fromkeys(entry["code"] for entry in row.remarks if "code" in entry)),
            "date": row.business_date.isoformat(),
        }
        for row in rows
    ]


def _later_than(session: Session, item: int) -> ColumnElement[bool]:
    due_on = session.scalar(select(WorkItem.due_on).where(WorkItem.id == item))
    if due_on is None:
        return WorkItem.id > item
    return tuple_(WorkItem.due_on, WorkItem.id) > tuple_(due_on, item)
