"""What operations see: stuck rows by name, and a journey through days that stops where it should."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest

from cli.fast_forward import Journey, travel
from domain.claim.stages import Owes, Stage
from domain.sending import SendKind
from stack.conductor import Conductor, Day
from storage import claims, doorbells, files, health, outbox, timeline
from storage.clock import PostgresBusinessClock
from storage.health import Finding
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW, check_in


def _findings(books: Books, now: datetime = NOW) -> list[Finding]:
    with books.system() as session:
        return health.findings(session, now)


@pytest.fixture
def claim(books: Books, practice: int) -> int:
    """A claim whose doorbell has been taken."""
    number = check_in(books, practice).claim_number
    with books.system() as session:
        doorbells.mark_delivered(session, [bell.id for bell in doorbells.due(session, 10)])
    return number


def test_nothing_is_found_where_nothing_is_stuck(books: Books, claim: int) -> None:
    assert _findings(books) == []


def test_a_date_long_past_is_found_and_named(books: Books, practice: int, claim: int) -> None:
    with books.transaction(practice) as session:
        claims.set_stage(
            session,
            claim,
            stage=Stage.WITH_PAYER,
            owes=Owes.PAYER,
            next_at=NOW,
            next_what="the payer's answer",
            owner="system",
        )
    assert _findings(books, NOW + health.LONG_PAST) == []
    (found,) = _findings(books, NOW + health.LONG_PAST + timedelta(seconds=1))
    assert (found.kind, found.where) == ("overdue", f"claim/{claim}")
    assert found.what == "waits since 2026-03-02 for: the payer's answer"


def test_a_message_that_does_not_leave_is_found_with_its_last_error(books: Books, practice: int) -> None:
    number = check_in(books, practice).claim_number
    assert _findings(books) == []
    with books.system() as session:
        (bell,) = doorbells.due(session, 10)
        doorbells.mark_failed(session, bell.id, "UNAVAILABLE")
    (found,) = _findings(books)
    assert (found.kind, found.where) == ("undelivered", f"claim/{number}")
    assert found.what.endswith("not delivered after 1 tries UNAVAILABLE")


def test_a_send_that_nobody_can_judge_waits_for_a_person(books: Books, practice: int, claim: int) -> None:
    with books.transaction(practice) as session:
        file = files.build(session, practice, "letter.pdf", "letter", b"%PDF", NOW)
        send = outbox.intend(session, practice, "letter", SendKind.BLIND, "mail", "letter", file, None, NOW)
        outbox.begin(session, send)
        outbox.mark_uncertain(session, send, "connection lost")
    (found,) = _findings(books)
    assert (found.kind, found.where) == ("send_uncertain", f"outbox {send}")


class _TenDaysAStep:
    """Stands for the conductor: each step is ten days, and on the third the claim is remitted."""

    def __init__(self, books: Books, practice: int, claim: int) -> None:
        self._books, self._practice, self._claim = books, practice, claim
        self._clock = PostgresBusinessClock(books)
        self._steps = 0

    async def next_day(self, act: None, limit: datetime) -> Day:
        self._steps += 1
        self._clock.move_to(min(limit, self._clock.now() + timedelta(days=10)))
        if self._steps == 3:
            with self._books.transaction(self._practice) as session:
                timeline.note(
                    session, self._practice, key="paid", at=NOW, by="payer", what="Paid", claim_number=self._claim
                )
        return Day(now=self._clock.now(), moved=2, released=1)


async def _travelled(books: Books, practice: int, claim: int, days: int, until: int | None) -> Journey:
    conductor = cast("Conductor", _TenDaysAStep(books, practice, claim))
    seen: list[datetime] = []
    journey = await travel(books, conductor, timedelta(days=days), until, lambda now, _moved: seen.append(now))
    assert seen == sorted(seen)
    assert seen[-1] == journey.end
    return journey


async def test_a_journey_ends_at_its_length(books: Books, practice: int, claim: int) -> None:
    journey = await _travelled(books, practice, claim, 45, None)
    assert (journey.steps, journey.moved, journey.released) == (5, 10, 5)
    assert timedelta(days=45) <= journey.end - journey.start < timedelta(days=45, minutes=1)


async def test_a_journey_stops_at_the_claims_next_event(books: Books, practice: int, claim: int) -> None:
    journey = await _travelled(books, practice, claim, 45, claim)
    assert (journey.reached_claim, journey.steps) == (True, 3)


async def test_a_journey_that_ends_before_the_claims_next_event_says_so(
    books: Books, practice: int, claim: int
) -> None:
    journey = await _travelled(books, practice, claim, 15, claim)
    assert (journey.reached_claim, journey.steps) == (False, 2)
