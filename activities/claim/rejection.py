"""An attempt that was rejected before adjudication (TA1, 999, 277CA): its group, remedy and date for a person."""

from __future__ import annotations

from datetime import timedelta

from activities.claim.advice import as_details, asked_about
from activities.claim.history import last_attempt
from activities.claim.step import BILLER, Step
from activities.denial_rules import rejection_explained
from domain.claim.stages import Owes, Stage
from domain.claim.submission import AttemptState
from domain.denials.explaining import StatusCodes
from domain.denials.rules import DenialGroup, Remedy

WORK_WITHIN = timedelta(days=7)
_WORDS = {
    Remedy.CORRECT_AND_RESEND: "Correct what could not be taken; it is sent again with the same frequency "
    "({frequency}). The filing limit runs on",
    Remedy.REOPEN: "Correct it; Medicare takes no replacement and is asked on paper to reopen the decided claim",
    Remedy.REVIEW: "Find out what the payer means, correct it, and send it again. The filing limit runs on",
}


def act_on_rejection(step: Step) -> None:
    """Ask a person to mend the newest attempt where it was rejected; the knowledge base says how."""
    last = last_attempt(step.session, step.claim)
    if last is None or last.state != AttemptState.REJECTED:
        return
    codes = StatusCodes(
        category=last.category, status_code=last.status_code, entity=last.status_entity, action=last.status_action
    )
    found = rejection_explained(codes, last.frequency, *asked_about(step))
    # A rejection nobody knows is still one: somebody must mend what was sent.
    group = DenialGroup.ERROR if found.group is DenialGroup.NONE else found.group
    remedy = found.remedy if found.remedy in _WORDS else Remedy.REVIEW
    reason = ":".join(filter(None, (last.category, last.status_code, last.status_entity, last.status_action)))
    step.ask_person(
        f"attempt:{last.attempt}:rejected",
        "rejected",
        f"Attempt {last.attempt} was rejected before adjudication ({reason}): {found.why}",
        _WORDS[remedy].format(frequency=last.frequency),
        within=WORK_WITHIN,
        details={
            "category": last.category,
            "status": last.status_code,
            "entity": last.status_entity,
            "action": last.status_action,
            **as_details(found),
            "group": group.value,
            "remedy": remedy.value,
        },
    )
    step.move(
        Stage.REJECTED,
        Owes.PAYER,
        next_in=WORK_WITHIN,
        waits_for=f"a biller to correct the rejected claim ({reason})",
        owner=BILLER,
        denial_group=group.value,
    )
