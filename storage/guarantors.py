"""Guarantors as rows: which account a visit belongs to, accounts of somebody alike, and changes by named persons."""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.checkin.guarantor import (
    ANY_STATE,
    AccountCandidate,
    Cause,
    Change,
    account_on,
    alike,
    parse_ages,
)
from domain.people.parties import Person
from storage.models import Account, GuarantorChange, Patient
from storage.models.base import LARGEST_NUMBER
from storage.operator_files import rows
from storage.serialise import from_json, to_json


class UnknownAccount(LookupError):
    """No account has this number in this organisation."""


@cache
def _ages() -> dict[str, int]:
    return parse_ages(rows("age_of_majority.csv"))


def age_of_majority(state: str) -> int:
    """From which age on somebody of a state guarantees for themselves: ``reference_data/age_of_majority.csv``."""
    return _ages().get(state.upper(), _ages()[ANY_STATE])


def changes_of(session: Session, patient_id: int) -> list[Change]:
    """A patient's changes, the first first."""
    rows = session.scalars(
        select(GuarantorChange).where(GuarantorChange.of_patient_id == patient_id).order_by(GuarantorChange.id)
    )
    return [
        Change(effective_on=row.effective_on, from_account=row.from_account, to_account=row.to_account) for row in rows
    ]


def account_of_visit(session: Session, patient: Patient, day: date) -> int:
    """The account of a patient's visit on a day."""
    return account_on(patient.account_number, changes_of(session, patient.id), day)


def guarantor(session: Session, account: int) -> Person:
    """Who guarantees on an account.

    Raises:
        UnknownAccount: no such account in this organisation.
    """
    row = session.get(Account, account) if account <= LARGEST_NUMBER else None
    if row is None:
        raise UnknownAccount(f"no account has the number {account}")
    return from_json(Person, row.guarantor)


def candidates(session: Session, wanted: Person) -> tuple[AccountCandidate, ...]:
    """Accounts whose guarantor may be this person: looked for by birth date, the last name's beginning, or ZIP code."""
    told = Account.guarantor
    rows = session.scalars(
        select(Account)
        .where(
            or_(
                told["birth_date"].as_string() == (wanted.birth_date or date.max).isoformat(),
                func.upper(func.left(told["last_name"].as_string(), 3)) == wanted.last_name[:3].upper(),
                told["address"]["zip_code"].as_string().startswith(wanted.address.zip_code[:5]),
            )
        )
        .order_by(Account.number)
        .limit(2_000)
    )
    return alike(wanted, {row.number: from_json(Person, row.guarantor) for row in rows})


def open_account(session: Session, organisation_id: int, person: Person) -> int:
    """A new account of a guarantor; returns its number."""
    row = Account(organisation_id=organisation_id, guarantor=to_json(person))
    session.add(row)
    session.flush()
    return row.number


def change(
    session: Session, patient: Patient, to_account: int, *, cause: Cause, on: date, by: str, reason: str
) -> GuarantorChange:
    """From ``on`` the patient's visits belong to another account; nothing that is there moves."""
    row = GuarantorChange(
        organisation_id=patient.organisation_id,
        of_patient_id=patient.id,
        from_account=patient.account_number,
        to_account=to_account,
        effective_on=on,
        cause=cause.value,
        by=by,
        reason=reason,
    )
    session.add(row)
    patient.account_number = to_account
    session.flush()
    return row
