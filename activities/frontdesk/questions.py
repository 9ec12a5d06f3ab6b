"""Eligibility of appointments: asked when one is made, the day before, and on the day; a silent payer is asked again.

When a question is due stands in the appointment's row. A look (a sweep) asks what is due; an answer, or silence,
sets the next date in the same transaction, so that nothing is asked twice or forgotten.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from activities import parties
from activities.cases.desk import Desk
from activities.frontdesk.cards_shown import compare_cards
from activities.frontdesk.coverage_notes import (
    Asked,
    ask_about_coverage,
    ask_about_other_payers,
    ask_about_rejection,
    in_words,
    moment_key,
    needs_authorization,
    rejection_of,
)
from domain.coverage.coverage import OtherCoverage
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.coverage.rejections import RejectionAction
from domain.people.parties import Person
from edi import eligibility
from gateways.clearinghouse import RealTimeLine
from gateways.errors import GatewayError
from storage import frontdesk, timeline
from storage.models import Appointment, Patient
from storage.serialise import from_json
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

EARLY = time(6)
"""Payers are asked before the desk opens, in the practice's zone."""
SILENT_RETRY = timedelta(hours=1)
TELL_AFTER = 3
"""Questions in vain after which a person is told; the machine goes on asking."""
LONGEST_LOOK_SECONDS = 80.0
MOST_APPOINTMENTS = 500


@dataclass(frozen=True, kw_only=True)
class _Question:
    appointment: int
    payer_code: str
    content: bytes


class AppointmentQuestions:
    """Asks payers about the appointments of one organisation."""

    def __init__(self, books: Books, line: RealTimeLine) -> None:
        """Ask over this line, note in these books."""
        self._books = books
        self._line = line

    async def ask_due(self, organisation_id: int, now: datetime) -> int:
        """Ask every question that is due, and return how many appointments were answered. What the time does not
        allow is due at the next look."""
        until = monotonic() + LONGEST_LOOK_SECONDS
        answered = 0
        for number in await asyncio.to_thread(self._due, organisation_id, now):
            if monotonic() > until:
                break
            answered += await self.ask(organisation_id, number, now)
        return answered

    async def ask(self, organisation_id: int, number: int, now: datetime) -> bool:
        """Ask each payer of one appointment; False where one of them was silent."""
        answers: dict[str, EligibilityAnswer] = {}
        for question in await asyncio.to_thread(self._questions, organisation_id, number, now):
            try:
                answers[question.payer_code] = eligibility.answer(await self._line.ask(question.content))
            except GatewayError as error:
                log.warning("payer_silent", appointment=number, error=type(error).__name__)
                answers[question.payer_code] = EligibilityAnswer(status=CoverageStatus.UNKNOWN, rejections=("80",))
        return await asyncio.to_thread(
            self._books.run, organisation_id, lambda s: note_answers(s, organisation_id, number, answers, now)
        )

    def _due(self, organisation_id: int, now: datetime) -> list[int]:
        with self._books.transaction(organisation_id) as session:
            return frontdesk.due_questions(session, now, MOST_APPOINTMENTS)

    def _questions(self, organisation_id: int, number: int, now: datetime) -> list[_Question]:
        with self._books.transaction(organisation_id) as session:
            row = frontdesk.get(session, number)
            return [
                _Question(
                    appointment=number,
                    payer_code=entry.coverage.payer.code,
                    content=_written(session, organisation_id, row, entry, now),
                )
                for entry in frontdesk.coverages_of(row)
            ]


def _written(session: Session, organisation_id: int, row: Appointment, entry: OtherCoverage, now: datetime) -> bytes:
    us = parties.submitter(session, organisation_id)
    return eligibility.question(
        provider=us,
        patient=from_json(Person, session.get_one(Patient, row.patient_id).person),
        coverage=entry.coverage,
        service_date=row.on_day,
        reference=f"{row.number}-A",
        control_numbers=parties.draw_control_numbers(session, organisation_id, us.submitter_id),
        at=now.astimezone(parties.time_zone(session, organisation_id)),
        usage=parties.usage(),
    )


def note_answers(
    session: Session, organisation_id: int, number: int, answers: dict[str, EligibilityAnswer], now: datetime
) -> bool:
    """Keep the answers, ask people what they must mend, and set when the payers are asked next."""
    desk = Desk.at(session, organisation_id, now)
    row = frontdesk.get(session, number, for_update=True)
    account = session.get_one(Patient, row.patient_id).account_number
    silent = [code for code, answer in answers.items() if _is_silent(answer)]
    for code, answer in answers.items():
        _note(desk, row, account, code, answer)
    compare_cards(desk, row)
    if silent:
        row.questions += 1
        row.next_question_at = now + SILENT_RETRY
        if row.questions == TELL_AFTER:
            _asked(desk, row, account, silent[0]).ask(
                f"silent:{row.on_day}",
                "payer_silent",
                f"{', '.join(silent)} did not answer {TELL_AFTER} times about the visit of {row.on_day}: we try again",
                "Ask the payer's portal or telephone; the visit goes on either way",
            )
    else:
        row.questions = 0
        row.next_question_at = next_question(desk, row)
    session.flush()
    return not silent


def next_question(desk: Desk, row: Appointment) -> datetime | None:
    """The early morning of the day before the visit, then of the day itself; None once that was asked."""
    for day in (row.on_day - timedelta(days=1), row.on_day):
        if desk.today < day:
            return datetime.combine(day, EARLY, tzinfo=desk.zone).astimezone(desk.now.tzinfo)
    return None


def _note(desk: Desk, row: Appointment, account: int, code: str, answer: EligibilityAnswer) -> None:
    kept = frontdesk.keep_answer(
        desk.session,
        desk.organisation_id,
        key=f"appointment:{row.number}:{code}:{moment_key(desk.now)}",
        patient_id=row.patient_id,
        payer_code=code,
        service_date=row.on_day,
        asked_at=desk.now,
        answer=answer,
        appointment_number=row.number,
    )
    if not kept:
        return
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"appointment:{row.number}:eligibility:{code}:{moment_key(desk.now)}",
        at=desk.now,
        by="system",
        what=f"{code} asked about the visit of {row.on_day}: coverage {answer.status.value.replace('_', ' ')}",
        why=in_words(answer),
        account_number=account,
    )
    asked = _asked(desk, row, account, code)
    ask_about_coverage(asked, answer)
    ask_about_rejection(asked, answer)
    ask_about_other_payers(asked, answer, [one.coverage for one in frontdesk.coverages_of(row)], row.on_day)
    for procedure in needs_authorization(answer, frontdesk.services_of(row)):
        asked.ask(
            f"authorization:{code}:{procedure}",
            "authorization_needed",
            f"{code} wants an authorization for {procedure} on {row.on_day}",
            f"`claimflow authorization request {row.number} --procedure {procedure}`",
        )


def _asked(desk: Desk, row: Appointment, account: int, code: str) -> Asked:
    return Asked(
        session=desk.session,
        organisation_id=desk.organisation_id,
        about=f"appointment:{row.number}",
        today=desk.today,
        due_on=max(desk.today, row.on_day - timedelta(days=1)),
        payer_code=code,
        account_number=account,
    )


def _is_silent(answer: EligibilityAnswer) -> bool:
    rejection = rejection_of(answer)
    return (
        answer.status is CoverageStatus.UNKNOWN
        and rejection is not None
        and rejection.action is RejectionAction.ASK_AGAIN
    )
