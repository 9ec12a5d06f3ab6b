"""A household with its share of visits on an account, carried by the steps of care and without a workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.account.asking import issue
from activities.account.balance import OpenAccount
from activities.account.planning import plan
from activities.cases.desk import Desk
from contracts.account import AccountPlan, AccountRef
from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.ledger.planning import plan_patient_payment
from storage import claims, ledger
from storage.account_holds import AccountHold, open_holds
from storage.engine import make_engine
from storage.models import Claim, Outbox, Statement, WorkItem
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.timeline import of_account
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter, person

T = TypeVar("T")
BEGIN = datetime(2026, 3, 3, 15, tzinfo=UTC)
CHARGE = 17_500
_ordinals = count(1)


@dataclass(kw_only=True)
class Household:
    """One guarantor, the visits with an open share, and the day it is."""

    books: Books
    account: int
    claims: list[int] = field(default_factory=list)
    now: datetime = BEGIN
    surname: str = "Testpatient"

    def run(self, work: Callable[[Session], T]) -> T:
        return self.books.run(LOCAL_PRACTICE, work)

    def at_desk(self, work: Callable[[Desk], T]) -> T:
        return self.run(lambda session: work(Desk.at(session, LOCAL_PRACTICE, self.now)))

    def with_account(self, work: Callable[[Desk, OpenAccount], T]) -> T:
        def both(session: Session) -> T:
            account = OpenAccount.lock(session, self.ref)
            return work(Desk.at(session, LOCAL_PRACTICE, self.now), account)

        return self.run(both)

    @property
    def ref(self) -> AccountRef:
        return AccountRef(organisation_id=LOCAL_PRACTICE, account_number=self.account, today=self.now)

    @property
    def today(self) -> date:
        return self.now.date()

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def owe(self, cents: int, *, kind: str = "commercial", service_on: date | None = None) -> int:
        """A visit whose payer is done and left a share to the patient."""
        visit = encounter(next(_ordinals), reference=self.surname, patient=person(self.surname))
        lines = tuple(replace(line, service_from=service_on or line.service_from) for line in visit.content.lines)
        visit = replace(visit, content=replace(visit.content, lines=lines))
        checked_in = check_in(self.books, LOCAL_PRACTICE, visit)
        number, self.account = checked_in.claim_number, checked_in.account_number

        def work(session: Session) -> None:
            ledger.post(
                session, LOCAL_PRACTICE, key=f"share:{number}", kind="remittance", cites="CAS PR 1", by="payer",
                business_date=self.today,
                legs=(
                    *pair(LedgerAccount.PATIENT_RECEIVABLE, LedgerAccount.PAYER_RECEIVABLE, cents, "CAS PR 1",
                          number, self.account),
                    *pair(LedgerAccount.CONTRACTUAL, LedgerAccount.PAYER_RECEIVABLE,
                          self._payer_open(session, number) - cents, "CAS CO 45", number, self.account),
                ),
            )  # fmt: skip
            claims.set_stage(
                session, number, stage=Stage.PATIENT_BALANCE, owes=Owes.PATIENT, next_at=self.now + timedelta(days=365),
                next_what="the patient's share", owner="system",
            )  # fmt: skip
            session.execute(
                update(Claim).where(Claim.number == number).values(
                    payer_kind=kind, service_date=service_on or Claim.service_date
                )
            )  # fmt: skip

        self.run(work)
        self.claims.append(number)
        return number

    def pay(self, cents: int) -> None:
        def work(session: Session) -> None:
            before = ledger.open_by_claim(session, self.account)
            ledger.post(
                session, LOCAL_PRACTICE, key=f"pay:{self.now}:{cents}", kind="patient_payment", cites="receipt",
                by="bank", business_date=self.today,
                legs=plan_patient_payment(cents, before, self.account, "1"),
            )  # fmt: skip

        self.run(work)

    def step(self) -> AccountPlan:
        """What the account's story does now; papers count as handed over."""

        def work(session: Session) -> AccountPlan:
            issue(OpenAccount.lock(session, self.ref))
            session.execute(update(Outbox).where(Outbox.state == "intended").values(state="sent"))
            return plan(OpenAccount.lock(session, self.ref))

        return self.run(work)

    def advance(self, days: int) -> AccountPlan:
        """Let so many days pass, from one date of the account's story to the next."""
        end = self.now + timedelta(days=days)
        while self.now < end:
            due = self.step().due_at
            tomorrow = self.now + timedelta(days=1)
            self.now = min(end, max(due, tomorrow) if due is not None else end)
        return self.step()

    def open_cents(self) -> int:
        return self.run(lambda session: ledger.account_open_cents(session, self.account))

    def sheet(self) -> dict[str, int]:
        found = self.run(ledger.trial_balance)
        return {account: cents for account, cents in found.items() if cents}

    def balanced(self) -> bool:
        return self.run(ledger.is_balanced)

    def holds(self) -> tuple[AccountHold, ...]:
        return self.run(lambda session: open_holds(session, LOCAL_PRACTICE, self.account, self.today))

    def statements(self) -> list[str]:
        return self.run(lambda s: list(s.scalars(select(Statement.kind).order_by(Statement.number))))

    def papers(self) -> list[dict[str, Any]]:
        """Manifests of the letters of care."""

        def work(session: Session) -> list[dict[str, Any]]:
            rows = session.scalars(select(Outbox).where(Outbox.key.like("care:%")).order_by(Outbox.id))
            return [row.manifest or {} for row in rows]

        return self.run(work)

    def work_kinds(self) -> list[str]:
        return self.run(lambda s: list(s.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None)))))

    def timeline(self) -> list[str]:
        return [entry["what"] for entry in self.run(lambda session: of_account(session, self.account))]

    @staticmethod
    def _payer_open(session: Session, number: int) -> int:
        found = ledger.claim_balances(session, number).get(LedgerAccount.PAYER_RECEIVABLE.value)
        if found is None:
            ledger.post(
                session, LOCAL_PRACTICE, key=f"charge:{number}:test", kind="charge", cites="charge", by="desk",
                business_date=BEGIN.date(),
                legs=pair(LedgerAccount.PAYER_RECEIVABLE, LedgerAccount.REVENUE, CHARGE, "charge", number),
            )  # fmt: skip
            return CHARGE
        return found


@pytest.fixture
def household(database_url: str) -> Iterator[Household]:
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
    yield Household(books=books, account=0)
    engine.dispose()
