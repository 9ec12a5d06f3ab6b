"""What the scrubber found is looked at again where the front desk has changed the claim since."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from activities.claim.mail_room import corrections_since
from activities.claim.step import SYSTEM, Step
from domain.claim.stages import Owes, Stage
from storage import work_items
from storage.models import WorkItem

_BLIND = frozenset({"patient_paid_cents"})
"""What no finding rests on."""
_OF_VERSION = re.compile(r":v([0-9]+):findings$")


def changed_since_findings(step: Step) -> bool:
    """Whether the claim waits with findings of an older version than it has now."""
    if Stage(step.claim.stage) is not Stage.FINDINGS:
        return False
    keys = step.session.scalars(
        select(WorkItem.key).where(
            WorkItem.claim_number == step.claim.number, WorkItem.kind == "findings", WorkItem.closed_on.is_(None)
        )
    ).all()
    seen = [int(found.group(1)) for key in keys if (found := _OF_VERSION.search(key))]
    return bool(seen) and not corrections_since(step, max(seen)).keys() <= _BLIND


def check_again(step: Step) -> None:
    """Back to the scrubber; what it still finds is asked anew."""
    work_items.close_items(
        step.session, claim_number=step.claim.number, kinds=("findings",), by=SYSTEM, on=step.today
    )
    step.note(f"v{step.claim.version}:again", "Checked again", "the front desk has changed the claim")
    step.move(Stage.CODING, Owes.PAYER, next_in=timedelta(0), waits_for="coding and scrubbing", owner=SYSTEM)
