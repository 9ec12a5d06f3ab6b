"""A level whose claim is held for review: nothing automatic goes on, and nothing about it says why."""

from __future__ import annotations

from datetime import datetime

from activities.appeals.desk import AppealDesk
from activities.claim.step import Step
from activities.compliance.holding import HELD, LOOK_AGAIN
from domain.appeals.states import AppealState, AppealVerb
from storage import appeals

_RESUMES = "resumes_at"
_FACTS = frozenset({AppealVerb.EVIDENCE, AppealVerb.DECIDE})
"""What came from outside is kept at once; it sends nothing."""


def waits(desk: AppealDesk) -> bool:
    """Whether the level does nothing today; its own date is kept for the day on which its claim goes on."""
    row = desk.row
    if not desk.step.claim.held_for_review:
        return False
    if row.next_at is not None and row.next_at <= desk.step.now:
        row.details = {_RESUMES: [row.state, row.next_at.isoformat()]} | row.details
        row.next_at = desk.step.now + LOOK_AGAIN
        desk.step.session.flush()
    return True


def refused(desk: AppealDesk, verb: AppealVerb) -> str:
    """Why an order waits with its claim, in the words that everybody reads; empty when it need not."""
    return f"the claim is {HELD}" if desk.step.claim.held_for_review and verb not in _FACTS else ""


def resume(step: Step) -> None:
    """The claim goes on: every level stands at the date at which it was, and its workflow is told."""
    for row in appeals.of_claim(step.session, step.claim.number):
        desk = AppealDesk(step=step, row=row)
        if desk.state is AppealState.CLOSED:
            continue
        state, kept = row.details.get(_RESUMES, ("", ""))
        row.details = {name: value for name, value in row.details.items() if name != _RESUMES}
        if state == row.state and row.next_at is not None:
            row.next_at = min(row.next_at, datetime.fromisoformat(kept))
        desk.ring()
