"""Facts that change: loaded from data files, read by the day they hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.cash.policy import CashPolicy
from domain.coverage.policy import PayerPolicy, StatementPolicy
from domain.overpayments.policy import RefundPolicy
from storage import operator_files
from storage.models import PayerPolicyRow
from storage.serialise import from_json

P = TypeVar("P", PayerPolicy, StatementPolicy, CashPolicy, RefundPolicy)

HOUSE = "house"
"""The ``payer_kind`` of rows that belong to no payer."""


class NoPolicy(LookupError):
    """The reference data has no complete policy for this payer on this day."""


def load_reference(session: Session) -> int:
    """Write the rows of ``reference_data`` over what stands; return how many. Rows of the operator stay."""
    rows = _packaged_rows()
    statement = insert(PayerPolicyRow)
    key = ["payer_kind", "payer_code", "name", "effective_from"]
    facts = {name: statement.excluded[name] for name in ("value", "effective_to", "source")}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=facts), rows)
    _cache.clear()
    return len(rows)


def policy(session: Session, payer_kind: str, payer_code: str, on: date) -> PayerPolicy:
    """Return what this payer expects on a day: rows of its own code before rows of its kind.

    Read once for each process and day.

    Raises:
        NoPolicy: a row is missing; the message names it.
    """
    return _cached(session, PayerPolicy, payer_kind, payer_code, on)


@lru_cache(maxsize=200)
def packaged_policy(payer_kind: str, on: date) -> PayerPolicy:
    """What comes with the product about a kind of payer, where there are no books to ask.

    Raises:
        NoPolicy: a row is missing; the message names it.
    """
    rows = [row for row in _packaged_rows() if row["payer_kind"] == payer_kind and not row["payer_code"]]
    texts = {str(row["name"]): str(row["value"]) for row in rows if _holds(row, on)}
    return _typed(PayerPolicy, texts, f"policy of payer {payer_kind} on {on}")


def _holds(row: dict[str, object], on: date) -> bool:
    start, end = row["effective_from"], row["effective_to"]
    return isinstance(start, date) and start <= on and (not isinstance(end, date) or on <= end)


def statement_policy(session: Session, on: date) -> StatementPolicy:
    """Return the house's rules for statements on a day.

    Raises:
        NoPolicy: a row is missing; the message names it.
    """
    return _cached(session, StatementPolicy, HOUSE, "", on)


def cash_policy(session: Session, on: date) -> CashPolicy:
    """Return how long the house waits on a day for money, remittances and charges.

    Raises:
        NoPolicy: a row is missing; the message names it.
    """
    return _cached(session, CashPolicy, HOUSE, "", on)


def refund_policy(session: Session, payer_kind: str, payer_code: str, on: date) -> RefundPolicy:
    """Return the clock of a payer's overpayments on a day; ``HOUSE`` and no code stand for patients.

    Raises:
        NoPolicy: a row is missing; the message names it.
    """
    return _cached(session, RefundPolicy, payer_kind, payer_code, on)


_Key = tuple[type, str, str, date]
_Policy = PayerPolicy | StatementPolicy | CashPolicy | RefundPolicy
_cache: WeakKeyDictionary[Engine, dict[_Key, _Policy]] = WeakKeyDictionary()
_CACHED_POLICIES = 2_000


def _cached(session: Session, cls: type[P], payer_kind: str, payer_code: str, on: date) -> P:
    known = _cache.setdefault(session.get_bind().engine, {})
    key = (cls, payer_kind, payer_code, on)
    found = known.get(key)
    if not isinstance(found, cls):
        found = _read(session, cls, payer_kind, payer_code, on)
        if len(known) >= _CACHED_POLICIES:
            known.clear()
        known[key] = found
    return found


def _read(session: Session, cls: type[P], payer_kind: str, payer_code: str, on: date) -> P:
    rows = session.execute(
        select(PayerPolicyRow.name, PayerPolicyRow.value)
        .where(
            PayerPolicyRow.payer_kind == payer_kind,
            PayerPolicyRow.payer_code.in_(("", payer_code)),
            PayerPolicyRow.effective_from <= on,
            or_(PayerPolicyRow.effective_to.is_(None), PayerPolicyRow.effective_to >= on),
        )
        # Later rows win: the payer's own over its kind's, newer over older.
        .order_by(PayerPolicyRow.payer_code, PayerPolicyRow.effective_from)
    )
    texts = {row.name: row.value for row in rows}
    return _typed(cls, texts, f"policy of payer {payer_code or payer_kind} ({payer_kind}) on {on}")


def _typed(cls: type[P], texts: dict[str, str], what: str) -> P:
    numbers = {field.name for field in fields(cls) if field.type == "int"}
    try:
        return from_json(cls, {name: int(value) if name in numbers else value for name, value in texts.items()})
    except ValueError as error:
        raise NoPolicy(f"{what}: {error}") from error


@lru_cache(maxsize=1)
def _packaged_rows() -> list[dict[str, object]]:
    return [
        {
            **row,
            "effective_from": date.fromisoformat(row["effective_from"]),
            "effective_to": date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        }
        for row in operator_files.rows("payer_policies.csv")
    ]
