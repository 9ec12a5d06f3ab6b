"""Fee schedules and terms of payers taken in: each row once, a later one closes the former."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.contracts.filing import Given, Key, Plan, Standing, plan_import
from domain.contracts.schedule import FeeRow
from domain.contracts.terms import Term
from domain.remittance.balancing import dollars
from storage.bulk import insert_rows
from storage.models import Command, ContractTermRow, FeeScheduleRow, PayerRow


def receive_schedule(session: Session, organisation_id: int, fees: Sequence[tuple[int, str, FeeRow]]) -> Plan:
    """Keep prices, each ``(row of the file, payer's code, price)``, once; a later one closes the former."""
    _lock(session, organisation_id)
    given = [
        Given(
            row=number,
            key=(payer, fee.procedure, fee.modifier, fee.place),
            value=dollars(fee.amount_cents),
            words=f"{fee.name} at {payer}",
            effective_from=fee.effective_from,
            effective_to=fee.effective_to,
        )
        for number, payer, fee in fees
    ]
    payers = list({payer for _, payer, _ in fees})
    standing: dict[Key, list[Standing]] = {}
    for row in session.scalars(select(FeeScheduleRow).where(FeeScheduleRow.payer_code == func.any(payers))):
        key = (row.payer_code, row.procedure, row.modifier, row.place_of_service)
        standing.setdefault(key, []).append(_standing(row, dollars(row.amount_cents)))
    plan = plan_import(standing, given)
    by_row = {number: (payer, fee) for number, payer, fee in fees}
    rows = []
    for one, end in plan.new:
        payer, fee = by_row[one.row]
        rows.append(
            {
                "organisation_id": organisation_id,
                "payer_code": payer,
                "procedure": fee.procedure,
                "modifier": fee.modifier,
                "place_of_service": fee.place,
                "amount_cents": fee.amount_cents,
                "effective_from": fee.effective_from,
                "effective_to": end,
                "source": fee.source,
            }
        )
    insert_rows(session, FeeScheduleRow, rows)
    _end(session, FeeScheduleRow, plan.ends)
    return plan


def receive_terms(session: Session, organisation_id: int, terms: Sequence[tuple[int, str, Term]]) -> Plan:
    """Keep terms, each ``(row of the file, payer's code, term)``, as ``receive_schedule`` keeps prices."""
    _lock(session, organisation_id)
    given = [
        Given(
            row=number,
            key=(payer, term.name),
            value=term.value,
            words=f"{term.name} at {payer}",
            effective_from=term.effective_from,
            effective_to=term.effective_to,
        )
        for number, payer, term in terms
    ]
    payers = list({payer for _, payer, _ in terms})
    standing: dict[Key, list[Standing]] = {}
    for row in session.scalars(select(ContractTermRow).where(ContractTermRow.payer_code == func.any(payers))):
        standing.setdefault((row.payer_code, row.name), []).append(_standing(row, row.value))
    plan = plan_import(standing, given)
    by_row = {number: (payer, term) for number, payer, term in terms}
    rows = []
    for one, end in plan.new:
        payer, term = by_row[one.row]
        rows.append(
            {
                "organisation_id": organisation_id,
                "payer_code": payer,
                "name": term.name,
                "value": term.value,
                "effective_from": term.effective_from,
                "effective_to": end,
                "source": term.source,
            }
        )
    insert_rows(session, ContractTermRow, rows)
    _end(session, ContractTermRow, plan.ends)
    return plan


def note_import(session: Session, organisation_id: int, *, file_id: int, by: str, at: datetime, plan: Plan) -> None:
    """Keep who imported a file first, and what it changed then."""
    session.execute(
        insert(Command)
        .values(
            organisation_id=organisation_id,
            business_id=f"contract-file:{file_id}",
            verb="import_contract",
            by=by,
            reason="",
            changes={"file": file_id, "new": len(plan.new), "closed": len(plan.ends)},
            accepted=not plan.refused,
            answer="; ".join(one.why for one in plan.refused[:5]),
            business_at=at,
        )
        .on_conflict_do_nothing()
    )


def unknown_payers(session: Session, codes: Iterable[str]) -> list[str]:
    """Codes of these that no payer of the organisation has yet."""
    wanted = set(codes)
    return sorted(wanted - set(session.scalars(select(PayerRow.code).where(PayerRow.code == func.any(list(wanted))))))


def _standing(row: FeeScheduleRow | ContractTermRow, value: str) -> Standing:
    return Standing(id=row.id, value=value, effective_from=row.effective_from, effective_to=row.effective_to)


def _end(session: Session, model: type[FeeScheduleRow] | type[ContractTermRow], ends: Mapping[int, date]) -> None:
    if ends:
        session.execute(update(model), [{"id": number, "effective_to": end} for number, end in ends.items()])


def _lock(session: Session, organisation_id: int) -> None:
    """One import of an organisation at a time: each sees what the one before it has written."""
    key = f"contracts of {organisation_id}"
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
