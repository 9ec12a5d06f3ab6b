"""Visits as rows: kept once by the schedule's id, linked to the encounter that brought their charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.ledger.chart import LedgerAccount
from domain.visits.linking import ChargedEncounter, WaitingVisit, link_visits
from domain.visits.visit import VisitLine
from storage import work_items
from storage.models import Claim, EncounterRow, Entry, Patient, Visit
from storage.models.base import LARGEST_NUMBER

WITHOUT_CHARGES = "visit_without_charges"


class UnknownVisit(LookupError):
    """No visit has this number in this organisation."""


class VisitDecided(ValueError):
    """The visit does not wait any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedVisits:
    """What became of a schedule's lines."""

    new: int
    changed: int
    """Waiting visits that the schedule tells differently now."""
    already: int
    unknown_accounts: tuple[int, ...]
    """Accounts that are not ours: their visits are kept without a patient."""


def item_key(visit_id: int) -> str:
    """Key of the work item of a visit without charges."""
    return f"visit:{visit_id}:without_charges"


def receive(session: Session, organisation_id: int, lines: Sequence[VisitLine]) -> ReceivedVisits:
    """Keep each visit once; a waiting one takes what the schedule says now, a decided one stays as it is."""
    patients = _patients(session, {line.account_number for line in lines if line.account_number is not None})
    counts = {"new": 0, "changed": 0, "already": 0}
    for line in lines:
        patient = patients.get(line.account_number) if line.account_number is not None else None
        counts[_keep(session, organisation_id, line, patient)] += 1
    unknown = sorted({line.account_number for line in lines if line.account_number is not None} - patients.keys())
    return ReceivedVisits(**counts, unknown_accounts=tuple(unknown))


def _keep(session: Session, organisation_id: int, line: VisitLine, patient_id: int | None) -> str:
    facts: dict[str, Any] = {
        "seen_on": line.seen_on,
        "patient_id": patient_id,
        "provider_npi": line.provider_npi,
        "visit_type": line.visit_type,
        "expected_cents": line.expected_cents,
    }
    statement = insert(Visit).values(organisation_id=organisation_id, key=line.key, **facts)
    if session.scalar(statement.on_conflict_do_nothing().returning(Visit.id)) is not None:
        return "new"
    row = session.scalars(select(Visit).where(Visit.key == line.key).with_for_update()).one()
    if row.state != "waiting" or all(getattr(row, name) == value for name, value in facts.items()):
        return "already"
    for name, value in facts.items():
        setattr(row, name, value)
    session.flush()
    return "changed"


def _patients(session: Session, accounts: set[int]) -> dict[int, int | None]:
    """The one patient of each account; None where an account of ours has several."""
    wanted = [number for number in accounts if number <= LARGEST_NUMBER]
    rows = session.execute(select(Patient.account_number, Patient.id).where(Patient.account_number.in_(wanted)))
    found: dict[int, int | None] = {}
    for account, patient in rows:
        found[account] = None if account in found else patient
    return found


def link(session: Session, *, by: str, today: date) -> int:
    """Link waiting visits to the encounters that brought their charges; their work items close. Returns how many."""
    waiting = session.scalars(
        select(Visit).where(Visit.state == "waiting").order_by(Visit.seen_on, Visit.id).with_for_update()
    ).all()
    if not waiting:
        return 0
    rows = {row.id: row for row in waiting}
    found = link_visits(
        [
            WaitingVisit(
                id=row.id,
                key=row.key,
                patient_id=row.patient_id,
                seen_on=row.seen_on,
                provider_npi=row.provider_npi,
            )
            for row in waiting
        ],
        _encounters(session, waiting),
    )
    for visit_id, encounter_id in found.items():
        rows[visit_id].encounter_id = encounter_id
        rows[visit_id].state = "claimed"
    session.flush()
    work_items.close_by_key(session, [item_key(visit_id) for visit_id in found], by=by, on=today)
    return len(found)


def _encounters(session: Session, waiting: Sequence[Visit]) -> list[ChargedEncounter]:
    linked = select(Visit.encounter_id).where(Visit.encounter_id == EncounterRow.id).exists()
    rows = session.execute(
        select(
            EncounterRow.id,
            EncounterRow.source_reference,
            EncounterRow.patient_id,
            EncounterRow.service_date,
            EncounterRow.provider["npi"].as_string().label("billing"),
            EncounterRow.original["content"]["rendering"]["npi"].as_string().label("rendering"),
        ).where(
            ~linked,
            or_(
                EncounterRow.source_reference.in_({row.key for row in waiting}),
                EncounterRow.patient_id.in_({row.patient_id for row in waiting if row.patient_id is not None})
                & EncounterRow.service_date.in_({row.seen_on for row in waiting}),
            ),
        )
    )
    return [
        ChargedEncounter(
            id=row.id,
            source_reference=row.source_reference,
            patient_id=row.patient_id,
            service_date=row.service_date,
            provider_npis=frozenset(filter(None, (row.billing, row.rendering))),
        )
        for row in rows
    ]


def waiting_before(session: Session, day: date) -> list[Visit]:
    """Visits of before ``day`` that still have no charges."""
    return list(
        session.scalars(select(Visit).where(Visit.state == "waiting", Visit.seen_on < day).order_by(Visit.id))
    )


def medians(session: Session) -> dict[str, int]:
    """The practice's median charge in cents by visit type, of visits whose claims were charged."""
    charge = (-func.sum(Entry.amount_cents)).label("charge")
    charged = (
        select(Visit.visit_type, charge)
        .join(Claim, Claim.encounter_id == Visit.encounter_id)
        .join(Entry, Entry.claim_number == Claim.number)
        .where(Entry.ledger_account == LedgerAccount.REVENUE.value)
        .group_by(Visit.id, Visit.visit_type)
        .having(-func.sum(Entry.amount_cents) > 0)
        .subquery()
    )
    median = func.percentile_disc(0.5).within_group(charged.c.charge)
    rows = session.execute(select(charged.c.visit_type, median).group_by(charged.c.visit_type))
    return {visit_type: int(cents) for visit_type, cents in rows}


def excuse(session: Session, number: int, *, by: str, reason: str, today: date) -> Visit:
    """Keep why there is nothing to bill for a visit: a named person's decision.

    Raises:
        UnknownVisit: no such visit.
        VisitDecided: it has charges, or was excused before.
    """
    wanted = select(Visit).where(Visit.id == number).with_for_update()
    row = session.scalars(wanted).one_or_none() if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownVisit(f"no visit has the number {number}: look at `claimflow visits list`")
    if row.state != "waiting":
        why = f"excused by {row.decided_by}" if row.state == "excused" else "charged"
        raise VisitDecided(f"visit {number} is {why} already: nothing was changed")
    row.state, row.decided_by, row.decided_reason = "excused", by, reason
    session.flush()
    work_items.close_by_key(session, [item_key(number)], by=by, on=today)
    return row


def listed(session: Session, *, only_waiting: bool, limit: int, after: int | None) -> list[dict[str, Any]]:
    """Return visits, oldest first: ``{"visit", "key", "date", "type", "provider_npi", "expected_cents",
    "worth_cents", "state", "claim", "by", "reason"}``; worth is what was expected, else the type's median, or null."""
    wanted = (
        select(Visit, Claim.number)
        .outerjoin(Claim, Claim.encounter_id == Visit.encounter_id)
        .order_by(Visit.id)
        .limit(limit)
    )
    if only_waiting:
        wanted = wanted.where(Visit.state == "waiting")
    if after is not None:
        wanted = wanted.where(Visit.id > after)
    usual = medians(session)
    return [
        {
            "visit": row.id,
            "key": row.key,
            "date": row.seen_on.isoformat(),
            "type": row.visit_type,
            "provider_npi": row.provider_npi,
            "expected_cents": row.expected_cents,
            "worth_cents": row.expected_cents or usual.get(row.visit_type),
            "state": row.state,
            "claim": claim,
            "by": row.decided_by,
            "reason": row.decided_reason,
        }
        for row, claim in session.execute(wanted)
    ]
