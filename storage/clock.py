"""The business clock kept in PostgreSQL: one offset for every process."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import text

from storage.unit_of_work import Books

_NOW = text(
    "select clock_timestamp() + make_interval(secs => coalesce((select offset_seconds from business_clock), 0))"
)
_MOVE = text(
    """
    insert into business_clock (id, offset_seconds, step) values (1, :offset, 1)
    on conflict (id) do update set offset_seconds = excluded.offset_seconds, step = business_clock.step + 1
    where business_clock.offset_seconds < excluded.offset_seconds
    """
)


class PostgresBusinessClock:
    """``domain.clock.BusinessClock``: the server's real time plus the stored offset, zero in production."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def now(self) -> datetime:
        """Return the business time, aware."""
        with self._books.system() as session:
            now: datetime = session.scalars(_NOW).one()
            return now

    def move_to(self, when: datetime) -> None:
        """Move every process to ``when`` at least; never back: an earlier time changes nothing."""
        with self._books.system() as session:
            real: datetime = session.scalars(text("select clock_timestamp()")).one()
            # A whole second is rounded up, so that now() has reached ``when`` on return.
            session.execute(_MOVE, {"offset": math.ceil((when - real).total_seconds())})

    def offset(self) -> timedelta:
        """Return how far business time is ahead of real time."""
        with self._books.system() as session:
            seconds = session.scalar(text("select offset_seconds from business_clock"))
            return timedelta(seconds=seconds or 0)
