"""When a patient is asked for a balance: steps as data, placement with an agency as the last one.

A placement is no step of a machine: it waits for the approval of a named person. Nothing is due
at balance zero, below the small-balance limit, or while something blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

NOT_THE_SAME_DAY = timedelta(days=1)
"""Between two tries of one word: what keeps it in the house may still stand, and the story must not spin."""


class StepKind(StrEnum):
    """What is done at a step."""

    STATEMENT = "statement"
    REMINDER = "reminder"
    FINAL_NOTICE = "final_notice"
    PLACEMENT_APPROVAL = "placement_approval"
    """A named person decides whether the account goes to a collection agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of a policy: so many days after the start of the cycle."""

    kind: StepKind
    after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPolicy:
    """A practice's schedule, from a table; steps in order of their days."""

    steps: tuple[PlannedStep, ...]
    small_balance_cents: int
    """Below this nothing is asked: a person may write it off."""

    def __post_init__(self) -> None:
        """Refuse a schedule that runs backwards or places an account before its last step."""
        days = [step.after_days for step in self.steps]
        if not days or days[0] < 0 or any(b <= a for a, b in pairwise(days)):
            raise ValueError("the steps of a contact policy follow each other by at least a day")
        if any(step.kind is StepKind.PLACEMENT_APPROVAL for step in self.steps[:-1]):
            raise ValueError("placement with an agency is the last step of a contact policy")
        if self.steps[0].kind is not StepKind.STATEMENT:
            raise ValueError("a contact policy begins with a statement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due next."""

    kind: StepKind
    due_on: date
    number: int
    """From 1 in the cycle: part of the statement's key."""

    @property
    def needs_person(self) -> bool:
        """Whether a named person must decide."""
        return self.kind is StepKind.PLACEMENT_APPROVAL


def next_step(
    steps_done: int,
    cycle_started_on: date,
    balance_cents: int,
    policy: ContactPolicy,
    last_step_on: date | None = None,
    kept_back_on: date | None = None,
) -> Step | None:
    """Return the next step, or None: nothing is owed, too little, or every step is done.

    Two steps keep at least the days between them that the policy has: a step done late moves the next
    one, so that nobody gets two letters in one week. A word that was written on ``kept_back_on`` and stayed in the
    house is no step: it is due again at its own time, and at the earliest on the day after.
    """
    if balance_cents <= 0 or balance_cents < policy.small_balance_cents or steps_done >= len(policy.steps):
        return None
    planned = policy.steps[steps_done]
    due_on = cycle_started_on + timedelta(days=planned.after_days)
    if last_step_on is not None and steps_done:
        distance = planned.after_days - policy.steps[steps_done - 1].after_days
        due_on = max(due_on, last_step_on + timedelta(days=distance))
    if kept_back_on is not None:
        due_on = max(due_on, kept_back_on + NOT_THE_SAME_DAY)
    return Step(kind=planned.kind, due_on=due_on, number=steps_done + 1)
