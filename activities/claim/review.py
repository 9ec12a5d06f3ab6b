"""A decision that a payer looks at again: the papers that people order, and the letter that answers any paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from activities.claim.history import Decision, decisions
from activities.claim.mail_room import remitted_on, sent_papers
from activities.claim.papers import send_appeal, send_records
from activities.claim.refusal import Refused
from activities.claim.step import BILLER, SYSTEM, Step
from contracts.claim import CommandBody
from domain.claim.papers import Paper, PaperKind
from domain.claim.review import NOTHING_DENIED, why_no_appeal, why_no_records
from domain.claim.stages import Owes, Stage
from storage.models import TimelineEntry

WORK_WITHIN = timedelta(days=7)

_AFTER_REFUSAL = {
    PaperKind.REOPENING: "appeal in time, or write it off",
    PaperKind.RECORDS: "appeal in time, or write it off",
    PaperKind.APPEAL: "write it off, or file the next level of appeal by hand and put the claim on hold",
}


def appeal(step: Step, body: CommandBody) -> None:
    """Ask the payer on paper to decide its newest denial again.

    Raises:
        Refused: it cannot be appealed, or not any more, or was appealed before.
    """
    denial = _denial(step)
    if why := why_no_appeal(denial.meaning, remitted_on(step, denial), step.today, step.policy):
        raise Refused(why)
    _once(step, PaperKind.APPEAL)
    paper = send_appeal(step, denial, body.reason, body.by)
    _await_decision(step, paper, body, "Appealed on paper", step.policy.appeal_decision_days)


def answer_with_records(step: Step, body: CommandBody) -> None:
    """Send the records that the newest denial asks for.

    Raises:
        Refused: the payer did not ask for records, or has them already.
    """
    denial = _denial(step)
    if why := why_no_records(denial.meaning):
        raise Refused(why)
    _once(step, PaperKind.RECORDS)
    paper = send_records(step, denial, body.reason, body.by)
    _await_decision(step, paper, body, "Records sent on paper", step.policy.records_decision_days)


def letter_answers(step: Step) -> None:
    """A decision on paper: unfavourable ends the review; a favourable one brings an 835 that moves the money."""
    papers = sent_papers(step)
    if not papers:
        return
    sent, newest = papers[-1]
    # A letter about an earlier paper says nothing of this one, however late it comes.
    earlier = {f"letter:{paper.reference}" for _, paper in papers[:-1]}
    entered = next((letter for letter in _letters_since(step, sent) if letter.key not in earlier), None)
    if entered is None or "unfavourable" not in entered.what:
        return
    step.ask_person(
        f"letter:{entered.id}",
        "review_refused",
        f"The payer keeps to its decision: the {newest.word} changed nothing",
        _AFTER_REFUSAL[newest.kind].capitalize(),
        within=WORK_WITHIN,
    )
    step.move(
        Stage.DENIED,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for="a biller to decide what follows the payer's refusal",
        owner=BILLER,
    )


def _denial(step: Step) -> Decision:
    """The newest decision, on which the claim has acted."""
    if Stage(step.claim.stage) is Stage.UNDER_REVIEW:
        raise Refused("a review is open: wait for the payer's letter")
    known = decisions(step.session, step.claim)
    if not known:
        raise Refused(NOTHING_DENIED)
    if len(known) > step.claim.remittances_seen:
        raise Refused("the payer has just decided anew: look at the claim again, then repeat the command")
    return known[-1]


def _once(step: Step, kind: PaperKind) -> None:
    for entry, paper in sent_papers(step):
        if paper.kind is kind and paper.denial == step.claim.remittances_seen:
            raise Refused(
                f"this denial was answered on {entry.at:%Y-%m-%d} by {paper.reference} already, and the payer kept "
                f"to it: {_AFTER_REFUSAL[kind]}"
            )


def _await_decision(step: Step, paper: Paper, body: CommandBody, what: str, days: int) -> None:
    step.note(paper.entry_key, what, body.reason, by=body.by)
    step.done_by(body.by)
    step.move(
        Stage.UNDER_REVIEW,
        Owes.PAYER,
        next_in=timedelta(days=days),
        waits_for=f"{step.claim.payer_code} to decide on the {paper.word}",
        owner=SYSTEM,
    )


def _letters_since(step: Step, sent: TimelineEntry) -> Sequence[TimelineEntry]:
    """Letters entered after a paper was sent, the newest first."""
    return step.session.scalars(
        select(TimelineEntry)
        .where(
            TimelineEntry.claim_number == step.claim.number,
            TimelineEntry.key.startswith("letter:"),
            TimelineEntry.id > sent.id,
        )
        .order_by(TimelineEntry.id.desc())
    ).all()
