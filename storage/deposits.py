"""Deposits as rows: kept once, listed with what explains them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cash.deposit import DepositLine, deposit_keys, plain_trace
from domain.cash.matching import Announced, OpenDeposit
from storage.models import BankDeposit, DepositMatch, RemittanceRow
from storage.models.base import LARGEST_NUMBER

NO_MONEY = ("H", "P")
"""BPR01: a notification, or the announcement of a later transfer: no payment."""


class UnknownDeposit(LookupError):
    """No deposit has this number in this organisation."""


class UnknownRemittance(LookupError):
    """No remittance has this number or trace in this organisation, or several have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedDeposits:
    """What became of some lines."""

    new: tuple[int, ...]
    """Numbers of the deposits that are new."""
    already: int
    """How many were known."""


def receive(
    session: Session,
    organisation_id: int,
    lines: Sequence[DepositLine],
    *,
    source: str,
    by: str,
    today: date,
    file_id: int | None = None,
    keys: Sequence[str] | None = None,
) -> ReceivedDeposits:
    """Keep each line once, whatever file or hand brings it again. ``keys`` are the caller's own, one for each line."""
    if not lines:
        return ReceivedDeposits(new=(), already=0)
    rows = [
        {
            "organisation_id": organisation_id,
            "key": key,
            "deposited_on": line.deposited_on,
            "amount_cents": line.amount_cents,
            "trace_number": line.trace_number,
            "payer_name": line.payer_name,
            "method": line.method.value,
            "source": source,
            "file_id": file_id,
            "by": by,
            "business_date": today,
        }
        for key, line in zip(keys or deposit_keys(lines), lines, strict=True)
    ]
    statement = insert(BankDeposit).on_conflict_do_nothing().returning(BankDeposit.id)
    new = tuple(sorted(session.scalars(statement, rows)))
    return ReceivedDeposits(new=new, already=len(lines) - len(new))


def lock_matching(session: Session, organisation_id: int) -> None:
    """One matching of an organisation at a time: each sees what the one before it has taken."""
    key = f"deposits of {organisation_id}"
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def get(session: Session, number: int) -> BankDeposit:
    """Return a deposit's row.

    Raises:
        UnknownDeposit: no such deposit in this organisation.
    """
    row = session.get(BankDeposit, number, populate_existing=True) if number <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownDeposit(f"no deposit has the number {number}: look at `claimflow deposit list`")
    return row


def find_remittance(session: Session, *, trace: str = "", number: int | None = None) -> RemittanceRow:
    """Return the remittance of a trace number, or of our own number.

    Raises:
        UnknownRemittance: none has it, or several have: the text says which.
    """
    wanted = RemittanceRow.id == number if number is not None else RemittanceRow.trace_number == trace
    rows = session.scalars(select(RemittanceRow).where(wanted).order_by(RemittanceRow.id)).all()
    what = f"number {number}" if number is not None else f"trace {trace}"
    if not rows:
        raise UnknownRemittance(f"no remittance has the {what}: look at `claimflow deposit expected`")
    if len(rows) > 1:
        numbers = ", ".join(str(row.id) for row in rows)
        raise UnknownRemittance(f"remittances {numbers} have the {what}: name one with --remittance")
    return rows[0]


def left_of(session: Session, deposit: BankDeposit) -> int:
    """Cents of a deposit that nothing explains yet: negative for what the bank took back."""
    return deposit.amount_cents - _matched(session, DepositMatch.deposit_id == deposit.id)


def covered(session: Session, remittance_id: int) -> int:
    """Cents of a remittance that deposits have shown in the bank."""
    return _matched(session, DepositMatch.remittance_id == remittance_id)


def _matched(session: Session, where: Any) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(DepositMatch.amount_cents), 0)).where(where)) or 0)


def open_deposits(session: Session, *, trace: str | None = None) -> list[OpenDeposit]:
    """Deposits, or what is left of them, that nothing explains yet: the oldest first; of one trace number if given."""
    used = _sum_of(DepositMatch.deposit_id == BankDeposit.id)
    wanted = select(BankDeposit, used).where(BankDeposit.state == "open")
    if trace is not None:
        # As ``plain_trace`` has it: an 835 asks this each time, and many deposits may be open.
        letters = func.regexp_replace(BankDeposit.trace_number, "[^A-Za-z0-9]", "", "g")
        wanted = wanted.where(func.ltrim(func.upper(letters), "0") == plain_trace(trace))
    rows = session.execute(wanted.order_by(BankDeposit.deposited_on, BankDeposit.id))
    return [
        OpenDeposit(
            id=row.id,
            deposited_on=row.deposited_on,
            open_cents=row.amount_cents - int(matched),
            trace_number=row.trace_number,
            payer_name=row.payer_name,
        )
        for row, matched in rows
    ]


def announced(session: Session, *, traces: Collection[str] = (), only_traces: bool = False) -> list[Announced]:
    """Remittances whose money is not all in the bank, and those of these trace numbers (or those alone)."""
    matched = _sum_of(DepositMatch.remittance_id == RemittanceRow.id)
    of_trace = RemittanceRow.trace_number.in_(set(traces))
    wanted = of_trace if only_traces else of_trace | (RemittanceRow.payment_cents > matched)
    rows = session.execute(
        select(RemittanceRow, matched)
        .where(RemittanceRow.payment_cents > 0, RemittanceRow.handling.not_in(NO_MONEY), wanted)
        .order_by(RemittanceRow.payment_date, RemittanceRow.id)
    )
    return [
        Announced(
            id=row.id,
            payment_date=row.payment_date,
            open_cents=row.payment_cents - int(cents),
            matched_cents=int(cents),
            trace_number=row.trace_number,
            payer_name=row.payer_name,
            payer_identifier=row.payer_identifier,
        )
        for row, cents in rows
    ]


def _sum_of(where: Any) -> Any:
    return (
        select(func.coalesce(func.sum(DepositMatch.amount_cents), 0)).where(where).correlate_except(DepositMatch)
    ).scalar_subquery()


def listed(session: Session, *, only_open: bool = False, limit: int = 50, after: int | None = None) -> list[Any]:
    """Return deposits, the newest first: ``{"deposit", "date", "amount_cents", "open_cents", "trace", "payer",
    "method", "state", "by", "matches": [{"remittance", "trace", "amount_cents", "by", "reason"}]}``."""
    wanted = select(BankDeposit).order_by(BankDeposit.id.desc()).limit(limit)
    if only_open:
        wanted = wanted.where(BankDeposit.state == "open")
    if after is not None:
        wanted = wanted.where(BankDeposit.id < after)
    rows = session.scalars(wanted).all()
    matches = _matches(session, [row.id for row in rows])
    return [
        {
            "deposit": row.id,
            "date": row.deposited_on.isoformat(),
            "amount_cents": row.amount_cents,
            "open_cents": row.amount_cents - sum(match["amount_cents"] for match in matches.get(row.id, [])),
            "trace": row.trace_number,
            "payer": row.payer_name,
            "method": row.method,
            "state": row.state,
            "by": row.by,
            "matches": matches.get(row.id, []),
        }
        for row in rows
    ]


def _matches(session: Session, deposits: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    rows = session.execute(
        select(DepositMatch, RemittanceRow.trace_number)
        .outerjoin(RemittanceRow, RemittanceRow.id == DepositMatch.remittance_id)
        .where(DepositMatch.deposit_id.in_(deposits))
        .order_by(DepositMatch.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for match, trace in rows:
        found.setdefault(match.deposit_id, []).append(
            {
                "remittance": match.remittance_id,
                "trace": trace or "",
                "amount_cents": match.amount_cents,
                "by": match.by,
                "reason": match.reason,
            }
        )
    return found
