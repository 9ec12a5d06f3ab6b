"""Advance notices at the desk: issued, written as the form, signed; the claims of the day follow."""

from __future__ import annotations

import hashlib
from datetime import date

from activities.cases.desk import Desk
from activities.frontdesk.late_papers import lock_patient, notice_to_claims
from activities.parties import submitter
from domain.coverage.advance_notice import Cause, Option
from domain.people.parties import Person
from gateways.papers.advance_notice import AdvanceNoticePaper, FormWords, NoticeService, as_text, render
from storage import frontdesk, frontdesk_notices, timeline
from storage.frontdesk_notices import NoNotice
from storage.models import AdvanceNotice, Organisation, Patient
from storage.serialise import from_json


def issue(
    desk: Desk, appointment_number: int, *, cause: Cause, procedures: tuple[str, ...], by: str, on: date | None = None
) -> AdvanceNotice:
    """Issue a notice today, or enter one that was issued on paper on a day before.

    Raises:
        UnknownAppointment: no such appointment.
        NoNotice: none may be given, or its day has not come.
    """
    day = _not_ahead(desk, on)
    lock_patient(desk, frontdesk.get(desk.session, appointment_number).patient_id)
    row = frontdesk_notices.issue(
        desk.session, desk.organisation_id, appointment_number, cause=cause, procedures=procedures, by=by, today=day
    )
    if row.signed_on is None:
        _tell(desk, row, "issued", f"Advance notice {row.number} issued: {cause.value.replace('_', ' ')}", "", by)
        notice_to_claims(desk, row, by)
    return row


def sign(desk: Desk, number: int, *, option: Option, signer: str, by: str, on: date | None = None) -> AdvanceNotice:
    """Keep that a notice was signed, today or on the day that stands on the paper, and bring it to the claims.

    A patient who has changed their mind writes the other option, the day and their name on the same notice
    (CMS Pub. 100-04 ch. 30 s. 50): it is signed again with that option.

    Raises:
        NoNotice: there is none, it was signed with this option, or that day does not fit.
    """
    day = _not_ahead(desk, on)
    lock_patient(desk, frontdesk_notices.get(desk.session, number).patient_id)
    row = frontdesk_notices.sign(desk.session, number, option=option, on=day, signer=signer, taken_by=by)
    key, did = (f"changed:{len(row.changes)}", "changed") if row.changes else ("signed", "signed")
    _tell(desk, row, key, f"Advance notice {number} {did} on {day}: option {option.value}", f"by {signer}", by)
    notice_to_claims(desk, row, by)
    return row


def write(desk: Desk, number: int, form: FormWords, *, additional: str, as_plain_text: bool, by: str) -> bytes:
    """The form of a notice as a PDF or plain text; what was written is kept by its hash.

    Raises:
        NoNotice: there is none.
    """
    row = frontdesk_notices.get(desk.session, number, for_update=True)
    paper = paper_of(desk, row, additional)
    content = as_text(paper, form).encode() if as_plain_text else render(paper, form)
    row.papers = [
        *row.papers,
        {
            "language": form.words.code,
            "edition": f"{form.edition.form} {form.edition.edition}",
            "to_sign": form.edition.to_sign,
            "sha256": hashlib.sha256(content).hexdigest(),
            "on": desk.today.isoformat(),
            "by": by,
        },
    ]
    desk.session.flush()
    return content


def paper_of(desk: Desk, row: AdvanceNotice, additional: str = "") -> AdvanceNoticePaper:
    """What stands on the form: each service with its own estimate, from the charges planned for the visit."""
    us = submitter(desk.session, desk.organisation_id)
    address = us.address
    assert row.appointment_number is not None, "a notice is about an appointment"
    planned = frontdesk.services_of(frontdesk.get(desk.session, row.appointment_number))
    signed = frontdesk_notices.as_signed(row)
    return AdvanceNoticePaper(
        number=row.number,
        dated=row.issued_on,
        practice_name=desk.session.get_one(Organisation, desk.organisation_id).name,
        practice_address=(address.street, f"{address.city}, {address.state} {address.zip_code[:5]}"),
        practice_phone=us.contact_phone,
        patient=from_json(Person, desk.session.get_one(Patient, row.patient_id).person),
        patient_number=row.patient_id,
        cause=signed.cause,
        services=tuple(
            NoticeService(procedure=one.procedure, words=one.words, cents=one.charge_cents)
            for one in planned
            if one.procedure in row.procedures
        ),
        additional=additional,
        option=signed.option,
        signed_on=row.signed_on,
        signed_by=row.signed_by,
    )


def _not_ahead(desk: Desk, on: date | None) -> date:
    if on is not None and on > desk.today:
        raise NoNotice(f"{on} has not come yet: today is {desk.today}")
    return on or desk.today


def _tell(desk: Desk, row: AdvanceNotice, key: str, what: str, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"notice:{row.number}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=desk.session.get_one(Patient, row.patient_id).account_number,
    )
