"""Where case work is done: one transaction of one organisation, on one business day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from activities import parties

MORNING = time(9)
"""People are asked in the morning of a day, in the practice's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The session and the day."""

    session: Session
    organisation_id: int
    now: datetime
    zone: ZoneInfo

    @classmethod
    def at(cls, session: Session, organisation_id: int, now: datetime) -> Desk:
        """The desk of an organisation at a business moment."""
        zone = parties.time_zone(session, organisation_id)
        return cls(session=session, organisation_id=organisation_id, now=now, zone=zone)

    @property
    def today(self) -> date:
        """The practice's calendar day."""
        return self.now.astimezone(self.zone).date()

    def morning_of(self, day: date) -> datetime:
        """When people are asked on a day."""
        return datetime.combine(day, MORNING, tzinfo=self.zone).astimezone(self.now.tzinfo)
