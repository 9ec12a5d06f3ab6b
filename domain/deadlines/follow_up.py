"""When a silent payer is asked, how often, and when a person takes over.

A 277CA is not mandated and an 835 may get lost: silence must end in a question (276) and at last
in a work item, never in waiting for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.deadlines.business_days import Holidays, add_business_days


class Awaited(StrEnum):
    """What has not come."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REMITTANCE = "remittance"


class FollowUpKind(StrEnum):
    """What is done about it."""

    ASK_STATUS = "ask_status"
    WORK_ITEM = "work_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPolicy:
    """A payer's habits, from a table; all in business days."""

    acknowledgement_days: int = 3
    """From sending to the first question, when nothing acknowledged the claim."""
    remittance_days: int = 21
    """From sending to the first question, when the claim was acknowledged."""
    repeat_days: int = 7
    """From one question to the next."""
    questions: int = 3
    """After so many the next date is a person's."""

    def __post_init__(self) -> None:
        """Refuse a policy that would ask for ever or at once."""
        if min(self.acknowledgement_days, self.remittance_days, self.repeat_days) < 1 or self.questions < 0:
            raise ValueError("follow-up days are at least one, and questions are not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The next date of a claim that waits for its payer."""

    kind: FollowUpKind
    due_on: date
    awaited: Awaited


def next_follow_up(
    *,
    sent_on: date,
    acknowledged: bool,
    questions_asked: int,
    last_asked_on: date | None,
    policy: FollowUpPolicy,
    holidays: Holidays,
) -> FollowUp:
    """Return what is due next for a sent claim without an answer.

    An acknowledgement that comes after a question moves the next one to the remittance's date when
    that is later: a claim in adjudication is left in peace.
    """
    awaited = Awaited.REMITTANCE if acknowledged else Awaited.ACKNOWLEDGEMENT
    first = policy.remittance_days if acknowledged else policy.acknowledgement_days
    due_on = add_business_days(sent_on, first, holidays)
    if last_asked_on is not None:
        due_on = max(due_on, add_business_days(last_asked_on, policy.repeat_days, holidays))
    kind = FollowUpKind.ASK_STATUS if questions_asked < policy.questions else FollowUpKind.WORK_ITEM
    return FollowUp(kind=kind, due_on=due_on, awaited=awaited)
