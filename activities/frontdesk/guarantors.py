"""A patient's guarantor changes: a named person says who it is, new visits follow, what is there stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from activities.cases.desk import Desk
from domain.care.flags import RULES, Concerns, Flag
from domain.checkin.guarantor import AccountCandidate, Cause, why_ask
from domain.people.parties import Person
from storage import frontdesk_people, guarantors, timeline, work_items
from storage.models import Appointment, Claim, CopayRow, GuarantorChange, Patient, PatientFlagRow
from storage.serialise import from_json

FRONT_DESK, PATIENT_ACCOUNTS = "front_desk", "patient_accounts"
WORK_WITHIN = timedelta(days=7)


class GuarantorUnclear(ValueError):
    """Somebody alike guarantees on an account already: a person says which. ``candidates`` are those to choose from."""

    def __init__(self, candidates: tuple[AccountCandidate, ...]) -> None:
        shown = "; ".join(f"{one.account} ({one.grade.value}, {one.score}: {', '.join(one.why)})" for one in candidates)
        super().__init__(f"somebody alike guarantees already: say --account NUMBER, or --account new: {shown}")
        self.candidates = candidates


class NoChange(ValueError):
    """Why the guarantor does not change."""


def change_guarantor(
    desk: Desk,
    patient_id: int,
    person: Person | None,
    *,
    chosen: str,
    cause: Cause,
    on: date | None,
    by: str,
    reason: str,
) -> GuarantorChange:
    """Let another person guarantee from ``on`` (today where nothing is said); ``person`` None: the patient themselves.

    ``chosen`` is the number of an account, or ``new``; it may be empty where nobody alike guarantees anywhere.

    Raises:
        UnknownPatient, UnknownAccount: no such patient or account.
        GuarantorUnclear: there are candidates, and nobody chose.
        NoChange: it is that account already, the day lies ahead or before an earlier change, or the account chosen is
            not one of the candidates.
    """
    found = frontdesk_people.patient(desk.session, patient_id)
    desk.session.execute(select(Patient.id).where(Patient.id == found.id).with_for_update())
    desk.session.refresh(found)
    day = on or desk.today
    _check_day(desk, found, day)
    wanted = person or from_json(Person, found.person)
    account = _account(desk, found, wanted, chosen)
    before = found.account_number
    row = guarantors.change(desk.session, found, account, cause=cause, on=day, by=by, reason=reason)
    _carry_flags(desk, found.id, before, account, by)
    _carry_copays(desk, found.id, before, account, day)
    _tell(desk, row, by, reason)
    _ask_about_claims(desk, row)
    work_items.close_by_key(desk.session, [_asked(found.id, before)], by=by, on=desk.today)
    return row


def document(row: GuarantorChange) -> dict[str, Any]:
    """A change as people and programs see it."""
    return {
        "patient": row.of_patient_id,
        "from_account": row.from_account,
        "to_account": row.to_account,
        "from": row.effective_on.isoformat(),
        "cause": row.cause,
        "by": row.by,
        "reason": row.reason,
    }


def ask_at_check_in(desk: Desk, patient: Patient, on: date) -> None:
    """Ask once who guarantees, where the patient has come of age under somebody else's account."""
    person = from_json(Person, patient.person)
    why = why_ask(
        person,
        guarantors.guarantor(desk.session, patient.account_number),
        on,
        guarantors.age_of_majority(person.address.state),
    )
    if why is None:
        return
    alike = guarantors.candidates(desk.session, person)
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=_asked(patient.id, patient.account_number),
        kind="guarantor",
        reason=f"Who guarantees for patient {patient.id}? {why[0].upper()}{why[1:]}",
        remedy="Ask, and where it changes: "
        f"`claimflow checkin guarantor {patient.id} --cause came_of_age --by NAME --reason TEXT`; older visits stay",
        owner=FRONT_DESK,
        due_on=desk.today,
        opened_on=desk.today,
        account_number=patient.account_number,
        details={
            "candidates": [
                {"account": one.account, "score": one.score, "grade": one.grade.value, "why": list(one.why)}
                for one in alike
            ]
        },
    )


def _asked(patient_id: int, account: int) -> str:
    return f"patient:{patient_id}:guarantor:{account}"


def _check_day(desk: Desk, patient: Patient, day: date) -> None:
    if day > desk.today:
        raise NoChange(f"{day} lies ahead: enter the change on the day")
    earlier = guarantors.changes_of(desk.session, patient.id)
    if earlier and day < earlier[-1].effective_on:
        raise NoChange(f"the guarantor changed on {earlier[-1].effective_on}: this change comes after it")


def _account(desk: Desk, patient: Patient, wanted: Person, chosen: str) -> int:
    found = guarantors.candidates(desk.session, wanted)
    if not chosen and found:
        raise GuarantorUnclear(found)
    if not chosen or chosen == "new":
        return guarantors.open_account(desk.session, desk.organisation_id, wanted)
    number = int(chosen)
    guarantors.guarantor(desk.session, number)
    if number == patient.account_number:
        raise NoChange(f"visits of patient {patient.id} go to account {number} already")
    if number not in {one.account for one in found}:
        raise NoChange(f"the guarantor of account {number} is not like the person named: choose another, or new")
    return number


def _carry_flags(desk: Desk, patient_id: int, before: int, after: int, by: str) -> None:
    """What protects the patient's services protects them on the new account too; what was the old guarantor's (a
    bankruptcy, a death) stays with them."""
    rows = desk.session.scalars(
        select(PatientFlagRow).where(PatientFlagRow.account_number == before, PatientFlagRow.claim_number.is_(None))
    ).all()
    for row in rows:
        flag = Flag(row.kind)
        of_all = row.patient_id is None and RULES[flag].concerns is Concerns.SERVICES
        of_patient = row.patient_id == patient_id and flag is not Flag.MINOR
        if not (of_all or of_patient):
            continue
        key = f"carried:{row.id}:{after}:{patient_id}"
        if desk.session.scalar(select(PatientFlagRow.id).where(PatientFlagRow.key == key)) is not None:
            continue
        desk.session.add(
            PatientFlagRow(
                organisation_id=desk.organisation_id,
                key=key,
                account_number=after,
                patient_id=patient_id,
                claim_number=None,
                kind=row.kind,
                began_on=row.began_on,
                ends_on=row.ends_on,
                evidence=f"{row.evidence} (as on account {before})",
                by=by,
            )
        )
    desk.session.flush()


def _carry_copays(desk: Desk, patient_id: int, before: int, after: int, day: date) -> None:
    """A copay of a visit from the day on, of which nothing was paid and no claim was made, follows."""
    visits = select(Appointment.number).where(Appointment.patient_id == patient_id, Appointment.on_day >= day)
    desk.session.execute(
        update(CopayRow)
        .where(
            CopayRow.account_number == before,
            CopayRow.appointment_number.in_(visits),
            CopayRow.paid_cents == 0,
            CopayRow.claim_number.is_(None),
            CopayRow.case_number.is_(None),
        )
        .values(account_number=after)
    )


def _tell(desk: Desk, row: GuarantorChange, by: str, reason: str) -> None:
    for account, words in (
        (row.from_account, f"visits from {row.effective_on} on go to account {row.to_account}; older ones stay"),
        (row.to_account, f"visits from {row.effective_on} on come here from account {row.from_account}"),
    ):
        timeline.note(
            desk.session,
            desk.organisation_id,
            key=f"guarantor:{row.id}:{account}",
            at=desk.now,
            by=by,
            what=f"Guarantor of patient {row.of_patient_id} changed ({row.cause.replace('_', ' ')}): {words}",
            why=reason,
            account_number=account,
        )


def _ask_about_claims(desk: Desk, row: GuarantorChange) -> None:
    """Visits from the day on that have their claim already stay where they are: a person looks at each."""
    numbers = desk.session.scalars(
        select(Claim.number)
        .where(
            Claim.patient_id == row.of_patient_id,
            Claim.account_number == row.from_account,
            Claim.service_date >= row.effective_on,
        )
        .order_by(Claim.number)
    ).all()
    if not numbers:
        return
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"guarantor:{row.id}:claims",
        kind="guarantor_claims",
        reason=f"The guarantor changed on {row.effective_on}, and claims of visits since then stay on account "
        f"{row.from_account}: {', '.join(str(number) for number in numbers)}",
        remedy="Find out who owes each; `claimflow complaint open` pauses what is asked of the account until then",
        owner=PATIENT_ACCOUNTS,
        due_on=desk.today + WORK_WITHIN,
        opened_on=desk.today,
        account_number=row.from_account,
        details={"claims": list(numbers)},
    )
