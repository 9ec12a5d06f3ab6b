"""A named person's decision about something that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


class NotDecidable(ValueError):
    """It does not wait for this decision; the text says what is the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides, why, when, in whose books."""

    session: Session
    organisation_id: int
    by: str
    reason: str
    at: datetime
