"""The business clock: one offset for all, never backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.clock import BusinessClock
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books


def test_an_unmoved_clock_shows_real_time(books: Books) -> None:
    clock: BusinessClock = PostgresBusinessClock(books)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert PostgresBusinessClock(books).offset() == timedelta(0)


def test_a_moved_clock_has_reached_its_time_in_every_process(books: Books) -> None:
    when = datetime.now(UTC) + timedelta(days=400, microseconds=1)
    PostgresBusinessClock(books).move_to(when)
    now = PostgresBusinessClock(books).now()
    assert when <= now < when + timedelta(minutes=1)
    assert now.tzinfo is not None


def test_the_clock_is_never_moved_backwards(books: Books) -> None:
    clock = PostgresBusinessClock(books)
    clock.move_to(datetime.now(UTC) + timedelta(days=10))
    before = clock.offset()
    clock.move_to(datetime.now(UTC) + timedelta(days=3))
    clock.move_to(datetime.now(UTC) - timedelta(days=3))
    assert clock.offset() == before
