"""What a named person answers about money that no claim explains: returned to its payer, or told what it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.deciding import Decider, NotDecidable
from activities.remittances import asking
from activities.remittances.rules import money
from domain.ledger.planning import plan_returned_to_payer
from domain.remittance.balancing import dollars
from storage import ledger, work_items
from storage.models import ProviderAdjustmentRow, RemittanceClaim, RemittanceRow, WorkItem
from storage.practice_day import day_at


def provider_level_settled(decider: Decider, row_id: int) -> dict[str, Any]:
    """Keep what a PLB entry of an unknown reason is; its money stays at provider level.

    Raises:
        NotDecidable: it asks nothing.
    """
    row = decider.session.get(ProviderAdjustmentRow, row_id)
    if row is None:
        raise NotDecidable(f"no provider-level entry has the id P{row_id}: `claimflow work list` names those that ask")
    _answer(decider, asking.provider_level_key(row_id), f"P{row_id}")
    return {"id": f"P{row_id}", "state": "settled", "amount_cents": row.amount_cents, "reason": row.reason}


def money_returned(decider: Decider, kind: str, row_id: int) -> dict[str, Any]:
    """The payment of a remittance (``R``) or a claim of one (``C``) that was set aside left for its payer: out of
    unapplied cash and out of the bank. ``decider.reason`` names the check or transfer.

    Raises:
        NotDecidable: its money does not wait.
    """
    place = f"{kind}{row_id}"
    cents = _came_with(decider.session, kind, row_id)
    if cents is None:
        raise NotDecidable(f"nothing has the id {place}: `claimflow work list` names what asks about money")
    if cents <= 0:
        raise NotDecidable(f"{place} brought {money(cents)}: there is nothing to return")
    key = f"remittance:{row_id}" if kind == "R" else f"remittance_claim:{row_id}"
    _answer(decider, asking.money_key(key), place)
    ledger.post(
        decider.session,
        decider.organisation_id,
        key=f"{key}:returned",
        kind="money_returned",
        cites=f"{dollars(cents)} of {place}, set aside",
        by=decider.by,
        business_date=_today(decider),
        legs=plan_returned_to_payer(cents, decider.by, decider.reason),
    )
    return {"id": place, "state": "returned", "amount_cents": cents}


def _came_with(session: Session, kind: str, row_id: int) -> int | None:
    if kind == "R":
        remittance = session.get(RemittanceRow, row_id, with_for_update=True)
        return remittance.payment_cents if remittance is not None else None
    loop = session.get(RemittanceClaim, row_id, with_for_update=True)
    return loop.paid_cents if loop is not None else None


def _today(decider: Decider) -> date:
    return day_at(decider.session, decider.organisation_id, decider.at)


def _answer(decider: Decider, key: str, place: str) -> None:
    item = decider.session.scalar(
        select(WorkItem).where(WorkItem.key == key, WorkItem.closed_on.is_(None)).with_for_update()
    )
    if item is None:
        raise NotDecidable(f"{place} does not wait for that: nothing is asked about it")
    item.details = {**item.details, "answer": decider.reason}
    decider.session.flush()
    work_items.close_by_key(decider.session, [key], by=decider.by, on=_today(decider))
