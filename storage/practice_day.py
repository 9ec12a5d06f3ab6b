"""The practice's calendar day at a moment: every date of business is of the zone of whose books it stands in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, object_session

from storage.models import Organisation


class Waits(Protocol):
    """A row of a claim, an appeal or a case, with the moment at which it is looked at again."""

    organisation_id: int
    next_at: datetime | None


def zone_of(session: Session, organisation_id: int) -> ZoneInfo:
    """The practice's zone; asked for once in a transaction's session."""
    zone: ZoneInfo | None = session.info.get((zone_of, organisation_id))
    if zone is None:
        zone = ZoneInfo(session.get_one(Organisation, organisation_id).time_zone)
        session.info[zone_of, organisation_id] = zone
    return zone


def day_at(session: Session, organisation_id: int, moment: datetime) -> date:
    """The practice's day at a moment."""
    return moment.astimezone(zone_of(session, organisation_id)).date()


def next_day(row: Waits) -> date | None:
    """The day on which a row's story is looked at again; None when it waits for nothing.

    The row must belong to an open session.
    """
    if row.next_at is None:
        return None
    session = object_session(row)
    if session is None:
        raise ValueError("a row outside its transaction does not know the practice's day")
    return day_at(session, row.organisation_id, row.next_at)


def next_date(row: Waits) -> str | None:
    """That day as documents write it."""
    day = next_day(row)
    return day.isoformat() if day is not None else None
