"""Estimates as rows: made once for each key, provided once, compared with the bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.ledger.chart import LedgerAccount
from storage.models import Appointment, Claim, EncounterRow, Entry, EstimateExcess, EstimateRow, Posting, Statement
from storage.models.base import LARGEST_NUMBER, Json
from storage.statements import WITHDRAWN

GOOD_FAITH, SHARE = "good_faith", "share"


class UnknownEstimate(LookupError):
    """No estimate has this number in this organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a patient was charged on one claim by one provider."""

    claim_number: int
    account_number: int
    npi: str
    cents: int


def add(session: Session, values: Json) -> EstimateRow:
    """Keep an estimate once for its key; the same again is the one that stands."""
    number = session.scalar(insert(EstimateRow).values(**values).on_conflict_do_nothing().returning(EstimateRow.number))
    if number is not None:
        return session.get_one(EstimateRow, number)
    return session.scalars(select(EstimateRow).where(EstimateRow.key == values["key"])).one()


def get(session: Session, number: int, *, for_update: bool = False) -> EstimateRow:
    """An estimate's row.

    Raises:
        UnknownEstimate: no such estimate in this organisation.
    """
    wanted = select(EstimateRow).where(EstimateRow.number == number)
    if for_update:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownEstimate(f"no estimate has the number {number}: look at `claimflow estimate list`")
    return row


def self_pay_without_estimate(session: Session, on_or_after: date) -> list[int]:
    """Appointments without coverage and with planned services that no good faith estimate was made for."""
    made = select(EstimateRow.appointment_number).where(EstimateRow.kind == GOOD_FAITH)
    wanted = select(Appointment.number).where(
        Appointment.coverages == [],
        Appointment.services != [],
        Appointment.state == "scheduled",
        Appointment.on_day >= on_or_after,
        Appointment.number.not_in(made.where(EstimateRow.appointment_number.is_not(None))),
    )
    return list(session.scalars(wanted.order_by(Appointment.number)))


def not_provided(session: Session, until: date) -> list[EstimateRow]:
    """Good faith estimates that are due by a day and were not handed over."""
    wanted = select(EstimateRow).where(EstimateRow.provided_on.is_(None), EstimateRow.due_on <= until)
    return list(session.scalars(wanted.order_by(EstimateRow.number)))


def to_compare(session: Session) -> list[EstimateRow]:
    """The latest good faith estimate of each patient and day of service that was provided, where no bill was found
    to exceed it yet."""
    newest = (
        select(func.max(EstimateRow.number))
        .where(EstimateRow.kind == GOOD_FAITH, EstimateRow.provided_on.is_not(None))
        .group_by(EstimateRow.patient_id, EstimateRow.service_date)
    )
    found = select(EstimateExcess.id).where(EstimateExcess.estimate_number == EstimateRow.number).exists()
    wanted = select(EstimateRow).where(EstimateRow.number.in_(newest), ~found)
    return list(session.scalars(wanted.order_by(EstimateRow.number)))


def billed(session: Session, patient_id: int, service_date: date) -> list[Billed]:
    """What a patient was made to owe for a day of service, by claim: charges and transfers, no payment counted."""
    npi = func.coalesce(EncounterRow.provider["npi"].as_string(), "")
    rows = session.execute(
        select(Claim.number, Claim.account_number, npi, func.sum(Entry.amount_cents))
        .join(EncounterRow, EncounterRow.id == Claim.encounter_id)
        .join(Entry, Entry.claim_number == Claim.number)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(
            Claim.patient_id == patient_id,
            Claim.service_date == service_date,
            Entry.ledger_account == LedgerAccount.PATIENT_RECEIVABLE.value,
            Posting.kind != "patient_payment",
        )
        .group_by(Claim.number, Claim.account_number, npi)
        .order_by(Claim.number)
    )
    return [
        Billed(claim_number=number, account_number=account, npi=who, cents=int(cents))
        for number, account, who, cents in rows
        if cents > 0
    ]


def first_bill_on(session: Session, account_number: int, claim_number: int) -> date | None:
    """The day of the first statement that asked for a claim; one that stayed in the house is no bill."""
    return session.scalar(
        select(func.min(Statement.business_date)).where(
            Statement.account_number == account_number,
            Statement.claims.contains([{"claim": claim_number}]),
            Statement.kind != WITHDRAWN,
        )
    )


def listed(session: Session, *, only_due: bool, limit: int, after: int | None) -> list[dict[str, Any]]:
    """Estimates by number, without what stands in them."""
    wanted = select(EstimateRow).order_by(EstimateRow.number).limit(limit)
    if only_due:
        wanted = wanted.where(EstimateRow.provided_on.is_(None), EstimateRow.due_on.is_not(None))
    if after is not None:
        wanted = wanted.where(EstimateRow.number > after)
    return [document(row) for row in session.scalars(wanted)]


def document(row: EstimateRow) -> dict[str, Any]:
    """An estimate as lists show it."""
    return {
        "estimate": row.number,
        "kind": row.kind,
        "appointment": row.appointment_number,
        "patient": row.patient_id,
        "service_date": row.service_date.isoformat(),
        "expected_cents": row.expected_cents,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "due_rule": row.due_rule,
        "provided_on": row.provided_on.isoformat() if row.provided_on else None,
        "exceeded_on": row.exceeded_on.isoformat() if row.exceeded_on else None,
    }
