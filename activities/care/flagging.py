"""Flags set and ended by named people: with evidence, with what a person does now, and the account's story told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.care.case import NotPossible, ring_account, ring_claim
from activities.care.placements import pause_agency
from activities.cases.desk import Desk
from domain.care.flags import COLLECTION, RULES, Flag
from domain.claim.stages import Stage
from storage import account_holds, timeline, work_items
from storage.locks import lock_accounts
from storage.models import Claim, Patient, PatientFlagRow

ACT_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlag:
    """A flag to set."""

    flag: Flag
    account_number: int
    began_on: date
    ends_on: date | None = None
    patient_id: int | None = None
    claim_number: int | None = None
    evidence: str = ""


def set_flag(desk: Desk, new: NewFlag, *, key: str, by: str) -> PatientFlagRow:
    """Set a flag, once for each key: from now on its rule holds for statements, contacts and collection.

    Raises:
        NotPossible: there is no evidence, the days are the wrong way round, or patient or claim are not of the account.
    """
    _check(desk, new)
    lock_accounts(desk.session, {new.account_number})
    rule = RULES[new.flag]
    whole = f"flag:{new.account_number}:{key}"
    written = desk.session.scalar(
        insert(PatientFlagRow)
        .values(
            organisation_id=desk.organisation_id,
            key=whole,
            account_number=new.account_number,
            patient_id=new.patient_id,
            claim_number=new.claim_number,
            kind=new.flag.value,
            began_on=new.began_on,
            ends_on=new.ends_on,
            evidence=new.evidence.strip(),
            by=by,
        )
        .on_conflict_do_nothing()
        .returning(PatientFlagRow.id)
    )
    row = desk.session.scalars(select(PatientFlagRow).where(PatientFlagRow.key == whole)).one()
    if written is None:
        return row
    words = new.flag.value.replace("_", " ")
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"{whole}:set",
        at=desk.now,
        by=by,
        what=f"Flag set: {words}, from {new.began_on}",
        why=f"billed is {rule.billed}",
        account_number=new.account_number,
    )
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"{whole}:act",
        kind="flag_set",
        reason=f"Account {new.account_number} is flagged {words}: billed is {rule.billed} ({rule.source})",
        remedy=rule.remedy,
        owner="patient_accounts",
        due_on=desk.today + ACT_WITHIN,
        opened_on=desk.today,
        account_number=new.account_number,
        claim_number=new.claim_number,
    )
    if COLLECTION in rule.stops:
        pause_agency(desk, new.account_number, f"flag-{row.id}", by)
    ring_account(desk, new.account_number, str(row.id))
    _ring_claims(desk, row, Stage.PATIENT_BALANCE)
    return row


def end_flag(desk: Desk, flag_id: int, on: date, *, by: str, reason: str) -> PatientFlagRow:
    """Say from which day on a flag holds no more; its last day is the one before.

    Raises:
        NotPossible: no such flag, or it ended before it began.
    """
    row = desk.session.get(PatientFlagRow, flag_id)
    if row is None:
        raise NotPossible(f"no flag has the number {flag_id}: `claimflow account flag list ACCOUNT` names them")
    lock_accounts(desk.session, {row.account_number})
    last = on - timedelta(days=1)
    if last < row.began_on:
        raise NotPossible(f"the flag began on {row.began_on}: it ends on a later day")
    _ring_claims(desk, row, Stage.NEEDS_REVIEW)
    row.ends_on, row.ended_by, row.ended_reason = last, by, reason
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"{row.key}:ended:{last}",
        at=desk.now,
        by=by,
        what=f"Flag ended: {row.kind.replace('_', ' ')}, last day {last}",
        why=reason,
        account_number=row.account_number,
    )
    ring_account(desk, row.account_number, str(row.id))
    desk.session.flush()
    return row


def _ring_claims(desk: Desk, row: PatientFlagRow, stage: Stage) -> None:
    """Claims of its time look again at whose their share is: it keeps it from the patient, or does no more."""
    if not RULES[Flag(row.kind)].keeps_share:
        return
    desk.session.flush()
    holds = account_holds.open_holds(desk.session, desk.organisation_id, row.account_number, desk.today)
    covered = [one.claim_number for one in holds if one.is_flag and one.id == row.id]
    wanted = select(Claim.number).where(Claim.number.in_(covered), Claim.stage == stage)
    for number in desk.session.scalars(wanted.order_by(Claim.number)):
        ring_claim(desk, number, f"flag-{row.id}")


def _check(desk: Desk, new: NewFlag) -> None:
    if not new.evidence.strip():
        raise NotPossible("a flag needs its evidence: a certificate, a court's case number, a 271")
    if new.ends_on is not None and new.ends_on < new.began_on:
        raise NotPossible("the flag's last day is before its first")
    if new.patient_id is not None:
        patient = desk.session.get(Patient, new.patient_id)
        if patient is None or patient.account_number != new.account_number:
            raise NotPossible(f"account {new.account_number} has no patient {new.patient_id}")
    if new.claim_number is not None:
        claim = desk.session.get(Claim, new.claim_number)
        if claim is None or claim.account_number != new.account_number:
            raise NotPossible(f"account {new.account_number} has no claim {new.claim_number}")
