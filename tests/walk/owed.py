"""One claim as the model knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.walk.decision import Decision


@dataclass
class Owed:
    """One claim as the model knows it."""

    number: int
    account: int
    charge: int
    stage: str = ""
    booked: int = 0
    attempts: int = 0
    with_payer: bool = False
    """Its newest attempt has no answer yet."""
    given_up: int = 0
    forgiven: int = 0
    """Written off of the patient's part."""
    patient_open: int = 0
    """What the patient owed at the last look."""
    decisions: list[Decision] = field(default_factory=list)

    @property
    def payer_open(self) -> int:
        return self.booked - sum(decision.explained for decision in self.decisions) - self.given_up

    @property
    def patient_part(self) -> int:
        return sum(decision.patient for decision in self.decisions)
