"""A patient is at the desk: what they said is kept, the order of benefits found, the payer asked again on the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from activities.cases.desk import Desk
from activities.frontdesk.cards_shown import compare_cards
from activities.frontdesk.guarantors import ask_at_check_in
from domain.billing.contact_policy import Channel
from domain.checkin.insurance_card import InsuranceCard
from domain.checkin.medicare_secondary import Answers, open_questions, ordered, unanswered
from domain.people.matching import Candidate, Grade
from domain.people.parties import Person
from storage import contact_preferences, frontdesk, frontdesk_people, intake, timeline
from storage.models import Appointment, CheckInRow, Patient
from storage.serialise import to_json

_EN = "en"


class NotKnownWho(ValueError):
    """Somebody alike is in the books: a person says who it is. ``candidates`` are those to choose from."""

    def __init__(self, candidates: tuple[Candidate, ...]) -> None:
        alike = "; ".join(
            f"{one.patient_id} ({one.grade.value}, {one.score}: {', '.join(one.why)})" for one in candidates
        )
        super().__init__(f"somebody alike is a patient already: say --patient NUMBER, or --patient new: {alike}")
        self.candidates = candidates


class QuestionsOpen(ValueError):
    """Something must be asked before the visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a patient said and signed at the desk."""

    language: str = _EN
    phone: str = ""
    email: str = ""
    consents: tuple[tuple[str, bool], ...] = ()
    """Channel (``email``, ``text``, ``call``) and whether it is allowed; what was not asked is not there."""
    medicare: Answers | None = None
    cards: tuple[InsuranceCard, ...] = ()
    """As they were shown; those seen before stand where none is shown again."""


def who_is_it(desk: Desk, person: Person, chosen: str, *, phone: str = "", member_ids: tuple[str, ...] = ()) -> Patient:
    """The patient at the desk: ``chosen`` by a person (a number, or ``new``), else the exact one, else a new one where
    nobody is alike.

    Raises:
        NotKnownWho: there are candidates, and nobody chose.
        UnknownPatient: the chosen number is nobody's.
    """
    if chosen and chosen != "new":
        return frontdesk_people.patient(desk.session, int(chosen))
    found = frontdesk_people.find(desk.session, person, phone=phone, member_ids=member_ids)
    exact = [one for one in found if one.grade is Grade.EXACT]
    if len(exact) == 1:
        return frontdesk_people.patient(desk.session, exact[0].patient_id)
    if found and not chosen:
        raise NotKnownWho(found)
    return intake.find_or_add_patient(desk.session, desk.organisation_id, person)


def arrive(desk: Desk, appointment_number: int, said: Said, by: str) -> Appointment:
    """Check a patient in, once; a second time keeps what is new.

    Raises:
        UnknownAppointment: no such appointment.
        QuestionsOpen: a Medicare patient was not asked who else must pay first, or not about each coverage.
    """
    row = frontdesk.get(desk.session, appointment_number, for_update=True)
    told = [one.coverage for one in frontdesk.coverages_of(row)]
    if unanswered(told, said.medicare):
        raise QuestionsOpen(
            "the patient has Medicare: ask the Medicare Secondary Payer questions first (CMS Pub. 100-05 ch. 3 s. 20)"
        )
    if said.medicare is not None and (missing := open_questions(told, said.medicare)):
        raise QuestionsOpen("; ".join(missing))
    patient = desk.session.get_one(Patient, row.patient_id)
    account = patient.account_number
    ask_at_check_in(desk, patient, row.on_day)
    _keep(desk, row, said, by)
    placed = ordered(told, said.medicare, row.on_day)
    first_payer_changed = [one.coverage.payer.code for one in placed] != [one.payer.code for one in told]
    row.coverages = [to_json(one) for one in placed]
    row.state = "arrived"
    if placed and (first_payer_changed or row.next_question_at is not None):
        row.next_question_at = desk.now
    compare_cards(desk, row)
    _prefer(desk, account, said)
    _tell(desk, row, account, "; ".join(f"{one.coverage.payer.code}: {one.why}" for one in placed), by)
    desk.session.flush()
    return row


def _keep(desk: Desk, row: Appointment, said: Said, by: str) -> None:
    values: dict[str, Any] = {
        "by": by,
        "on_day": desk.today,
        "language": said.language,
        "phone": said.phone,
        "email": said.email,
        "consents": dict(said.consents),
        "medicare_questions": to_json(said.medicare) if said.medicare else {},
    }
    if said.cards:
        seen = [replace(card, seen_on=desk.today, seen_by=by) for card in said.cards]
        values["cards"] = [to_json(card) for card in seen]
    statement = insert(CheckInRow).values(
        organisation_id=desk.organisation_id,
        key=f"appointment:{row.number}",
        patient_id=row.patient_id,
        appointment_number=row.number,
        **values,
    )
    desk.session.execute(statement.on_conflict_do_update(index_elements=["organisation_id", "key"], set_=values))


def _prefer(desk: Desk, account: int, said: Said) -> None:
    """Texts and calls by machine only with consent (47 USC 227); a no at the desk revokes at once."""
    contact_preferences.prefer(
        desk.session,
        desk.organisation_id,
        account,
        language=said.language,
        email=said.email or None,
        phone=said.phone or None,
    )
    for name, allowed in said.consents:
        channel = Channel(name)
        if allowed:
            contact_preferences.consent(
                desk.session, desk.organisation_id, account, channel, how="at check-in", at=desk.now
            )
        else:
            contact_preferences.revoke(desk.session, account, channel, how="at check-in", at=desk.now)


def _tell(desk: Desk, row: Appointment, account: int, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"appointment:{row.number}:arrived",
        at=desk.now,
        by=by,
        what=f"Checked in for the visit of {row.on_day}",
        why=why,
        account_number=account,
    )
