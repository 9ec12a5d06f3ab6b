"""Prior authorization: asked over the real-time line, asked again while the payer is silent or thinks, and
told on the claim.

When a question is due stands in its row; a look asks what is due. A payer that lets its own clock run out becomes a
work item, and is asked on.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from activities import parties
from activities.cases.desk import Desk
from activities.frontdesk.late_papers import authorization_to_claims, lock_patient
from domain.coverage.authorization import (
    WAITING,
    AuthorizationAnswer,
    AuthorizationRequest,
    AuthorizationState,
    decision_due,
)
from domain.coverage.coverage import OtherCoverage
from domain.people.parties import BillingProvider, Person
from edi import authorization
from gateways.clearinghouse import RealTimeLine
from gateways.errors import GatewayError
from storage import frontdesk, frontdesk_authorizations, timeline, work_items
from storage.models import AuthorizationRow, Patient
from storage.serialise import from_json, to_json
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

FRONT_DESK = "front_desk"
AGAIN_WHEN_SILENT, AGAIN_WHEN_PENDED = timedelta(hours=1), timedelta(days=1)


class NotAskable(ValueError):
    """What is missing for a request."""


def request(desk: Desk, appointment_number: int, procedure: str, *, expedited: bool, by: str) -> AuthorizationRow:
    """Keep a request for a planned service of an appointment, once; the next look asks the first payer.

    Raises:
        UnknownAppointment: no such appointment.
        NotAskable: no coverage, or the service is not planned.
    """
    appointment = frontdesk.get(desk.session, appointment_number)
    coverages = frontdesk.coverages_of(appointment)
    planned = next((one for one in frontdesk.services_of(appointment) if one.procedure == procedure), None)
    if not coverages or planned is None:
        raise NotAskable(f"appointment {appointment_number} has no coverage, or {procedure} is not planned for it")
    payer = coverages[0].coverage.payer
    due_at, rule = decision_due(
        frontdesk_authorizations.clocks(), payer.kind.value, desk.now, desk.today, expedited=expedited
    )
    asked = AuthorizationRequest(
        procedure=procedure,
        service_date=appointment.on_day,
        units=max(1, int(planned.units)),
        diagnoses=planned.diagnoses,
        place_of_service=planned.place_of_service,
        expedited=expedited,
    )
    row = frontdesk_authorizations.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": f"appointment:{appointment_number}:{payer.code}:{procedure}",
            "patient_id": appointment.patient_id,
            "claim_number": None,
            "appointment_number": appointment_number,
            "payer_code": payer.code,
            "service_date": appointment.on_day,
            "request": to_json(asked),
            "expedited": expedited,
            "requested_at": desk.now,
            "due_at": due_at,
            "due_rule": rule,
            "state": AuthorizationState.REQUESTED.value,
            "next_at": desk.now,
            "by": by,
        },
    )
    until = f"decision due {due_at:%Y-%m-%d %H:%M} UTC" if due_at else "no date binds the payer"
    _tell(desk, row, "requested", f"Authorization {row.number} asked of {payer.code} for {procedure}", until, by)
    work_items.close_by_key(
        desk.session,
        [f"appointment:{appointment_number}:authorization:{payer.code}:{procedure}"],
        by=by,
        on=desk.today,
    )
    return row


class AuthorizationQuestions:
    """Asks payers about the requests of one organisation."""

    def __init__(self, books: Books, line: RealTimeLine) -> None:
        """Ask over this line, note in these books."""
        self._books = books
        self._line = line

    async def ask_due(self, organisation_id: int, now: datetime) -> int:
        """Ask what is due, and return how many were decided."""
        decided = 0
        for number in await asyncio.to_thread(self._due, organisation_id, now):
            question = await asyncio.to_thread(self._question, organisation_id, number, now)
            try:
                answer = authorization.answer(await self._line.ask(question))
            except GatewayError as error:
                log.warning("payer_silent", authorization=number, error=type(error).__name__)
                answer = AuthorizationAnswer(state=AuthorizationState.REQUESTED, rejections=("80",))
            decided += await asyncio.to_thread(self._note, organisation_id, number, answer, now)
        return decided

    def _due(self, organisation_id: int, now: datetime) -> list[int]:
        with self._books.transaction(organisation_id) as session:
            return frontdesk_authorizations.due(session, now)

    def _question(self, organisation_id: int, number: int, now: datetime) -> bytes:
        with self._books.transaction(organisation_id) as session:
            return _written(session, organisation_id, frontdesk_authorizations.get(session, number), now)

    def _note(self, organisation_id: int, number: int, answer: AuthorizationAnswer, now: datetime) -> bool:
        def work(session: Session) -> bool:
            return note(Desk.at(session, organisation_id, now), number, answer, "payer")

        return self._books.run(organisation_id, work)


def note(desk: Desk, number: int, answer: AuthorizationAnswer, by: str) -> bool:
    """Keep a payer's word, or a person's note of it; True when it decides. A decision is never taken back by silence;
    a number reaches the claims of the day that are there already.

    Raises:
        UnknownAuthorization: no such request.
    """
    if answer.number:
        lock_patient(desk, frontdesk_authorizations.get(desk.session, number).patient_id)
    row = frontdesk_authorizations.get(desk.session, number, for_update=True)
    if AuthorizationState(row.state) not in WAITING:
        return False
    row.reasons = list(answer.reasons or answer.rejections)
    if answer.state in WAITING:
        _wait(desk, row, answer)
        return False
    row.state, row.next_at, row.decided_at = answer.state.value, None, desk.now
    row.authorization_number = answer.number
    if answer.state is AuthorizationState.APPROVED and answer.number:
        desk.session.flush()
        authorization_to_claims(desk, row, by)
    words = answer.state.value.replace("_", " ")
    why = ", ".join(filter(None, (f"number {answer.number}" if answer.number else "", *answer.reasons)))
    _tell(desk, row, "decided", f"{row.payer_code} on authorization {number}: {words}", why, by)
    work_items.close_by_key(desk.session, [f"authorization:{number}:late"], by=by, on=desk.today)
    if answer.state is AuthorizationState.DENIED:
        _ask(
            desk, row, "denied",
            f"{row.payer_code} does not authorize {row.request['procedure']}: {', '.join(answer.reasons) or '?'}",
            "Ask the provider about another service or a peer-to-peer talk, or tell the patient what it would cost",
        )  # fmt: skip
    desk.session.flush()
    return True


def _wait(desk: Desk, row: AuthorizationRow, answer: AuthorizationAnswer) -> None:
    silent = authorization.is_silence(answer)
    row.state = answer.state.value
    row.questions += 1
    row.next_at = desk.now + (AGAIN_WHEN_SILENT if silent else AGAIN_WHEN_PENDED)
    if answer.state is AuthorizationState.REQUESTED and not silent:
        _ask(
            desk, row, f"rejected:{'.'.join(answer.rejections)}",
            f"{row.payer_code} did not take authorization request {row.number} (AAA {', '.join(answer.rejections)})",
            "Correct the patient's or the card's data, then it is asked again by itself",
        )  # fmt: skip
    if row.due_at is not None and desk.now > row.due_at:
        _ask(
            desk, row, "late",
            f"{row.payer_code} had to decide on authorization {row.number} by {row.due_at:%Y-%m-%d}: {row.due_rule}",
            f"Call the payer; `claimflow authorization decide {row.number}` keeps what it says",
        )  # fmt: skip
    desk.session.flush()


def _written(session: Session, organisation_id: int, row: AuthorizationRow, now: datetime) -> bytes:
    assert row.appointment_number is not None, "a request is about an appointment"
    appointment = frontdesk.get(session, row.appointment_number)
    entry: OtherCoverage = next(
        one for one in frontdesk.coverages_of(appointment) if one.coverage.payer.code == row.payer_code
    )
    us = parties.submitter(session, organisation_id)
    return authorization.request(
        provider=from_json(BillingProvider, appointment.provider),
        patient=from_json(Person, session.get_one(Patient, row.patient_id).person),
        coverage=entry.coverage,
        asked=from_json(AuthorizationRequest, row.request),
        reference=f"PA{row.number}",
        control_numbers=parties.draw_control_numbers(session, organisation_id, us.submitter_id),
        at=now.astimezone(parties.time_zone(session, organisation_id)),
        usage=parties.usage(),
    )


def _ask(desk: Desk, row: AuthorizationRow, key: str, reason: str, remedy: str) -> None:
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"authorization:{row.number}:{key}",
        kind=f"authorization_{key.partition(':')[0]}",
        reason=reason,
        remedy=remedy,
        owner=FRONT_DESK,
        due_on=desk.today,
        opened_on=desk.today,
        account_number=desk.session.get_one(Patient, row.patient_id).account_number,
    )


def _tell(desk: Desk, row: AuthorizationRow, key: str, what: str, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"authorization:{row.number}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=desk.session.get_one(Patient, row.patient_id).account_number,
    )
