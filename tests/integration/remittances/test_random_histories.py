"""Random histories on real books: payments, denials, reversals, resends in whole and in part, patients' payments and
refunds, in any order. The ledger balances after every step, and no step done twice changes anything."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.ledger.planning import plan_patient_payment, plan_write_off
from storage import ledger
from storage.models import Claim, RemittanceClaim
from tests.support.remittance_office import TODAY, RemittanceOffice
from tests.support.remittance_text import claim, head, interchange, line

CHARGE = 12500
STEPS = 14


@dataclass(frozen=True)
class Told:
    """One CLP loop as a payer tells it, in cents."""

    number: int
    status: str
    paid: int
    contractual: int
    share: int
    icn: str

    def back(self) -> Told:
        return Told(self.number, "22", -self.paid, -self.contractual, -self.share, self.icn)

    def segments(self) -> list[str]:
        sign = -1 if self.status == "22" else 1
        charge = dollars(sign * CHARGE)
        rest = sign * CHARGE - self.paid - self.contractual - self.share
        codes = (("CO*45", self.contractual), ("PR*2", self.share), ("CO*197", rest))
        cas = [f"{code}*{dollars(cents)}" for code, cents in codes if cents]
        loop = claim(f"{self.number}-1", self.status, charge, dollars(self.paid), "", self.icn)
        return [*loop, *line("99213", charge, dollars(self.paid), *cas, control="1")]


def dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


@dataclass
class History:
    """What payers and people did so far."""

    office: RemittanceOffice
    chance: random.Random
    numbers: list[int]
    sent: list[list[Told]] = field(default_factory=list)
    interchanges: int = 0

    def decisions(self) -> list[Told]:
        told = [one for remittance in self.sent for one in remittance]
        back = Counter(one.back() for one in told if one.status == "22")
        standing = []
        for one in told:
            if one.status != "22" and back[one.back().back()] > 0:
                back[one.back().back()] -= 1
            elif one.status != "22":
                standing.append(one)
        return standing

    def remit(self) -> None:
        """A new remittance: some decisions, some reversals of earlier ones."""
        chance = self.chance
        told = [self.decide(number) for number in chance.sample(self.numbers, chance.randint(1, 3))]
        told += [
            one.back() for one in chance.sample(self.decisions(), min(len(self.decisions()), chance.randint(0, 2)))
        ]
        self.sent.append(told)
        self.deliver(len(self.sent) - 1, told)

    def decide(self, number: int) -> Told:
        paid = self.chance.choice((0, 5000, 8000))
        contractual = self.chance.choice((0, 2500)) if paid else 0
        share = self.chance.choice((0, 2000, CHARGE - paid - contractual))
        # Who decides first is the first payer: a person is asked about another one.
        several = [one.status for told in self.sent for one in told if one.number == number]
        first_stands = "1" in several and "22" not in several
        status = self.chance.choice(("1", "1", "1", "2")) if first_stands else "1"
        return Told(number, status, paid, contractual, share, f"ICN{len(self.sent)}-{number}")

    def again(self) -> None:
        """An earlier remittance, whole or cut off, in another envelope."""
        if self.sent:
            place = self.chance.randrange(len(self.sent))
            self.deliver(place, self.sent[place][: self.chance.randint(1, len(self.sent[place]))])

    def deliver(self, place: int, told: list[Told]) -> None:
        total = sum(one.paid for one in self.sent[place])
        self.interchanges += 1
        body = [*head(f"EFT{place}", dollars(max(total, 0)))]
        for one in told:
            body += one.segments()
        if total < 0:
            body.append(f"PLB*1234567893*20261231*FB:EFT{place}*{dollars(total)}")
        self.office.receive(interchange(body, number=self.interchanges), f"{self.interchanges}.835")

    def patient_pays(self) -> None:
        self.post("patient_payment", lambda account, owed: plan_patient_payment(3000, owed, account, "R1"))

    def refund(self) -> None:
        """What a patient paid too much is set aside for them."""
        self.post(
            "refund",
            lambda account, _: pair(
                LedgerAccount.PATIENT_CREDIT, LedgerAccount.REFUNDS_PAYABLE, 500, "refund by dana", None, account
            ),
        )

    def write_off(self) -> None:
        number = self.chance.choice(self.numbers)
        self.post("write_off", lambda *_: plan_write_off(700, "dana", number, self.account_of(number)))

    def account_of(self, number: int) -> int:
        with self.office.books.transaction(self.office.organisation) as session:
            return session.get_one(Claim, number).account_number

    def post(self, kind: str, plan: object) -> None:
        account = self.account_of(self.chance.choice(self.numbers))
        with self.office.books.transaction(self.office.organisation) as session:
            legs = plan(account, ledger.open_by_claim(session, account))  # type: ignore[operator]
            ledger.post(
                session, self.office.organisation, key=f"{kind}:{self.chance.random()}", kind=kind, cites=kind,
                by="dana", business_date=TODAY, legs=legs,
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_any_history_balances_after_every_step_and_is_posted_once(seed: int, office: RemittanceOffice) -> None:
    chance = random.Random(seed)
    history = History(office, chance, [office.send_claim(("99213", CHARGE)) for _ in range(4)])
    for _ in range(STEPS):
        step = chance.choice(
            (history.remit, history.remit, history.remit, history.again, history.patient_pays, history.refund,
             history.write_off)
        )  # fmt: skip
        step()
        check(history)
        posted = office.size()
        if history.sent:
            history.again()
        assert office.size() == posted


def check(history: History) -> None:
    office = history.office
    ledger_now = office.ledger()  # asserts that every posting balances
    assert sum(ledger_now.values()) == 0
    assert ledger_now.get("unapplied_cash", 0) == 0, "every deposit is explained by its claims and PLB entries"
    told = [one for remittance in history.sent for one in remittance]
    with office.books.transaction(office.organisation) as session:
        kept = session.scalar(select(func.count()).select_from(RemittanceClaim))
    assert kept == len(told)
    for number in history.numbers:
        balances = office.balances(number)
        assert balances.get("unapplied_cash", 0) == sum(one.paid for one in told if one.number == number)
        settled = sum(cents for account, cents in balances.items() if account != "revenue")
        assert settled == CHARGE
