"""The checklist of a level: what belongs to it, and what the books provide by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from activities.appeals.desk import SYSTEM, AppealDesk
from domain.appeals.evidence import Automatic, Item, Need, Purpose, checklist
from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup
from storage import appeals, claims
from storage.appeal_rules import evidence_rules
from storage.models import AppealEvidence, Batch, RemittanceClaim, RemittanceRow, Submission
from storage.models.base import Json


def write_checklist(desk: AppealDesk) -> None:
    """Write what belongs to the level, with what is in the books already."""
    row = desk.row
    kind, group = PayerKind(row.payer_kind), DenialGroup(row.denial_group)
    items = checklist(evidence_rules(), Purpose.APPEAL, kind, group, row.reasons, row.level)
    appeals.add_evidence(desk.step.session, [_row(desk, item) for item in items])


def lacking(rows: Sequence[AppealEvidence], need: Need) -> list[AppealEvidence]:
    """What is needed that much and neither provided nor waived."""
    return [row for row in rows if row.need == need.value and not row.provided_by]


def enclosed(rows: Sequence[AppealEvidence]) -> list[AppealEvidence]:
    """What goes with the letter."""
    return [row for row in rows if row.provided_by and not row.waived]


def in_words(rows: Sequence[AppealEvidence]) -> str:
    """Names of things of a checklist."""
    return ", ".join(row.item.replace("_", " ") for row in rows)


def _row(desk: AppealDesk, item: Item) -> Json:
    file_id, note = _from_the_books(desk, item.automatic)
    return {
        "organisation_id": desk.step.ref.organisation_id,
        "appeal_number": desk.row.number,
        "item": item.item,
        "what": item.what,
        "need": item.need.value,
        "automatic": item.automatic.value,
        "source": item.source,
        "provided_by": SYSTEM if note else "",
        "provided_on": desk.step.today if note else None,
        "note": note,
        "file_id": file_id,
    }


def _from_the_books(desk: AppealDesk, automatic: Automatic) -> tuple[int | None, str]:
    """The kept file and what it is; no words where the books hold nothing of the kind."""
    match automatic:
        case Automatic.DECISION:
            return _decision(desk)
        case Automatic.CLAIM_COPY:
            return _claim_copy(desk)
        case Automatic.TIMELY_FILING:
            return _timely_filing(desk)
        case _:
            return None, ""


def _decision(desk: AppealDesk) -> tuple[int | None, str]:
    letter = desk.row.details.get("notice_file")
    if letter is not None:
        return int(letter), f"the decision of {desk.row.notice_on}"
    session = desk.step.session
    decided = session.get_one(RemittanceClaim, desk.row.remittance_claim_id)
    remittance = session.get_one(RemittanceRow, decided.remittance_id)
    return remittance.file_id, f"the remittance of {remittance.payment_date}, trace {remittance.trace_number}"


def _claim_copy(desk: AppealDesk) -> tuple[int | None, str]:
    attempt = _attempt(desk)
    batch = attempt.batch_number and desk.step.session.get(Batch, attempt.batch_number)
    file_id = batch.file_id if batch else None
    return file_id, f"the claim {attempt.control_number} as it was sent, with the corrections since"


def _timely_filing(desk: AppealDesk) -> tuple[int | None, str]:
    attempt = _attempt(desk)
    if attempt.accepted_on is None:
        return None, ""
    file_id = appeals.acceptance_file(desk.step.session, attempt.control_number, attempt.accepted_on)
    if file_id is None:
        return None, ""
    return file_id, f"the 277CA that accepted {attempt.control_number} on {attempt.accepted_on}"


def _attempt(desk: AppealDesk) -> Submission:
    attempts = claims.attempts(desk.step.session, desk.row.claim_number)
    return next(one for one in attempts if one.attempt == desk.row.attempt)
