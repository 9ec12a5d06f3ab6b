"""One claim as the model knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, permutations

from tests.walk.decision import Decision
from tests.walk.observe import ClaimSeen
from tests.walk.rules import ON_PAPER
from tests.walk.standing import Told, moved


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
    handed: int = 0
    """Made the patient's by a person (self-pay); a payer that says more than no again takes it back."""
    patient_open: int = 0
    """What the patient owed at the last look."""
    told: list[Told] = field(default_factory=list)
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
        elif verb != "appeal" and (verb, len(self.decisions)) in self.asked:  # an appeal goes on to its next level
            yield f"{verb} was taken twice for one decision"
        self.asked.add((verb, len(self.decisions)))
        self.papers_due[ON_PAPER[verb]] += 1

    @property
    def decisions(self) -> list[Decision]:
        return [one.decision for one in self.told]

    def make_self_pay(self) -> Iterable[str]:
        """A person went past a denial for want of coverage: what it refused is the patient's, as far as it is open."""
        denials = [one for one in self.decisions if "self_pay" in one.answers]
        if not denials:
            yield "self_pay was taken, and no decision says that the payer insures nobody"
            return
        self.handed += max(0, min(self.payer_open, denials[-1].charge - self.patient_part))

    def decided(self, decision: Decision) -> None:
        if decision.sign < 0 or decision.paid or decision.patient:
            self.handed = 0
        self.told.append(Told(decision=decision, given_up=self.given_up))

    @property
    def payer_open(self) -> int:
        return self.booked - sum(left.explained for left in moved(self.booked, self.told)) - self.given_up - self.handed

    @property
    def patient_part(self) -> int:
        return sum(left.patient for left in moved(self.booked, self.told)) + self.handed

    @property
    def contractual(self) -> int:
        return sum(left.contractual for left in moved(self.booked, self.told))

    def order_as(self, row: ClaimSeen) -> None:
        """Of decisions that came together only the books know the order: take one that explains them, if any does."""
        wanted = {name: row.balances.get(name, 0) for name in ("payer_receivable", "contractual")}
        settled, together = self.told[: -len(self.newest)], self.told[-len(self.newest) :]
        for order in islice(permutations(together), 120) if len(self.newest) > 1 else ():
            self.told = [*settled, *order]
            if {"payer_receivable": self.payer_open, "contractual": self.contractual} == wanted:
                return
        self.told = [*settled, *together]

    def wrong_money(self, row: ClaimSeen) -> Iterable[str]:
        """What the books say otherwise than charge, answers and write-offs, each counted once."""
        self.order_as(row)
        payer, patient = row.balances.get("payer_receivable", 0), row.balances.get("patient_receivable", 0)
        parts = {
            "payer_receivable": self.payer_open,
            "contractual": self.contractual,
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
