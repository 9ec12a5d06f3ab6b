"""What a biller sees beside a claim: what waits for a person about it, and each version with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import ClaimVersion, WorkItem
from storage.models.base import Json


def open_work(session: Session, claim_number: int) -> list[dict[str, Any]]:
    """Open work items about a claim, the most urgent first: why, what to do, findings and codes."""
    rows = session.scalars(
        select(WorkItem)
        .where(WorkItem.claim_number == claim_number, WorkItem.closed_on.is_(None))
        .order_by(WorkItem.due_on, WorkItem.id)
    )
    return [
        {
            "item": row.id,
            "kind": row.kind,
            "reason": row.reason,
            "remedy": row.remedy,
            "owner": row.owner,
            "due_on": row.due_on.isoformat(),
            "details": row.details,
        }
        for row in rows
    ]


def versions(session: Session, claim_number: int) -> list[dict[str, Any]]:
    """Every version of a claim's content, the first first: who, when, why, and each value before and after."""
    rows = session.scalars(
        select(ClaimVersion).where(ClaimVersion.claim_number == claim_number).order_by(ClaimVersion.version)
    )
    found = []
    before: dict[str, Any] | None = None
    for row in rows:
        after = dict(_values(row.content))
        found.append(
            {
                "version": row.version,
                "by": row.by,
                "on": row.business_date.isoformat(),
                "reason": row.reason,
                "changes": [] if before is None else _changes(before, after),
            }
        )
        before = after
    return found


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    places = sorted(before.keys() | after.keys())
    return [
        {"field": place, "before": before.get(place), "after": after.get(place)}
        for place in places
        if before.get(place) != after.get(place)
    ]


def _values(content: Json, place: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its place; services and further coverages are counted from 1, as corrections name them."""
    for name, value in content.items():
        here = f"{place}{name}"
        if isinstance(value, dict):
            yield from _values(value, f"{here}.")
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, start=1):
                yield from _values(one, f"{here}.{number}.")
        else:
            yield here, value
