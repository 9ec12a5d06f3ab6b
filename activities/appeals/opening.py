"""Opening a level: which one it is, until when it can be filed, what belongs to it; filed at once where it can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from activities.appeals.desk import BILLER, AppealDesk, level_of
from activities.appeals.evidence import in_words, lacking, write_checklist
from activities.appeals.filing import file_request
from activities.claim.history import Decision
from activities.claim.mail_room import remitted_on
from activities.claim.papers import refused_parts
from activities.claim.refusal import Refused
from activities.claim.step import Step
from domain.appeals.clock import Notice, filing_on, next_warning
from domain.appeals.evidence import Need
from domain.appeals.ladder import FIRST, Level
from domain.appeals.orders import request_in
from domain.appeals.states import AGAINST_US, AppealState, Outcome
from domain.coverage.coverage import Payer, rank_of_sequence
from domain.doorbell import MessageKind
from storage import appeals, claims
from storage.appeal_rules import ladders
from storage.models import Appeal

GATHER_WITHIN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """Which level comes, and from which decision its time counts."""

    level: int
    notice_on: date
    notice_file: int | None = None
    before: Appeal | None = None


def open_level(step: Step, denial: Decision, place: int, reason: str, by: str) -> AppealDesk:
    """Open the level of appeal that comes for a denial, and file it where nothing required is missing.

    Raises:
        Refused: no level is left, it is late without good cause, or about too little.
    """
    known = [row for row in appeals.of_claim(step.session, step.claim.number) if row.denial == place]
    payer = _payer_of(step, denial)
    turn = _turn(step, denial, known)
    level = level_of(step, payer.kind.value, payer.code, turn.level, step.today)
    if level is None:
        raise Refused(f"the ladder of {payer.code} ends below level {turn.level}: write it off, or bill on")
    asked = request_in(reason)
    # What was in controversy below is so above: claims that were added up stay added up.
    amount = turn.before.amount_cents if turn.before else sum(part.cents for part in refused_parts(denial))
    filing = filing_on(level, Notice(dated=turn.notice_on), step.today, amount, ladders(), asked.good_cause)
    if filing.refused:
        late = level.late_source and step.today > filing.last_day
        raise Refused(filing.refused + ("; begin the reason with `good cause: WHY;`" if late else ""))
    if turn.before is not None and turn.before.state != AppealState.CLOSED.value:
        before = AppealDesk(step=step, row=turn.before)
        before.close(Outcome(turn.before.decision), by, f"{before.words()} goes on to the {level.name}", reason)
        before.ring()
    row = appeals.add(step.session, _values(step, denial, place, payer, level, turn, amount) | {
        "key": f"claim:{step.claim.number}:d{place}:l{level.level}:{len(known) + 1}",
        "file_by": filing.last_day,
        "argument": asked.argument,
        "good_cause": asked.good_cause,
        "opened_by": by,
        "next_at": step.now,
    })  # fmt: skip
    desk = AppealDesk(step=step, row=row)
    write_checklist(desk)
    desk.note("opened", f"Appeal opened: {desk.words()}", f"file by {row.file_by} ({row.file_rule})", by)
    missing = lacking(appeals.evidence_of(step.session, row.number), Need.REQUIRED)
    step.done_by(by)
    if missing or asked.gather:
        gather(desk, in_words(missing))
    else:
        file_request(desk, by, asked.good_cause)
    desk.ring(MessageKind.OPEN)
    return desk


def gather(desk: AppealDesk, missing: str) -> None:
    """Wait for evidence, with somebody asked for it."""
    row, today = desk.row, desk.step.today
    desk.ask(
        "gather",
        "appeal_evidence",
        f"{desk.words()} is to be filed by {row.file_by}; still missing: {missing or 'what you still want to enclose'}",
        f"`claimflow appeal evidence {row.number}` for each paper, then `claimflow appeal file {row.number}`",
        due_on=min(today + GATHER_WITHIN, row.file_by),
    )
    desk.wait(
        AppealState.GATHERING,
        until=min(today + GATHER_WITHIN, next_warning(today, row.file_by)),
        waits_for=f"papers for the {row.level_name}" + (f" ({missing})" if missing else ""),
        owner=BILLER,
    )


def _turn(step: Step, denial: Decision, known: list[Appeal]) -> _Turn:
    if not known:
        return _Turn(level=FIRST, notice_on=remitted_on(step, denial))
    last = known[-1]
    if last.state not in (AppealState.UPHELD.value, AppealState.CLOSED.value):
        raise Refused(f"appeal {last.number} (level {last.level}) is open: `claimflow appeal show {last.number}`")
    notice_file = last.details.get("decision_file")
    match Outcome(last.decision):
        case outcome if outcome in AGAINST_US:
            assert last.decided_on is not None, "what was decided has its day"
            return _Turn(level=last.level + 1, notice_on=last.decided_on, notice_file=notice_file, before=last)
        case Outcome.ESCALATED:
            assert last.closed_on is not None, "what was escalated is closed"
            return _Turn(level=last.level + 1, notice_on=last.closed_on, before=last)
        case Outcome.WITHDRAWN | Outcome.LAPSED:
            return _Turn(level=last.level, notice_on=last.notice_on, notice_file=last.details.get("notice_file"))
        case _:
            raise Refused(f"appeal {last.number} was decided for us: wait for the remittance")


def _payer_of(step: Step, denial: Decision) -> Payer:
    coverages = claims.content(step.session, step.claim.number).coverages
    return coverages[min(rank_of_sequence(denial.sequence), len(coverages)) - 1].payer


def _values(
    step: Step, denial: Decision, place: int, payer: Payer, level: Level, turn: _Turn, amount: int
) -> dict[str, object]:
    return {
        "organisation_id": step.ref.organisation_id,
        "claim_number": step.claim.number,
        "attempt": denial.row.attempt,
        "remittance_claim_id": denial.row.id,
        "denial": place,
        "payer_code": payer.code,
        "payer_kind": payer.kind.value,
        "level": level.level,
        "level_name": level.name,
        "denial_group": denial.meaning.group.value,
        "reasons": list(denial.meaning.reasons),
        "amount_cents": amount,
        "notice_on": turn.notice_on,
        "file_rule": level.source,
        "opened_on": step.today,
        "state": AppealState.GATHERING.value,
        "owner": BILLER,
        "details": {} if turn.notice_file is None else {"notice_file": turn.notice_file},
    }
