"""Prior authorization: what is asked of a payer, by when it must decide, and what it said (278, 005010X217)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

COLUMNS = ("payer_kind", "expedited_hours", "standard_days", "effective_from", "effective_to", "source")


class AuthorizationState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    """Asked, or to be asked again: the payer was silent."""
    PENDED = "pended"
    APPROVED = "approved"
    DENIED = "denied"
    NOT_NEEDED = "not_needed"
    ENDED = "ended"
    """Nobody waits for it any more."""


WAITING = frozenset({AuthorizationState.REQUESTED, AuthorizationState.PENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """One service for which a payer's word is wanted before it is rendered."""

    procedure: str
    service_date: date
    units: int = 1
    diagnoses: tuple[str, ...] = ()
    place_of_service: str = "11"
    expedited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationAnswer:
    """A payer's word; ``rejections`` (AAA03) where it could not read or find what was asked."""

    state: AuthorizationState
    number: str = ""
    """REF*G1 of the claim."""
    reasons: tuple[str, ...] = ()
    """HCR03: CMS-0057-F wants a specific one with each denial."""
    rejections: tuple[str, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionClock:
    """How long a kind of payer may take, from when to when."""

    payer_kind: str
    expedited_hours: int
    standard_days: int
    effective_from: date
    effective_to: date | None
    source: str


def parse_clocks(rows: Iterable[Mapping[str, str]]) -> tuple[DecisionClock, ...]:
    """Read the table.

    Raises:
        ValueError: a row has no source, or a number that is none.
    """
    found = []
    for number, row in enumerate(rows, start=1):
        if not row.get("source"):
            raise ValueError(f"authorization clocks, row {number}: source must say something")
        ends = row.get("effective_to", "")
        found.append(
            DecisionClock(
                payer_kind=row["payer_kind"],
                expedited_hours=int(row["expedited_hours"]),
                standard_days=int(row["standard_days"]),
                effective_from=date.fromisoformat(row["effective_from"]),
                effective_to=date.fromisoformat(ends) if ends else None,
                source=row["source"],
            )
        )
    return tuple(found)


def decision_due(
    clocks: Iterable[DecisionClock], payer_kind: str, requested_at: datetime, on: date, *, expedited: bool
) -> tuple[datetime | None, str]:
    """When the payer must have decided, and by which rule; None where no rule binds it (Medicare itself, plans of
    employers): then the house asks again by its own habit."""
    for clock in clocks:
        holds = clock.effective_from <= on and (clock.effective_to is None or on <= clock.effective_to)
        if clock.payer_kind == payer_kind and holds:
            wait = timedelta(hours=clock.expedited_hours) if expedited else timedelta(days=clock.standard_days)
            return requested_at + wait, clock.source
    return None, "no federal clock binds this payer"
