"""What the in-memory practice keeps of a claim, and what a test may arrange to happen to it."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.claim import ClaimSnapshot, CommandAnswer
from domain.claim.stages import Owes, Stage
from domain.coverage.eligibility import CoverageStatus


class Answer(StrEnum):
    """What a payer, a letter or the account posted on a claim."""

    PAID = "paid"
    PATIENT_SHARE = "patient_share"
    DENIED = "denied"
    REJECTED = "rejected"
    REVERSED = "reversed"


class Gate:
    """Holds a step until the test has done something meanwhile."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def pass_through(self) -> None:
        self.entered.set()
        if not self.opened.wait(7):
            raise TimeoutError("the test never opened the gate")


@dataclass(kw_only=True)
class ClaimRow:
    """One claim's row, its attempts and its work items."""

    number: int
    stage: Stage = Stage.CHECKED_IN
    owes: Owes = Owes.PAYER
    version: int = 1
    held: bool = False
    next_at: datetime | None = None
    next_what: str = "eligibility is asked"
    owner: str = "system"
    denial_group: str = ""
    attempt: int = 0
    outcome: str = ""
    has_findings: bool = False
    patient_settled: bool = False
    appealable: bool = True
    answers: list[Answer] = field(default_factory=list)
    answers_seen: int = 0
    work_items: dict[str, str] = field(default_factory=dict)
    commands: dict[str, CommandAnswer] = field(default_factory=dict)
    eligibility: list[CoverageStatus | None] = field(default_factory=list)
    """Answers to come, None for silence; ACTIVE when there are none left."""
    faults: Counter[str] = field(default_factory=Counter)
    """How often a step is still going to fail, as when the database is away."""
    gates: dict[str, Gate] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    steps: list[str] = field(default_factory=list)
    """Steps that were done, in order."""
    local: list[bool] = field(default_factory=list)
    """For each step done: whether it ran as a local activity."""
    days: list[datetime] = field(default_factory=list)
    """For each step done: what it was told is today."""

    def done(self, step: str) -> int:
        return self.steps.count(step)

    def gate(self, step: str) -> Gate:
        return self.gates.setdefault(step, Gate())

    def snapshot(self) -> ClaimSnapshot:
        return ClaimSnapshot(
            stage=self.stage,
            owes=self.owes,
            version=self.version,
            held=self.held,
            payer_code="PPO1",
            payer_kind="commercial",
            next_at=self.next_at,
            next_what=self.next_what,
            owner=self.owner,
            denial_group=self.denial_group,
            attempt=self.attempt,
            outcome=self.outcome,
            to_prepare=self.stage is Stage.CODING,
            unread_answers=len(self.answers) - self.answers_seen,
        )

    def move(self, stage: Stage, owes: Owes, next_at: datetime | None, what: str, owner: str = "system") -> None:
        self.stage, self.owes, self.next_at, self.next_what, self.owner = stage, owes, next_at, what, owner
