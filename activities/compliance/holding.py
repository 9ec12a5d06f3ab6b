"""A claim held for review: everything automatic stops, and all who look read the same four words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from activities.cases.desk import Desk
from domain.claim.stages import Stage
from domain.claim.submission import AttemptState
from storage import timeline, work_items
from storage.models import Claim, Submission, WorkItem

HELD = "held for review"
REVIEW_DESK = "review_desk"
LOOK_AGAIN = timedelta(days=30)


def hold(desk: Desk, claim: Claim, case_number: int, due_on: date) -> dict[str, Any]:
    """Hold a locked claim; return how it stood, for the day it is released. The stage stays as it is."""
    before = {
        "held": claim.held and not claim.held_for_review,
        "denial_group": claim.denial_group,
        "next_what": claim.next_what,
        "owner": claim.owner,
        "stage": claim.stage,
        "items": _put_aside(desk, claim),
        "withdrawn": _withdraw_ready(desk, claim),
        "first": not claim.held_for_review,
    }
    claim.held = claim.held_for_review = True
    claim.denial_group = ""
    if claim.stage != Stage.CLOSED.value:
        claim.next_what, claim.owner = HELD, REVIEW_DESK
        claim.next_at = desk.now + LOOK_AGAIN
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=f"claim:{claim.number}:held:{case_number}",
        kind="held_for_review",
        reason="Held for review",
        remedy="Nothing: it goes on when the review is over",
        owner=REVIEW_DESK,
        due_on=due_on,
        opened_on=desk.today,
        claim_number=claim.number,
    )
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"claim:{claim.number}:held:{case_number}",
        at=desk.now,
        by="system",
        what="Held for review",
        claim_number=claim.number,
    )
    desk.session.flush()
    return before


def _put_aside(desk: Desk, claim: Claim) -> list[int]:
    """Close what people were asked about the claim; a release opens it again."""
    waiting = select(WorkItem.id).where(WorkItem.claim_number == claim.number, WorkItem.closed_on.is_(None))
    found = list(desk.session.scalars(waiting.where(WorkItem.kind != "held_for_review")))
    desk.session.execute(
        update(WorkItem).where(WorkItem.id.in_(found)).values(closed_on=desk.today, closed_by="system")
    )
    return found


def _withdraw_ready(desk: Desk, claim: Claim) -> bool:
    """An attempt that no batch has taken yet does not leave the house."""
    ready = select(Submission).where(
        Submission.claim_number == claim.number, Submission.state == AttemptState.READY.value
    )
    attempt = desk.session.scalars(ready.with_for_update()).one_or_none()
    if attempt is None:
        return False
    attempt.state = AttemptState.WITHDRAWN.value
    attempt.answered_on = desk.today
    return True
