"""Fee schedules and terms of payers as they were imported: read by payer, procedure and day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from domain.contracts.schedule import FeeRow, FeeSchedule
from domain.contracts.terms import Term
from storage.bulk import chunks
from storage.models import ClaimVersion, ContractTermRow, FeeScheduleRow, Submission


class UnknownContract(LookupError):
    """Neither a price nor a term of this payer was ever imported."""


def schedules_of(session: Session, payers: Collection[str], procedures: Collection[str]) -> dict[str, FeeSchedule]:
    """The schedules of these payers as far as these procedures, in one statement."""
    found: dict[str, list[FeeRow]] = {}
    for row in session.execute(
        _fees().where(
            FeeScheduleRow.payer_code == func.any(list(payers)), FeeScheduleRow.procedure == func.any(list(procedures))
        )
    ):
        found.setdefault(row.payer_code, []).append(_fee(row))
    return {payer: FeeSchedule(rows) for payer, rows in found.items()}


def terms_of(session: Session, payers: Collection[str]) -> dict[str, list[Term]]:
    """The terms of these payers, in one statement."""
    found: dict[str, list[Term]] = {}
    for row in session.execute(_terms().where(ContractTermRow.payer_code == func.any(list(payers)))):
        found.setdefault(row.payer_code, []).append(_term(row))
    return found


def places_of_service(session: Session, submission_ids: Collection[int]) -> dict[int, str]:
    """Place of service of the claim as each attempt carried it."""
    found: dict[int, str] = {}
    for chunk in chunks(sorted(submission_ids)):
        rows = session.execute(
            select(Submission.id, ClaimVersion.content["place_of_service"].astext)
            .join(
                ClaimVersion,
                (ClaimVersion.claim_number == Submission.claim_number) & (ClaimVersion.version == Submission.version),
            )
            .where(Submission.id == func.any(list(chunk)))
        )
        found |= {number: place or "" for number, place in rows}
    return found


def contract_of(session: Session, payer: str, on: date | None = None) -> dict[str, Any]:
    """Everything imported for a payer, or what holds on a day: ``{"payer", "on", "terms", "schedule"}``.

    Raises:
        UnknownContract: nothing was ever imported for it.
    """
    fees = list(session.execute(_fees().where(FeeScheduleRow.payer_code == payer)))
    terms = list(session.execute(_terms().where(ContractTermRow.payer_code == payer)))
    if not fees and not terms:
        raise UnknownContract(f"no contract with {payer} was imported: `claimflow contract import` takes one in")
    return {
        "payer": payer,
        "on": on.isoformat() if on else None,
        "terms": [
            {"term": row.name, "value": row.value, **_days(row)} for row in terms if _holds(row, on)
        ],
        "schedule": [
            {
                "procedure": row.procedure,
                "modifier": row.modifier,
                "place": row.place_of_service,
                "amount_cents": row.amount_cents,
                **_days(row),
            }
            for row in fees
            if _holds(row, on)
        ],
    }  # fmt: skip


def _fees() -> Any:
    model = FeeScheduleRow
    return select(
        model.payer_code, model.procedure, model.modifier, model.place_of_service, model.amount_cents,
        model.effective_from, model.effective_to, model.source,
    ).order_by(
        model.payer_code, model.procedure, model.modifier, model.place_of_service, model.effective_from
    )  # fmt: skip


def _terms() -> Any:
    model = ContractTermRow
    return select(
        model.payer_code, model.name, model.value, model.effective_from, model.effective_to, model.source
    ).order_by(model.payer_code, model.name, model.effective_from)


def _fee(row: Row[Any]) -> FeeRow:
    return FeeRow(
        procedure=row.procedure,
        modifier=row.modifier,
        place=row.place_of_service,
        amount_cents=row.amount_cents,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
    )


def _term(row: Row[Any]) -> Term:
    return Term(
        name=row.name,
        value=row.value,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
    )


def _days(row: Row[Any]) -> dict[str, Any]:
    end = row.effective_to
    return {"from": row.effective_from.isoformat(), "to": end.isoformat() if end else None, "source": row.source}


def _holds(row: Row[Any], on: date | None) -> bool:
    return on is None or (row.effective_from <= on and (row.effective_to is None or on <= row.effective_to))
