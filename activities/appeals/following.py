"""Levels follow their claim: a remittance, a write-off or a correction ends what waits for nothing any more."""

from __future__ import annotations

from activities.appeals.deciding import decide
from activities.appeals.desk import SYSTEM, AppealDesk
from activities.claim.history import as_worked, decisions
from activities.claim.mail_room import remitted_on
from activities.claim.step import Step
from activities.records.case import open_request, settle_requests
from domain.appeals.examination import RecordState
from domain.appeals.states import AppealState, Outcome
from domain.claim.stages import Owes, Stage
from domain.denials.classification import Remedy, Verdict
from domain.ledger.chart import LedgerAccount
from storage import appeals, examinations
from storage.models import Appeal

MAINTAINED = "193"
"""CARC: the payer keeps to its decision after a review."""
_REFUSED = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})
_UNDECIDED = frozenset({AppealState.GATHERING, AppealState.FILED})


def follow_appeals(step: Step) -> None:
    """Bring every open level of a claim up to where its claim stands; tell the workflows of those that changed."""
    for row in appeals.of_claim(step.session, step.claim.number):
        desk = AppealDesk(step=step, row=row)
        if desk.state is not AppealState.CLOSED and follow(desk):
            desk.ring()
    _settle_register(step)
    _follow_records(step)


def follow(desk: AppealDesk) -> bool:
    """Bring one open level up to date; True when it changed."""
    row, claim = desk.row, desk.step.claim
    known = decisions(desk.step.session, claim)
    newer = [one for one in known[row.denial :] if one.meaning.verdict not in (Verdict.REVERSAL, Verdict.FORWARDED)]
    if newer and claim.remittances_seen >= len(known):
        return _decided_by_remittance(desk, newer[-1].meaning.verdict, newer[-1].meaning.reasons, len(known))
    if _settled(desk.step) and desk.state is not AppealState.FILED:
        _end(desk, "the claim was settled another way")
        return True
    if desk.state in (AppealState.UPHELD, AppealState.GATHERING) and _goes_another_way(desk):
        _end(desk, f"the claim went on: {claim.next_what}")
        return True
    return False


def _decided_by_remittance(desk: AppealDesk, verdict: Verdict, reasons: tuple[str, ...], place: int) -> bool:
    row = desk.row
    if verdict not in _REFUSED:
        desk.close(
            Outcome.FAVOURABLE,
            SYSTEM,
            f"{desk.words().capitalize()} ended: the payer has paid or allowed it",
            "its remittance was posted",
        )
        desk.move_register(
            {"state": RecordState.OVERTURNED.value}, SYSTEM, RecordState.FILED.value, RecordState.DUE.value
        )
        return True
    if desk.state is AppealState.FILED and MAINTAINED in {reason.rpartition("-")[2] for reason in reasons}:
        row.denial = place
        decide(desk, Outcome.UNFAVOURABLE, desk.step.today, SYSTEM)
        return True
    _end(desk, "the payer sent a new decision, which can be appealed for itself", Outcome.DECIDED_ANEW)
    desk.move_register({"state": RecordState.DUE.value}, SYSTEM, RecordState.FILED.value)
    return True


def _end(desk: AppealDesk, why: str, otherwise: Outcome = Outcome.WITHDRAWN) -> None:
    outcome = Outcome(desk.row.decision) if desk.row.decision else otherwise
    desk.close(outcome, SYSTEM, f"{desk.words().capitalize()} ended", why)


def _settled(step: Step) -> bool:
    return Stage(step.claim.stage) is Stage.CLOSED or (
        step.claim.owes == Owes.PATIENT.value and not step.balance(LedgerAccount.PAYER_RECEIVABLE)
    )


def _goes_another_way(desk: AppealDesk) -> bool:
    """Whether the claim was corrected or sent on: it no longer stands where the denial left it."""
    stands = {Stage.DENIED, Stage.UNDER_REVIEW, Stage.NEEDS_REVIEW}
    if desk.state is AppealState.GATHERING:
        stands = {Stage.UNDER_REVIEW, Stage.DENIED, Stage.NEEDS_REVIEW}
    return Stage(desk.step.claim.stage) not in stands


def _settle_register(step: Step) -> None:
    """A settled claim's denials wait for nothing any more."""
    if _settled(step):
        examinations.move(
            step.session,
            step.claim.number,
            None,
            {"state": RecordState.SETTLED.value},
            by=SYSTEM,
            on=step.today,
            states=(RecordState.DUE.value, RecordState.UPHELD.value, RecordState.FILED.value),
        )


def is_undecided(row: Appeal) -> bool:
    """Whether a level is gathered for or filed."""
    return AppealState(row.state) in _UNDECIDED


def _follow_records(step: Step) -> None:
    """A denial that asks for records opens its request; a settled claim ends those that wait."""
    if _settled(step):
        settle_requests(step)
        return
    known = decisions(step.session, step.claim)
    newest = as_worked(step.session, step.claim, known[-1]) if known else None
    if newest and Stage(step.claim.stage) is Stage.DENIED and newest.meaning.remedy is Remedy.SEND_RECORDS:
        codes = ", ".join(newest.meaning.reasons)
        open_request(step, key=f"decision:{newest.row.id}", asked_by=codes, notice_on=remitted_on(step, newest))
