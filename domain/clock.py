"""The business clock: a port that pure code and services take their dates from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class BusinessClock(Protocol):
    """Real time plus an offset that only the local stack's conductor moves; zero in production."""

    def now(self) -> datetime:
        """Return the business time, aware, in UTC."""
        ...
