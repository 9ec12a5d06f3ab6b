"""One claim as the model knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.walk.decision import Decision
from tests.walk.observe import ClaimSeen
from tests.walk.rules import ON_PAPER


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
    newest: list[Decision] = field(default_factory=list)
    """The last decision; several where they came together, in an order that only the books know."""
    asked: set[tuple[str, int]] = field(default_factory=set)
    """What was asked on paper about which decision."""
    papers_due: Counter[str] = field(default_factory=Counter)
    """Papers that were ordered and have not left."""

    def ask_on_paper(self, verb: str) -> Iterable[str]:
        """A paper was ordered and taken: about a denial that allows it, once for each."""
        if self.stage not in ("denied", "needs_review"):
            yield f"{verb} was taken in stage {self.stage}"
        if not any(verb in decision.answers for decision in self.newest):
            yield f"{verb} was taken, and the newest decision allows none"
        elif (verb, len(self.decisions)) in self.asked:
            yield f"{verb} was taken twice for one decision"
        self.asked.add((verb, len(self.decisions)))
        self.papers_due[ON_PAPER[verb]] += 1

    @property
    def payer_open(self) -> int:
        return self.booked - sum(decision.explained for decision in self.decisions) - self.given_up

    @property
    def patient_part(self) -> int:
        return sum(decision.patient for decision in self.decisions)

    def wrong_money(self, row: ClaimSeen) -> Iterable[str]:
        """What the books say otherwise than charge, answers and write-offs, each counted once."""
        payer, patient = row.balances.get("payer_receivable", 0), row.balances.get("patient_receivable", 0)
        parts = {
            "payer_receivable": self.payer_open,
            "contractual": sum(decision.contractual for decision in self.decisions),
            "unapplied_cash": sum(decision.paid for decision in self.decisions),
            "revenue": -self.booked,
        }
        for account, expected in parts.items():
            if (found := row.balances.get(account, 0)) != expected:
                yield f"{account} is {found}, by charge and answers it is {expected}"
        self.patient_open = patient
        if patient > max(self.patient_part - self.forgiven, 0):
            yield f"the patient owes {patient}, the payers moved {self.patient_part} to the patient"
        if row.stage in ("closed", "patient_balance") and payer:
            yield f"{row.stage}, and the payer's balance is {payer}"
        if row.stage == "closed" and patient > 0:
            yield f"closed, and the patient owes {patient}"
        if row.stage == "patient_balance" and patient <= 0:
            yield f"waits for the patient, who owes {patient}"
        if row.stage in ("denied", "needs_review") and not payer:
            yield f"{row.stage}, and neither side of the payer's balance is open"
        owes = {"closed": "nobody", "patient_balance": "patient"}.get(row.stage, "payer")
        if row.owes != owes:
            yield f"owed by {row.owes} in stage {row.stage}"
