"""What a level's own story does: look at its row, and act when a date has come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from activities.appeals.deciding import ask_for_amount, what_next
from activities.appeals.desk import BILLER, BILLING_MANAGER, SYSTEM, AppealDesk
from activities.appeals.evidence import in_words, lacking
from activities.appeals.following import follow
from activities.appeals.held import waits
from contracts.appeal import AppealRef, AppealSnapshot
from domain.appeals.clock import next_warning, right_when_overdue
from domain.appeals.evidence import Need
from domain.appeals.states import AppealState, Outcome
from storage import appeals

ASK_AGAIN = timedelta(days=14)
ACT_WITHIN = timedelta(days=7)
ESCALATE_FROM = timedelta(days=7)
"""Before a deadline: from this near on the manager is asked too."""


def look(session: Session, ref: AppealRef) -> AppealSnapshot:
    """Read the row; what a remittance or a write-off settled meanwhile is closed, unless its claim is held."""
    desk = AppealDesk.lock(session, ref)
    if desk.state is not AppealState.CLOSED and not waits(desk):
        follow(desk)
    return desk.snapshot()


def act_on_date(session: Session, ref: AppealRef) -> AppealSnapshot:
    """Warn before a deadline, end what was not filed in time, ask for what is overdue; nothing before its date."""
    desk = AppealDesk.lock(session, ref)
    if desk.state is AppealState.CLOSED or waits(desk) or follow(desk):
        return desk.snapshot()
    if desk.row.next_at is not None and desk.row.next_at > desk.step.now:
        return desk.snapshot()
    match desk.state:
        case AppealState.GATHERING:
            _filing_comes(desk)
        case AppealState.FILED:
            _decision_awaited(desk)
        case AppealState.OVERTURNED:
            _money_awaited(desk)
        case AppealState.UPHELD:
            _next_level_comes(desk)
    return desk.snapshot()


def _filing_comes(desk: AppealDesk) -> None:
    row, today = desk.row, desk.step.today
    if today > row.file_by:
        desk.close(
            Outcome.LAPSED,
            SYSTEM,
            f"{desk.words().capitalize()} was not filed in time",
            f"the last day was {row.file_by} ({row.file_rule})",
        )
        desk.ring_claim()
        return
    missing = lacking(appeals.evidence_of(desk.step.session, row.number), Need.REQUIRED)
    still = f"; still missing: {in_words(missing)}" if missing else "; nothing required is missing"
    reason = f"{desk.words().capitalize()} must be filed by {row.file_by}{still}"
    _warn(desk, reason, f"`claimflow appeal file {row.number}`")
    owner = _owner(desk, row.file_by - today)
    desk.wait(AppealState.GATHERING, until=next_warning(today, row.file_by), waits_for=row.next_what, owner=owner)


def _next_level_comes(desk: AppealDesk) -> None:
    row, today = desk.row, desk.step.today
    assert row.next_file_by is not None, "what was upheld has a next level, or is closed"
    if today > row.next_file_by:
        by_when = row.next_file_by
        desk.close(
            Outcome(row.decision), SYSTEM, f"{desk.words().capitalize()} stands: no next level was filed",
            f"the last day was {by_when}",
        )  # fmt: skip
        desk.ask(
            "lapsed",
            "appeal_lapsed",
            f"The next level above {desk.words()} was not filed by {by_when}",
            "Write it off, or appeal late with good cause where the rule hears it",
            due_on=today + ACT_WITHIN,
            owner=BILLING_MANAGER,
        )
        return
    reason = f"{desk.words().capitalize()} was decided against us: the next level ends on {row.next_file_by}"
    _warn(desk, reason, what_next(desk))
    ask_for_amount(desk)
    owner = _owner(desk, row.next_file_by - today)
    desk.wait(AppealState.UPHELD, until=next_warning(today, row.next_file_by), waits_for=row.next_what, owner=owner)


def _decision_awaited(desk: AppealDesk) -> None:
    row, today = desk.row, desk.step.today
    due = f"was due on {row.decision_due}" if row.decision_due is not None else f"has not come since {row.filed_on}"
    times = int(row.details.get("overdue", 0)) + 1
    row.details = row.details | {"overdue": times}
    owner = BILLER if times == 1 else BILLING_MANAGER
    desk.done_asking(SYSTEM)
    desk.ask(
        f"overdue:{times}",
        "appeal_overdue",
        f"The decision on {desk.words()} {due}",
        f"{right_when_overdue(desk.level).capitalize()}; enter it with `claimflow appeal decide {row.number}`",
        due_on=today + ACT_WITHIN,
        owner=owner,
    )
    desk.note(f"overdue:{times}", f"{desk.words().capitalize()}: its decision is overdue", due)
    desk.wait(AppealState.FILED, until=today + ASK_AGAIN, waits_for=row.next_what, owner=owner)


def _money_awaited(desk: AppealDesk) -> None:
    row, today = desk.row, desk.step.today
    desk.done_asking(SYSTEM)
    desk.ask(
        f"money:{today}",
        "appeal_money",
        f"{desk.words().capitalize()} was decided for us on {row.decided_on}, and no remittance has come",
        f"Ask {row.payer_code} when it pays, with the decision as evidence",
        due_on=today + ACT_WITHIN,
    )
    desk.wait(AppealState.OVERTURNED, until=today + ASK_AGAIN, waits_for=row.next_what, owner=BILLER)


def _warn(desk: AppealDesk, reason: str, remedy: str) -> None:
    today = desk.step.today
    desk.done_asking(SYSTEM)
    deadline = desk.row.file_by if desk.state is AppealState.GATHERING else desk.row.next_file_by
    assert deadline is not None, "a warning has its deadline"
    desk.ask(
        f"warn:{today}", "appeal_due", reason, remedy[:1].upper() + remedy[1:], due_on=deadline,
        owner=_owner(desk, deadline - today),
    )  # fmt: skip
    desk.note(f"warn:{today}", reason, f"{(deadline - today).days} days are left")


def _owner(desk: AppealDesk, left: timedelta) -> str:
    return BILLING_MANAGER if left <= ESCALATE_FROM else desk.row.owner
