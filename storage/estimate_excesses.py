"""Bills far above their good faith estimates as rows: found once, disputed, settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.estimates.disputes import ExcessState
from storage.models import EstimateExcess
from storage.models.base import Json


class NoExcess(LookupError):
    """No bill exceeds this estimate, or the question is settled; the text says which."""


def add(session: Session, values: Json) -> EstimateExcess | None:
    """Keep a bill above its estimate; None where it was found before."""
    written = insert(EstimateExcess).values(**values).on_conflict_do_nothing()
    found = session.scalar(written.returning(EstimateExcess.id))
    return None if found is None else session.get_one(EstimateExcess, found)


def unsettled(session: Session, account_number: int | None = None) -> list[EstimateExcess]:
    """Those that wait, of one account or of all, in order."""
    wanted = select(EstimateExcess).where(EstimateExcess.state != ExcessState.SETTLED.value)
    if account_number is not None:
        wanted = wanted.where(EstimateExcess.account_number == account_number)
    return list(session.scalars(wanted.order_by(EstimateExcess.id)))


def of_estimate(session: Session, number: int, npi: str = "") -> EstimateExcess:
    """The one of an estimate; ``npi`` names the provider where there are several.

    Raises:
        NoExcess: there is none, or several and nobody is named.
    """
    wanted = select(EstimateExcess).where(EstimateExcess.estimate_number == number)
    if npi:
        wanted = wanted.where(EstimateExcess.npi == npi)
    found = list(session.scalars(wanted.order_by(EstimateExcess.id)))
    if not found:
        raise NoExcess(f"no bill exceeds estimate {number} by what the rule counts: `claimflow estimate exceeded`")
    if len(found) > 1:
        raise NoExcess(f"several providers exceed estimate {number}: name one with --npi ({_npis(found)})")
    return found[0]


def locked(session: Session, row: EstimateExcess) -> EstimateExcess:
    """The row as it stands, locked; the caller holds its claims and its account."""
    wanted = select(EstimateExcess).where(EstimateExcess.id == row.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def document(row: EstimateExcess) -> dict[str, Any]:
    """As people and programs see it."""
    return {
        "estimate": row.estimate_number,
        "account": row.account_number,
        "npi": row.npi,
        "claims": list(row.claims),
        "estimated_cents": row.estimated_cents,
        "billed_cents": row.billed_cents,
        "found_on": row.found_on.isoformat(),
        "state": row.state,
        "dispute": row.dispute_reference or None,
        "disputed_on": row.disputed_on.isoformat() if row.disputed_on else None,
        "outcome": row.outcome or None,
        "decided_by": row.decided_by or None,
        "decided_cents": row.decided_cents,
        "fee_credit_cents": row.fee_credit_cents,
        "payable_cents": row.payable_cents,
        "written_down_cents": row.written_down_cents,
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "settled_by": row.settled_by or None,
        "reason": row.settled_reason or None,
    }


def listed(session: Session, *, only_open: bool) -> list[dict[str, Any]]:
    """Every one, or those that wait."""
    if only_open:
        return [document(row) for row in unsettled(session)]
    return [document(row) for row in session.scalars(select(EstimateExcess).order_by(EstimateExcess.id))]


def _npis(rows: list[EstimateExcess]) -> str:
    return ", ".join(sorted({row.npi for row in rows}))
