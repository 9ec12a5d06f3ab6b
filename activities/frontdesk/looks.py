"""Looks of the front desk, for every organisation of the books."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio import activity

from activities.cases.desk import Desk
from activities.frontdesk.authorizations import AuthorizationQuestions
from activities.frontdesk.copays import look_at_copays
from activities.frontdesk.estimates import look_at_estimates
from activities.frontdesk.questions import AppointmentQuestions
from contracts.frontdesk import FrontDeskSweeps
from contracts.wire import Sweep, Swept
from gateways.clearinghouse import RealTimeLine
from storage.clock import PostgresBusinessClock
from storage.models import Organisation
from storage.unit_of_work import Books


class FrontDeskSweepsOverTheLine(FrontDeskSweeps):
    """Asks payers over the real-time line."""

    def __init__(self, books: Books, clock: PostgresBusinessClock, line: RealTimeLine) -> None:
        """Look into these books, ask over this line."""
        self._books = books
        self._clock = clock
        self._questions = AppointmentQuestions(books, line)
        self._authorizations = AuthorizationQuestions(books, line)

    @activity.defn(name="sweep_appointments")
    async def appointments(self, sweep: Sweep) -> Swept:  # noqa: ARG002 - every look is told which one it is
        """Eligibility of the visits that come: tomorrow's schedule, today's again, what a silent payer left,
        and authorizations that wait."""
        now = await asyncio.to_thread(self._clock.now)
        numbers = await asyncio.to_thread(_organisations, self._books)
        answered = [await self._questions.ask_due(number, now) for number in numbers]
        decided = [await self._authorizations.ask_due(number, now) for number in numbers]
        return Swept(found=sum(answered) + sum(decided))


class FrontDeskSweepsInBooks(FrontDeskSweeps):
    """Looks into our own books."""

    def __init__(self, books: Books, clock: PostgresBusinessClock) -> None:
        """Look into these books."""
        self._books = books
        self._clock = clock

    @activity.defn(name="sweep_front_desk")
    def front_desk(self, sweep: Sweep) -> Swept:  # noqa: ARG002 - every look is told which one it is
        """Estimates owed, due or exceeded, and copays left unpaid; one transaction for each organisation."""
        now = self._clock.now()

        def look_at(organisation_id: int) -> int:
            def work(session: Session) -> int:
                desk = Desk.at(session, organisation_id, now)
                return look_at_estimates(desk) + look_at_copays(desk)

            return self._books.run(organisation_id, work)

        return Swept(found=sum(look_at(number) for number in _organisations(self._books)))


def _organisations(books: Books) -> list[int]:
    with books.system() as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
