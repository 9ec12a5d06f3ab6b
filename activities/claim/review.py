"""A decision that a payer looks at again: the papers that people order, and the letter that answers any paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from activities.appeals.deciding import what_next
from activities.appeals.desk import AppealDesk
from activities.appeals.filing import NO_DATE_SET, waits_for
from activities.appeals.opening import open_level
from activities.claim.history import Decision, as_worked, decisions
from activities.claim.mail_room import sent_papers
from activities.claim.papers import send_records
from activities.claim.refusal import Refused
from activities.claim.step import BILLER, SYSTEM, Step
from activities.records.case import attachment_number, open_cases, records_sent
from contracts.claim import CommandBody
from domain.appeals.states import AppealState, Outcome
from domain.claim.papers import Paper, PaperKind
from domain.claim.review import NOTHING_DENIED, why_no_records, why_no_right
from domain.claim.stages import Owes, Stage
from storage import appeals
from storage.models import TimelineEntry

WORK_WITHIN = timedelta(days=7)

_AFTER_REFUSAL = {
    PaperKind.REOPENING: "appeal in time, or write it off",
    PaperKind.RECORDS: "appeal in time, or write it off",
    PaperKind.APPEAL: "write it off, or file the next level of appeal by hand and put the claim on hold",
}


def appeal(step: Step, body: CommandBody) -> None:
    """Appeal the newest denial: its first level, or the one above the level that was decided against us.

    Raises:
        Refused: it cannot be appealed, not any more, or for too little; or its ladder has ended.
    """
    denial = _denial(step)
    if why := why_no_right(denial.meaning):
        raise Refused(why)
    if not appeals.of_claim(step.session, step.claim.number):
        _once(step, PaperKind.APPEAL)  # sent before levels were kept
    desk = open_level(step, denial, step.claim.remittances_seen, body.reason, body.by)
    _await_appeal(step, desk)


def answer_with_records(step: Step, body: CommandBody) -> None:
    """Send the records that the newest denial asks for.

    Raises:
        Refused: the payer did not ask for records, or has them already.
    """
    denial = _denial(step)
    if why := why_no_records(denial.meaning):
        raise Refused(why)
    _once(step, PaperKind.RECORDS)
    waiting = open_cases(step)
    number = attachment_number(waiting[-1].number) if waiting else ""
    paper = send_records(step, denial, body.reason, body.by, number)
    records_sent(step, body.by, paper.reference)
    _await_decision(step, paper, body, "Records sent on paper", step.policy.records_decision_days)


def letter_answers(step: Step) -> None:
    """A decision on paper: unfavourable ends the review; a favourable one brings an 835 that moves the money."""
    papers = sent_papers(step)
    if (level := _level_under_review(step, papers)) is not None:
        _appeal_answers(step, level)
        return
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


def _level_under_review(step: Step, papers: Sequence[tuple[TimelineEntry, Paper]]) -> AppealDesk | None:
    """The level of appeal that the claim waits for; None where it waits for another paper's answer."""
    known = appeals.of_claim(step.session, step.claim.number)
    if not known:
        return None
    newest = known[-1]
    if papers and papers[-1][1].reference != newest.reference:
        opened = step.session.scalars(
            select(TimelineEntry.id).where(
                TimelineEntry.key == f"claim:{step.claim.number}:appeal:{newest.number}:opened"
            )
        ).one_or_none()
        if opened is None or opened < papers[-1][0].id:
            return None
    return AppealDesk(step=step, row=newest)


def _appeal_answers(step: Step, desk: AppealDesk) -> None:
    """Wait on for a level that is open; with a decision against us, or without one, a person goes on."""
    row = desk.row
    if desk.state in (AppealState.GATHERING, AppealState.FILED):
        _await_appeal(step, desk)
        return
    if desk.state is AppealState.OVERTURNED or row.decision == Outcome.FAVOURABLE.value:
        return
    said = {
        Outcome.LAPSED.value: f"The {row.level_name} was not filed in time",
        Outcome.WITHDRAWN.value: f"The {row.level_name} was withdrawn",
        Outcome.ESCALATED.value: f"The {row.level_name} was escalated without a decision",
        Outcome.PARTLY_FAVOURABLE.value: f"The payer gave way in part only: the {row.level_name} left money refused",
    }.get(row.decision, f"The payer keeps to its decision: the {row.level_name} changed nothing")
    remedy = what_next(desk)
    step.ask_person(
        f"appeal:{row.number}:refused",
        "review_refused",
        said,
        remedy[:1].upper() + remedy[1:],
        within=WORK_WITHIN,
        details={"appeal": row.number, "level": row.level, "next_file_by": str(row.next_file_by or "")},
    )
    step.move(
        Stage.DENIED,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for="a biller to decide what follows the payer's refusal",
        owner=BILLER,
    )


def _await_appeal(step: Step, desk: AppealDesk) -> None:
    row = desk.row
    until = row.file_by if desk.state is AppealState.GATHERING else row.decision_due
    days = (until - step.today).days if until is not None else NO_DATE_SET.days
    step.move(
        Stage.UNDER_REVIEW,
        Owes.PAYER,
        next_in=max(timedelta(days=days), timedelta(days=1)),
        waits_for=f"{row.next_what}, to be filed by {row.file_by}"
        if desk.state is AppealState.GATHERING
        else waits_for(desk),
        owner=BILLER if desk.state is AppealState.GATHERING else SYSTEM,
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
    return as_worked(step.session, step.claim, known[-1])


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
