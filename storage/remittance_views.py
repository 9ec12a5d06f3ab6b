"""What waits of the remittances, and where a posted claim's cents stand in the payer's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import File, RemittanceClaim, RemittanceRow, WorkItem


def queue(session: Session, *, limit: int, after: int | None = None) -> list[dict[str, Any]]:
    """What waits for a person: held remittances first, then held and unmatched claims, oldest first.

    ``{"id", "kind", "state", "trace", "payer", "payment_date", "claim_number_told", "charge_cents", "paid_cents",
    "claim", "candidates": [{"claim", "why"}], "why"}``; ``after`` is the number of the last claim of the page before.
    """
    found = [] if after is not None else _remittances(session)
    rows = session.execute(
        select(RemittanceClaim, RemittanceRow)
        .join(RemittanceRow, RemittanceRow.id == RemittanceClaim.remittance_id)
        .where(
            RemittanceClaim.state.in_(("held", "unmatched")),
            RemittanceRow.state != "held",
            RemittanceClaim.id > (after or 0),
        )
        .order_by(RemittanceClaim.id)
        .limit(limit)
    ).all()
    why = _reasons(session, [f"remittance_claim:{loop.id}:{loop.state}" for loop, _ in rows])
    for loop, remittance in rows:
        found.append(
            {
                "id": f"C{loop.id}",
                "kind": "claim",
                "state": loop.state,
                **_head(remittance),
                "claim_number_told": loop.loop.get("control_number", ""),
                "charge_cents": loop.charge_cents,
                "paid_cents": loop.paid_cents,
                "claim": loop.claim_number,
                "candidates": loop.candidates,
                "why": why.get(f"remittance_claim:{loop.id}:{loop.state}", ""),
            }
        )
    return found


def _remittances(session: Session) -> list[dict[str, Any]]:
    rows = session.scalars(select(RemittanceRow).where(RemittanceRow.state == "held").order_by(RemittanceRow.id)).all()
    why = _reasons(session, [f"remittance:{row.id}:unbalanced" for row in rows])
    return [
        {
            "id": f"R{row.id}",
            "kind": "remittance",
            "state": row.state,
            **_head(row),
            "claim_number_told": "",
            "charge_cents": None,
            "paid_cents": row.payment_cents,
            "claim": None,
            "candidates": [],
            "why": why.get(f"remittance:{row.id}:unbalanced", ""),
        }
        for row in rows
    ]


def _head(row: RemittanceRow) -> dict[str, Any]:
    return {"trace": row.trace_number, "payer": row.payer_name, "payment_date": row.payment_date.isoformat()}


def _reasons(session: Session, keys: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(WorkItem.key, WorkItem.reason).where(WorkItem.key.in_(keys)))
    return {row.key: row.reason for row in rows}


def places(session: Session, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Where each posted loop stands, by its key, which is its posting's: ``{"file", "file_name", "trace",
    "transaction", "claim_number_told", "payer_control_number", "position", "lines": [position of each SVC]}``."""
    rows = session.execute(
        select(RemittanceClaim, RemittanceRow)
        .join(RemittanceRow, RemittanceRow.id == RemittanceClaim.remittance_id)
        .where(RemittanceClaim.key.in_(keys))
    ).all()
    files = {row.loop.get("file", remittance.file_id) for row, remittance in rows}
    names: dict[int, str] = {
        row.id: row.name for row in session.execute(select(File.id, File.name).where(File.id.in_(files)))
    }
    return {
        loop.key: {
            "file": loop.loop.get("file", remittance.file_id),
            "file_name": names.get(loop.loop.get("file", remittance.file_id), ""),
            "trace": remittance.trace_number,
            "transaction": loop.loop.get("transaction", ""),
            "payer_control_number": loop.payer_control_number,
            "position": loop.loop.get("position", 0),
            "lines": [line.get("position", 0) for line in loop.loop.get("lines", ())],
        }
        for loop, remittance in rows
    }
