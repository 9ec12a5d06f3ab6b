"""A person ends a coverage or adds one: the claim goes to the right payer, in the right order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.claim.answer import hand_on_balance
from activities.claim.history import decisions, what_may_follow
from activities.claim.next_payer import go_to_next_payer
from activities.claim.refusal import Refused
from activities.claim.step import Step
from activities.scrubbing import errors_of, findings_of, unwritable
from contracts.claim import CommandBody
from domain.claim import coverage_change
from domain.claim.claim import ClaimContent
from domain.claim.resubmission import NotAllowed
from domain.claim.stages import Stage
from domain.coverage.coverage import SEQUENCES, Payer, PayerKind
from domain.denials.classification import Verdict
from domain.ledger.chart import LedgerAccount
from domain.ledger.planning import plan_share_back
from domain.people.parties import Person
from storage import claims, ledger
from storage.earlier_decisions import standing_decisions
from storage.handed_over import EARLIER_SHARE
from storage.models import Patient, PayerRow
from storage.serialise import from_json

_REFUSALS = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})
_PAYERS_DONE = frozenset({Stage.PATIENT_BALANCE, Stage.CLOSED})


def change_coverages(step: Step, body: CommandBody, content: ClaimContent, changes: dict[str, str]) -> bool:
    """Carry the order out. True where the claim is now to be prepared for the payer whose turn it is.

    - A payer that has not decided and comes before all that have: the claim goes to it, as a first one.
    - A payer that comes after those that have decided: the claim goes on to it as after any decision; what the
      patient was asked for and has not paid waits until it has answered. Where the payer before it refused, the
      biller orders the next payer, or works the denial first.
    - No payer is left to be asked: what is left is the patient's share, or nothing, or a question.

    Raises:
        CorrectionRefused: the change does not fit the claim.
        Refused: the claim could not go out with it.
    """
    after = coverage_change.change_coverages(content, changes, _payers(step), _patient(step))
    if after == claims.content(step.session, step.claim.number):
        raise Refused("changes: every field already has that value; nothing was corrected")
    _keep_payers(step, after)
    step.claim.sequence = SEQUENCES[0]
    claims.add_version(
        step.session,
        step.claim.number,
        content=after,
        by=body.by,
        reason=body.reason,
        changes=body.changes,
        business_date=step.today,
    )
    step.note(f"command:{body.id}", f"Coverages changed: {_in_order(after)}", body.reason, by=body.by)
    answered = standing_decisions(step.session, {step.claim.number}).get(step.claim.number, {})
    last = next(rank for rank in range(len(SEQUENCES) + 1) if rank + 1 not in answered)
    places = min(len(after.coverages), len(SEQUENCES))
    step.claim = claims.give_turn(step.session, step.claim.number, SEQUENCES[max(last, 1) - 1])
    if last < places and Stage(step.claim.stage) in _PAYERS_DONE:
        _ask_patient_later(step, body)
    if not last:
        return _to_be_prepared(step, after, body.reason)
    if last < places and _refused_by(step, SEQUENCES[last - 1]):
        return False
    step.done_by(body.by)
    if not (last < places and go_to_next_payer(step)):
        hand_on_balance(step)
    return False


def refuse_unfit(step: Step, content: ClaimContent) -> None:
    """Refuse what the scrubber would keep back.

    Raises:
        Refused: with what it found.
    """
    errors = errors_of(findings_of(step.session, step.claim, content, step.today))
    errors = errors or unwritable(step.session, step.claim, content, step.now)
    if errors:
        raise Refused(
            "the corrected claim would not pass the scrubber: "
            + "; ".join(f"{e.place}: {e.message} ({e.remedy})" for e in errors[:5])
        )


def _to_be_prepared(step: Step, content: ClaimContent, reason: str) -> bool:
    refuse_unfit(step, content)
    may = what_may_follow(step.session, step.claim, step.today, reason)
    if isinstance(may, NotAllowed):
        raise Refused(may.why)
    return True


def _refused_by(step: Step, sequence: str) -> bool:
    """Whether the payer at this place refused something, and a biller has it before them."""
    if Stage(step.claim.stage) in _PAYERS_DONE:
        return False
    said = [one.meaning.verdict for one in decisions(step.session, step.claim) if one.sequence == sequence]
    return bool(said) and said[-1] in _REFUSALS


def _ask_patient_later(step: Step, body: CommandBody) -> None:
    """What the patient has not paid goes back to the payers' side until the payer that was found has answered."""
    step.lock_account()
    unpaid = step.balance(LedgerAccount.PATIENT_RECEIVABLE)
    if unpaid <= 0:
        return
    ledger.post(
        step.session,
        step.ref.organisation_id,
        key=f"share-back:{step.claim.number}:{body.id}",
        kind=EARLIER_SHARE,
        cites=f"coverage added by {body.by}",
        by=body.by,
        business_date=step.today,
        legs=plan_share_back(unpaid, step.claim.number, step.claim.account_number),
    )
    step.ring_account()


def _in_order(content: ClaimContent) -> str:
    return ", then ".join(coverage.payer.code for coverage in content.coverages)


def _payers(step: Step) -> dict[str, Payer]:
    rows = step.session.scalars(select(PayerRow))
    return {
        row.code: Payer(
            code=row.code, name=row.name, kind=PayerKind(row.kind), filing_indicator=row.filing_indicator
        )
        for row in rows
    }


def _keep_payers(step: Step, content: ClaimContent) -> None:
    """A payer that was never billed before becomes one of the practice's."""
    for coverage in content.coverages:
        payer = coverage.payer
        statement = insert(PayerRow).values(
            organisation_id=step.ref.organisation_id,
            code=payer.code,
            name=payer.name,
            kind=payer.kind.value,
            filing_indicator=payer.filing_indicator,
        )
        step.session.execute(statement.on_conflict_do_nothing(index_elements=["organisation_id", "code"]))


def _patient(step: Step) -> Person:
    return from_json(Person, step.session.get_one(Patient, step.claim.patient_id).person)
