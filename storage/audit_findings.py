"""Findings of the diagnosis audit as rows: kept once, decided by named persons, shown without names or money."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.coding.audit.finding import Finding
from domain.coding.audit.standing import FindingState
from storage.models import AuditFinding, WorkItem
from storage.models.base import LARGEST_NUMBER
from storage.work_items import DIAGNOSIS_AUDIT

UNDECIDED = (FindingState.OPEN.value, FindingState.QUERIED.value)


class UnknownFinding(LookupError):
    """No finding has this number in this organisation."""


def keep(session: Session, organisation_id: int, findings: Iterable[Finding], today: date) -> int:
    """Write findings; return how many are new. One that is known keeps its state and shows its newest evidence
    while it is open."""
    new = 0
    for finding in findings:
        shown = {
            "claims": list(finding.claims),
            "codes": list(finding.codes),
            "evidence": [
                {"what": one.what, "on": one.on.isoformat() if one.on else None, "claim": one.claim}
                for one in finding.evidence
            ],
            "seen_on": today,
        }
        row = insert(AuditFinding).values(
            organisation_id=organisation_id,
            key=finding.key,
            kind=finding.kind.value,
            direction=finding.direction.value,
            basis=finding.basis.value,
            patient_id=finding.patient,
            provider=finding.provider,
            question=finding.query.question,
            options=list(finding.query.options),
            source=finding.source,
            own_codes=finding.own_codes,
            found_on=today,
            **shown,
        )
        number = session.scalar(row.on_conflict_do_nothing().returning(AuditFinding.number))
        if number is not None:
            new += 1
            continue
        session.execute(
            update(AuditFinding)
            .where(AuditFinding.key == finding.key, AuditFinding.state == FindingState.OPEN.value)
            .values(**shown)
        )
    return new


def get(session: Session, number: int, *, for_update: bool = False) -> AuditFinding:
    """A finding's row.

    Raises:
        UnknownFinding: there is none.
    """
    statement = select(AuditFinding).where(AuditFinding.number == number)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(statement) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownFinding(f"no finding has the number {number}: see `claimflow audit list`")
    return row


def undecided(session: Session, keys: Collection[str]) -> list[AuditFinding]:
    """Those of these keys about which nobody has decided yet."""
    rows = select(AuditFinding).where(AuditFinding.key.in_(keys), AuditFinding.state.in_(UNDECIDED))
    return list(session.scalars(rows.order_by(AuditFinding.number)))


def any_undecided(session: Session, numbers: Collection[int]) -> bool:
    """Whether anything is left to decide among these findings."""
    rows = select(AuditFinding.number).where(AuditFinding.number.in_(numbers), AuditFinding.state.in_(UNDECIDED))
    return session.scalar(rows.limit(1)) is not None


def warnings_about(session: Session, claims: Collection[int]) -> list[WorkItem]:
    """The open work items by which coders were warned about these claims."""
    rows = select(WorkItem).where(
        WorkItem.claim_number.in_(claims), WorkItem.kind == DIAGNOSIS_AUDIT, WorkItem.closed_on.is_(None)
    )
    return list(session.scalars(rows.order_by(WorkItem.id)))


def listed(
    session: Session,
    *,
    state: str | None,
    kind: str | None = None,
    claim: int | None = None,
    patient: int | None = None,
    limit: int,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """One page of findings, the oldest first."""
    statement = select(AuditFinding)
    if state is not None:
        statement = statement.where(AuditFinding.state == state)
    if kind is not None:
        statement = statement.where(AuditFinding.kind == kind)
    if claim is not None:
        statement = statement.where(AuditFinding.claims.contains([claim]))
    if patient is not None:
        statement = statement.where(AuditFinding.patient_id == patient)
    if after is not None:
        statement = statement.where(AuditFinding.number > after)
    return [document(row) for row in session.scalars(statement.order_by(AuditFinding.number).limit(limit))]


def document(row: AuditFinding) -> dict[str, Any]:
    """A finding as people and programs see it: never an amount of money."""
    return {
        "finding": row.number,
        "kind": row.kind,
        "direction": row.direction,
        "basis": row.basis,
        "patient": row.patient_id,
        "provider": row.provider or None,
        "claims": row.claims,
        "codes": row.codes,
        "evidence": row.evidence,
        "question": row.question,
        "options": row.options,
        "source": row.source,
        "contradicts_own_codes": row.own_codes,
        "state": row.state,
        "found_on": row.found_on.isoformat(),
        "seen_on": row.seen_on.isoformat(),
        "queried_by": row.queried_by or None,
        "queried_on": row.queried_on.isoformat() if row.queried_on else None,
        "answer": row.answer or None,
        "documentation": row.documentation or None,
        "decided_by": row.decided_by or None,
        "reason": row.reason or None,
        "decided_on": row.decided_on.isoformat() if row.decided_on else None,
    }
