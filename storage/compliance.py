"""What only compliance sees: referrals and their cases, and who has the role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cases.kinds import COMPLIANCE, CaseState
from storage.models import CaseRow, ComplianceReferral, StaffRole
from storage.practice_day import next_date

ROLE = "compliance"
_ON = text("select set_config('claimflow.compliance', 'on', true)")
_OFF = text("select set_config('claimflow.compliance', '', true)")


class NotCompliance(PermissionError):
    """The person does not have the role."""


class UnknownReferral(LookupError):
    """No referral has this number in this organisation."""


def as_compliance(session: Session) -> None:
    """Let the rest of this transaction see what row-level security keeps from all others."""
    session.execute(_ON)


def not_as_compliance(session: Session) -> None:
    """End ``as_compliance``: the rest of a claim's step sees what everybody sees."""
    session.flush()
    session.execute(_OFF)


def require_role(session: Session, person: str) -> None:
    """Enter as compliance, or refuse.

    Raises:
        NotCompliance: the person does not have the role.
    """
    has = select(StaffRole.id).where(StaffRole.person == person, StaffRole.role == ROLE)
    if session.scalar(has) is None:
        raise NotCompliance("the person named by --by does not have the role that this takes")
    as_compliance(session)


def grant(session: Session, organisation_id: int, person: str, by: str, today: date) -> bool:
    """Give a person the role; the first is given by whoever runs the house, later ones by one who has it.

    Raises:
        NotCompliance: somebody has the role, and ``by`` does not.
    """
    if session.scalar(select(StaffRole.id).where(StaffRole.role == ROLE).limit(1)) is not None:
        require_role(session, by)
    row = insert(StaffRole).values(
        organisation_id=organisation_id, person=person, role=ROLE, granted_by=by, granted_on=today
    )
    return session.scalar(row.on_conflict_do_nothing().returning(StaffRole.id)) is not None


def of_case(session: Session, case_number: int, *, for_update: bool = False) -> list[ComplianceReferral]:
    """The referrals of a case, one for each claim, in order of claim."""
    statement = select(ComplianceReferral).where(ComplianceReferral.case_number == case_number)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(statement.order_by(ComplianceReferral.claim_number)))


def of_claim(session: Session, claim_number: int) -> list[ComplianceReferral]:
    """Every referral of a claim, the oldest first."""
    statement = select(ComplianceReferral).where(ComplianceReferral.claim_number == claim_number)
    return list(session.scalars(statement.order_by(ComplianceReferral.id)))


def listed(session: Session, *, only_open: bool, limit: int, after: int | None) -> list[dict[str, Any]]:
    """One page of compliance cases, the oldest first."""
    statement = select(CaseRow).where(CaseRow.kind == COMPLIANCE)
    if only_open:
        statement = statement.where(CaseRow.state != CaseState.CLOSED.value)
    if after is not None:
        statement = statement.where(CaseRow.number > after)
    return [
        document(row, of_case(session, row.number))
        for row in session.scalars(statement.order_by(CaseRow.number).limit(limit))
    ]


def shown(session: Session, number: int) -> dict[str, Any]:
    """One compliance case.

    Raises:
        UnknownReferral: there is none.
    """
    row = session.get(CaseRow, number)
    if row is None or row.kind != COMPLIANCE:
        raise UnknownReferral(f"no referral has the number {number}: see `claimflow compliance list`")
    return document(row, of_case(session, number))


def document(row: CaseRow, referrals: Iterable[ComplianceReferral]) -> dict[str, Any]:
    """A compliance case as compliance sees it."""
    known = list(referrals)
    return {
        "referral": row.number,
        "state": row.state,
        "suspicion": row.details.get("suspicion", ""),
        "claims": [one.claim_number for one in known],
        "evidence": known[0].evidence if known else [],
        "opened_on": row.opened_on.isoformat(),
        "opened_by": known[0].opened_by if known else "",
        "due_on": row.due_on.isoformat(),
        "owner": row.owner,
        "next_date": next_date(row),
        "decision": row.decision or None,
        "decided_by": row.decided_by or None,
        "reason": known[0].reason or None if known else None,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
        "carried_out": bool(known) and all(one.applied_on is not None for one in known),
    }
