"""Letters of care: written from their templates, put into the mail, and kept as notices with their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from activities import parties
from activities.cases.desk import Desk
from activities.deliveries import MAIL
from domain.care.letters import LANGUAGES, LetterText, day
from domain.people.parties import Address, Person
from domain.sending import SendKind
from gateways.papers import care_letter
from storage import care, care_rules, files, outbox, work_items
from storage.models import Account, ContactPreferences
from storage.serialise import from_json

AGENCY = ("The collection agency under contract",)
HAND_OVER_WITHIN = timedelta(days=7)


def language_of(desk: Desk, account_number: int | None) -> str:
    """The language that a guarantor reads; English where nobody said."""
    said = desk.session.scalar(
        select(ContactPreferences.language).where(ContactPreferences.account_number == account_number)
    )
    return said if said in LANGUAGES else LANGUAGES[0]


def mail_letter(
    desk: Desk,
    *,
    name: str,
    key: str,
    account_number: int,
    values: Mapping[str, str],
    kind: str,
    by: str,
    case_number: int | None = None,
    language: str | None = None,
    to_agency: bool = False,
) -> bool:
    """Write a letter and its notice, and put it into the mail, once for each key; False for a repeat.

    Where mail came back nothing is mailed: a person hands it over, and only that is a notice.

    Raises:
        TemplateBroken: the operator's template names a place that nobody fills.
    """
    if not to_agency and _mail_came_back(desk, account_number):
        _hand_over_in_person(desk, key, account_number, kind, case_number)
        return False
    spoken = LANGUAGES[0] if to_agency else language or language_of(desk, account_number)
    us = parties.submitter(desk.session, desk.organisation_id)
    text = care_rules.letter(name, spoken, {"phone": us.contact_phone, **values})
    reference = key.upper().replace(":", "-")
    pdf = care_letter.render(
        care_letter.CareLetter(
            reference=reference,
            dated=desk.today,
            dated_words=day(desk.today, text.language),
            practice_name=us.name,
            practice_address=_lines(us.address),
            practice_phone=us.contact_phone,
            to=AGENCY if to_agency else _guarantor(desk, account_number),
            heading=text.heading,
            paragraphs=text.paragraphs,
        )
    )
    paper = f"care-{key.replace(':', '-')}"
    file_id = files.build(desk.session, desk.organisation_id, f"{paper}.pdf", "care_letter", pdf, desk.now)
    outbox_id = outbox.intend(
        desk.session,
        desk.organisation_id,
        f"care:{key}",
        SendKind.RECOGNISED,
        MAIL,
        paper,
        file_id,
        {
            "paper": "care_letter",
            "reference": reference,
            "organisation": desk.organisation_id,
            "account": account_number,
            "kind": kind,
            "language": text.language,
            "to": "agency" if to_agency else "guarantor",
            "date": desk.today.isoformat(),
        },
        desk.now,
    )
    return _keep(desk, key, account_number, case_number, kind, by, text, outbox_id)


def said(desk: Desk, *, key: str, account_number: int, kind: str, by: str, note: str) -> bool:
    """Keep that something was told or handed over in person, with its day."""
    return care.keep_notice(
        desk.session,
        desk.organisation_id,
        {
            "key": key,
            "account_number": account_number,
            "kind": kind,
            "provided_on": desk.today,
            "by": by,
            "details": {"note": note},
        },
    )


def _mail_came_back(desk: Desk, account_number: int) -> bool:
    since = select(ContactPreferences.address_bad_since).where(ContactPreferences.account_number == account_number)
    return desk.session.scalar(since) is not None


def _hand_over_in_person(
    desk: Desk, key: str, account_number: int, kind: str, case_number: int | None
) -> None:
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"letter:{key}",
        kind="letter_not_mailed",
        reason=f"The letter {kind.replace('_', ' ')} was not mailed: mail to account {account_number} came back",
        remedy="Reach the guarantor another way and tell them what it says; find the new address",
        owner="patient_accounts",
        due_on=desk.today + HAND_OVER_WITHIN,
        opened_on=desk.today,
        account_number=account_number,
        details={"case": case_number},
    )


def _keep(
    desk: Desk,
    key: str,
    account_number: int,
    case_number: int | None,
    kind: str,
    by: str,
    text: LetterText,
    outbox_id: int,
) -> bool:
    return care.keep_notice(
        desk.session,
        desk.organisation_id,
        {
            "key": key,
            "account_number": account_number,
            "case_number": case_number,
            "kind": kind,
            "provided_on": desk.today,
            "language": text.language,
            "by": by,
            "outbox_id": outbox_id,
        },
    )


def _guarantor(desk: Desk, account_number: int) -> tuple[str, ...]:
    person = from_json(Person, desk.session.get_one(Account, account_number).guarantor)
    return (f"{person.first_name} {person.last_name}", *_lines(person.address))


def _lines(address: Address) -> tuple[str, ...]:
    street = [address.street, address.street2] if address.street2 else [address.street]
    return (*street, f"{address.city}, {address.state} {address.zip_code}")
