"""Payment plans as rows; what came of them is read from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.billing.payment_plan import Instalment
from storage.models import PaymentPlanRow

OFFERED, AGREED, KEPT, ENDED = "offered", "agreed", "kept", "ended"


class NoSuchPlan(LookupError):
    """The account has no plan in this state; the text says what to do."""


def standing(session: Session, account_number: int) -> PaymentPlanRow | None:
    """The plan that was agreed and goes on."""
    return session.scalars(
        select(PaymentPlanRow).where(PaymentPlanRow.account_number == account_number, PaymentPlanRow.state == AGREED)
    ).one_or_none()


def offered(session: Session, account_number: int) -> PaymentPlanRow | None:
    """The newest plan that was offered and not yet answered."""
    return session.scalars(
        select(PaymentPlanRow)
        .where(PaymentPlanRow.account_number == account_number, PaymentPlanRow.state == OFFERED)
        .order_by(PaymentPlanRow.number.desc())
        .limit(1)
    ).one_or_none()


def keep(
    session: Session,
    organisation_id: int,
    account_number: int,
    *,
    key: str,
    claims: Mapping[int, int],
    instalments: Sequence[Instalment],
    by: str,
    today: date,
) -> PaymentPlanRow:
    """Write an offer, once for each key; an earlier offer that nobody answered ends."""
    known = session.scalars(select(PaymentPlanRow).where(PaymentPlanRow.key == key)).one_or_none()
    if known is not None:
        return known
    earlier = offered(session, account_number)
    if earlier is not None:
        earlier.state, earlier.ended_on, earlier.ended_reason = ENDED, today, "another plan was offered"
    row = PaymentPlanRow(
        organisation_id=organisation_id,
        key=key,
        account_number=account_number,
        state=OFFERED,
        claims=[{"claim": number, "cents": cents} for number, cents in claims.items()],
        instalments=as_rows(instalments),
        offered_on=today,
        by=by,
    )
    session.add(row)
    session.flush()
    return row


def as_rows(instalments: Sequence[Instalment]) -> list[dict[str, Any]]:
    """Instalments as the row keeps them."""
    return [{"due_on": one.due_on.isoformat(), "cents": one.cents} for one in instalments]


def instalments(row: PaymentPlanRow) -> tuple[Instalment, ...]:
    """The schedule of a plan."""
    return tuple(
        Instalment(due_on=date.fromisoformat(entry["due_on"]), cents=entry["cents"]) for entry in row.instalments
    )


def of_account(session: Session, account_number: int) -> list[dict[str, Any]]:
    """Every plan of an account, the newest first, as screens show it."""
    rows = session.scalars(
        select(PaymentPlanRow)
        .where(PaymentPlanRow.account_number == account_number)
        .order_by(PaymentPlanRow.number.desc())
    )
    return [
        {
            "plan": row.number,
            "state": row.state,
            "claims": row.claims,
            "instalments": row.instalments,
            "total_cents": sum(entry["cents"] for entry in row.instalments),
            "offered_on": row.offered_on.isoformat(),
            "agreed_on": row.agreed_on.isoformat() if row.agreed_on else None,
            "ended_on": row.ended_on.isoformat() if row.ended_on else None,
            "ended_reason": row.ended_reason,
            "by": row.by,
        }
        for row in rows
    ]
