"""A notice or an authorization that comes after check-in reaches the claims of its day: by a version of their own as
long as no attempt was made, else by a work item that says what to do.

The patient's row is locked first: a check-in of the same moment comes before or after, and no claim falls between.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from activities.cases.desk import Desk
from domain.checkin.late_papers import LateChange, Reach, by_authorization, by_notice, reach
from domain.claim.claim import ClaimContent
from domain.claim.correction import apply_changes
from domain.claim.stages import Stage
from domain.claim.submission import AttemptState
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import claims, doorbells, frontdesk_notices, timeline, work_items
from storage.locks import lock_claims
from storage.models import AdvanceNotice, AuthorizationRow, Claim, Patient, Submission

BILLER = "biller"
WORK_WITHIN = timedelta(days=2)


def lock_patient(desk: Desk, patient_id: int) -> None:
    """Hold new claims of a patient back until this transaction ends."""
    desk.session.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update())


def notice_to_claims(desk: Desk, row: AdvanceNotice, by: str) -> list[int]:
    """Put what a notice drives on the claims of its patient and day; returns those that took it.

    The caller holds the patient's lock.
    """
    word = "issued" if row.signed_on is None else "changed" if row.changes else "signed"
    about = f"notice:{row.number}:{word}{len(row.changes) or ''}"
    notice = frontdesk_notices.as_signed(row)
    return _to_claims(
        desk,
        row.patient_id,
        row.service_date,
        lambda content: by_notice(content, row.procedures, notice),
        about,
        f"advance notice {row.number} was {word} after check-in",
        by,
    )


def authorization_to_claims(desk: Desk, row: AuthorizationRow, by: str) -> list[int]:
    """Put a payer's number on the claims of its patient and day (REF*G1); returns those that took it.

    The caller holds the patient's lock.
    """
    return _to_claims(
        desk,
        row.patient_id,
        row.service_date,
        lambda content: by_authorization(
            content, row.payer_code, row.request["procedure"], row.authorization_number
        ),
        f"authorization:{row.number}:decided",
        f"{row.payer_code} gave its authorization {row.number} after check-in",
        by,
    )


def _to_claims(
    desk: Desk,
    patient_id: int,
    on_day: date,
    change_of: Callable[[ClaimContent], LateChange],
    about: str,
    why: str,
    by: str,
) -> list[int]:
    numbers = desk.session.scalars(
        select(Claim.number).where(Claim.patient_id == patient_id, Claim.service_date == on_day)
    ).all()
    took = []
    for claim in lock_claims(desk.session, numbers):
        content = claims.content(desk.session, claim.number)
        change = change_of(content)
        if not change.says_something:
            continue
        states = desk.session.scalars(select(Submission.state).where(Submission.claim_number == claim.number)).all()
        how = reach(Stage(claim.stage), [AttemptState(state) for state in states])
        if how is Reach.TOO_LATE:
            continue
        if how is Reach.ON_CLAIM and change.changes:
            _correct(desk, claim, content, change, why, by)
            took.append(claim.number)
        if how is not Reach.ON_CLAIM or change.no_room or change.not_to_be_billed:
            _ask(desk, claim, change, how, about, why)
        _tell(desk, claim, about, change, how, why, by)
    return took


def _correct(desk: Desk, claim: Claim, content: ClaimContent, change: LateChange, why: str, by: str) -> None:
    claims.add_version(
        desk.session,
        claim.number,
        content=apply_changes(content, change.changes),
        by=by,
        reason=why,
        changes=change.changes,
        business_date=desk.today,
    )
    # Its story learns that there is a new version, and looks again at what the scrubber had found in the old one.
    bell = Doorbell(
        recipient=Recipient.CLAIM, number=str(claim.number), kind=MessageKind.DECISION, business_at=desk.now
    )
    doorbells.ring(desk.session, desk.organisation_id, bell)


def _ask(desk: Desk, claim: Claim, change: LateChange, how: Reach, about: str, why: str) -> None:
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"claim:{claim.number}:{about}",
        kind="late_paper",
        reason=f"{why[0].upper()}{why[1:]}{_WHERE[how]}",
        remedy=" ".join(_steps(claim, change, how)),
        owner=BILLER,
        due_on=desk.today + WORK_WITHIN,
        opened_on=desk.today,
        claim_number=claim.number,
        details={"changes": change.changes},
    )


_WHERE = {
    Reach.ON_CLAIM: "",
    Reach.WITH_PAYER: ", and an attempt of the claim is under way",
    Reach.ANSWERED: ", and the claim was sent before without it",
}


def _steps(claim: Claim, change: LateChange, how: Reach) -> list[str]:
    steps = []
    if change.changes and how is not Reach.ON_CLAIM:
        setting = " ".join(f"--set {name}={value}" for name, value in sorted(change.changes.items()))
        when = "Wait for the payer's answer; where it refuses, " if how is Reach.WITH_PAYER else "Correct it: "
        steps.append(f"{when}`claimflow claim correct {claim.number} {setting}`.")
    if change.no_room:
        steps.append(f"Line {_listed(change.no_room)} has four modifiers: decide which gives way to the notice's.")
    if change.not_to_be_billed:
        off = " ".join(f"--set lines.{number}.remove=yes" for number in change.not_to_be_billed)
        steps.append(
            f"The patient wants no bill to Medicare for line {_listed(change.not_to_be_billed)}: "
            + (
                f"the claim waits for `claimflow claim correct {claim.number} {off}`, or its void."
                if how is Reach.ON_CLAIM
                else "withdraw that line with the payer."
            )
        )
    return steps


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def _tell(desk: Desk, claim: Claim, about: str, change: LateChange, how: Reach, why: str, by: str) -> None:
    fields = ", ".join(sorted(change.changes)) or "nothing"
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"claim:{claim.number}:{about}",
        at=desk.now,
        by=by,
        what=f"Corrected: {fields}" if how is Reach.ON_CLAIM else f"Not changed ({fields}): an attempt was made",
        why=why,
        claim_number=claim.number,
    )
