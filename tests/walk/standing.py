"""What decisions on one claim leave in its ledger when several come on top of each other, computed anew from all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.walk.decision import Decision


@dataclass(frozen=True, kw_only=True)
class Told:
    """A decision and what people had given up when it came."""

    decision: Decision
    given_up: int


@dataclass(frozen=True, kw_only=True)
class Left:
    """What one decision moved."""

    paid: int
    patient: int
    contractual: int

    @property
    def explained(self) -> int:
        return self.paid + self.patient + self.contractual

    def back(self) -> Left:
        return Left(paid=-self.paid, patient=-self.patient, contractual=-self.contractual)


def moved(booked: int, told: Sequence[Told]) -> list[Left]:
    """The first decision as reported; on top of one that stands, share and discount only up to what is open; a
    reversal what its original had moved."""
    left: list[Left] = []
    standing: list[int] = []
    for one in told:
        decision = one.decision
        if decision.sign < 0:
            originals = [at for at in standing if _negates(decision, told[at].decision)]
            numbered = [at for at in originals if told[at].decision.icn == decision.icn]
            if numbered or originals:
                original = (numbered or originals)[-1]
                standing.remove(original)
                left.append(left[original].back())
                continue
            left.append(Left(paid=decision.paid, patient=decision.patient, contractual=decision.contractual))
            continue
        patient, contractual = decision.patient, decision.contractual
        if standing:
            rest = max(0, booked - sum(entry.explained for entry in left) - one.given_up - decision.paid)
            patient = min(patient, rest)
            contractual = min(contractual, rest - patient)
        standing.append(len(left))
        left.append(Left(paid=decision.paid, patient=patient, contractual=contractual))
    return left


def _negates(reversal: Decision, original: Decision) -> bool:
    return reversal.paid == -original.paid and reversal.charge == -original.charge
