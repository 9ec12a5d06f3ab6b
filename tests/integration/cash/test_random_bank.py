"""Random days at the bank: remittances, deposits, returns, people's matches and take-backs in any order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.cash.missing import match_and_ask
from domain.cash.deposit import DepositLine, DepositMethod
from domain.ledger.chart import LedgerAccount
from storage import deposit_matching, deposits, files, ledger
from storage.deposit_matching import CannotMatch
from storage.engine import make_engine
from storage.models import BankDeposit, DepositMatch, Entry, Posting, RemittanceRow, WorkItem
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books

PRACTICE = 1
BEGIN = date(2026, 10, 1)
STEPS = 70


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        assert ensure_local_practice(session)
    yield books
    engine.dispose()


class Bank:
    """One step after the other, every one through the product's own functions."""

    def __init__(self, books: Books, seed: int) -> None:
        self.books, self.chance, self.today = books, random.Random(seed), BEGIN
        self.told: list[DepositLine] = []

    def step(self) -> None:
        names = ("announce", "deposit", "deposit", "again", "match", "undo", "explain", "night")
        getattr(self, f"_{self.chance.choice(names)}")()

    def _run(self, work: object) -> None:
        self.books.run(PRACTICE, work)  # type: ignore[arg-type]

    def _announce(self) -> None:
        number, cents = self.chance.randrange(10**6), self.chance.choice([1000, 1000, 2500, 4000])
        payer, trace = self.chance.choice(["EVERGREEN PPO", "CEDAR HEALTH"]), self.chance.choice("ABCDE")

        def work(session: Session) -> None:
            file = files.receive(session, PRACTICE, "835.x12", b"ISA", datetime(2026, 10, 1, tzinfo=UTC)).id
            row = RemittanceRow(
                organisation_id=PRACTICE, key=f"remittance {number}", file_id=file, payee_npi="1", trace_number=trace,
                payer_identifier=payer[:1] * 10, payment_date=self.today, payment_cents=cents, method="ACH",
                balanced=True, payer_name=payer, handling="I",
            )  # fmt: skip
            session.add(row)
            session.flush()
            ledger.post(
                session, PRACTICE, key=f"deposit|{row.key}", kind="deposit", cites="BPR02", by="payer",
                business_date=self.today,
                legs=[
                    ledger.Leg(ledger_account=LedgerAccount.REMITTANCE_CLEARING, amount_cents=cents),
                    ledger.Leg(ledger_account=LedgerAccount.UNAPPLIED_CASH, amount_cents=-cents),
                ],
            )  # fmt: skip

        self._run(work)

    def _deposit(self) -> None:
        line = DepositLine(
            deposited_on=self.today,
            amount_cents=self.chance.choice([1000, 1000, 2500, 4000, 3500, -1000, -2500]),
            trace_number=self.chance.choice(["A", "B", "C", "D", "E", "", "X"]),
            payer_name=self.chance.choice(["EVERGREEN PPO", "CEDAR", ""]),
            method=DepositMethod.ACH,
        )
        self.told.append(line)
        self._tell([line])

    def _again(self) -> None:
        self._tell(self.told[-5:])

    def _tell(self, lines: list[DepositLine]) -> None:
        def work(session: Session) -> None:
            deposits.receive(session, PRACTICE, lines, source="manual", by="ann", today=self.today)
            deposit_matching.match_open(session, PRACTICE, today=self.today, window=timedelta(days=7))

        self._run(work)

    def _match(self) -> None:
        fee = self.chance.choice([0, 0, 100])

        def work(session: Session) -> None:
            deposit, remittance = self._any(session, BankDeposit.id), self._any(session, RemittanceRow.id)
            if deposit and remittance:
                deposit_matching.match_by_hand(
                    session, PRACTICE, deposit, session.get_one(RemittanceRow, remittance), by="ann", today=self.today,
                    fee_cents=fee,
                )  # fmt: skip

        self._allowed_to_refuse(work)

    def _undo(self) -> None:
        def work(session: Session) -> None:
            if deposit := self._any(session, BankDeposit.id):
                deposit_matching.undo(session, PRACTICE, deposit, by="bob", reason="wrong", today=self.today)

        self._allowed_to_refuse(work)

    def _explain(self) -> None:
        account = self.chance.choice([None, LedgerAccount.INTEREST])

        def work(session: Session) -> None:
            if deposit := self._any(session, BankDeposit.id):
                deposit_matching.explain(
                    session, PRACTICE, deposit, by="bob", reason="interest", today=self.today, account=account
                )

        self._allowed_to_refuse(work)

    def _night(self) -> None:
        self.today += timedelta(days=1)
        self._run(lambda session: match_and_ask(session, PRACTICE, self.today))
        before = ledger_of(self.books)
        self._run(lambda session: match_and_ask(session, PRACTICE, self.today))
        assert ledger_of(self.books) == before, "a second look at the same night moves nothing"

    def _allowed_to_refuse(self, work: object) -> None:
        with suppress(CannotMatch):
            self._run(work)

    def _any(self, session: Session, column: object) -> int | None:
        numbers = session.scalars(select(column).order_by(column)).all()  # type: ignore[call-overload]
        return self.chance.choice(numbers) if numbers else None


def check(books: Books) -> None:
    """What holds after every step."""
    with books.transaction(PRACTICE) as session:
        assert ledger.is_balanced(session)
        sheet = ledger.trial_balance(session)
        announced = session.scalar(select(func.coalesce(func.sum(RemittanceRow.payment_cents), 0)))
        used: dict[int, int] = {}
        covered: dict[int, int] = {}
        for row in session.scalars(select(DepositMatch)):
            used[row.deposit_id] = used.get(row.deposit_id, 0) + row.amount_cents
            if row.remittance_id is not None:
                covered[row.remittance_id] = covered.get(row.remittance_id, 0) + row.amount_cents
        for deposit in session.scalars(select(BankDeposit)):
            spent = used.get(deposit.id, 0)
            assert min(0, deposit.amount_cents) <= spent <= max(0, deposit.amount_cents)
            assert (deposit.state == "open") == (spent != deposit.amount_cents)
        for remittance in session.scalars(select(RemittanceRow)):
            assert 0 <= covered.get(remittance.id, 0) <= remittance.payment_cents
        assert sheet["remittance_clearing"] == announced - sum(covered.values())
        assert sheet["unapplied_cash"] == -announced
        assert sheet["bank"] + sheet["write_off"] + sheet["interest"] == sum(covered.values())
        booked = session.scalar(
            select(func.count()).select_from(Entry).join(Posting, Posting.id == Entry.posting_id)
            .where(Posting.kind == "bank", Entry.ledger_account == "bank", Posting.by == "")
        )  # fmt: skip
        assert booked == 0, "every movement of the bank names who decided it"


def open_questions(books: Books) -> set[tuple[str, int]]:
    with books.transaction(PRACTICE) as session:
        items = session.scalars(select(WorkItem).where(WorkItem.closed_on.is_(None))).all()
        found = [(item.kind, item.details.get("deposit") or item.details.get("remittance")) for item in items]
        assert len(found) == len(set(found)), "nothing is asked twice at a time"
        return set(found)


@pytest.mark.parametrize("seed", range(4))
def test_after_every_step_no_cent_is_in_the_bank_twice_and_what_is_open_is_asked_for(books: Books, seed: int) -> None:
    bank = Bank(books, seed)
    for _ in range(STEPS):
        bank.step()
        check(books)
    bank.today += timedelta(days=30)
    books.run(PRACTICE, lambda session: match_and_ask(session, PRACTICE, bank.today))
    check(books)
    with books.transaction(PRACTICE) as session:
        first = session.scalar(select(func.min(BankDeposit.deposited_on)))
        wanted = {("remittance_missing", d.id) for d in deposits.open_deposits(session)}
        wanted |= {("deposit_missing", r.id) for r in deposits.announced(session) if first and r.payment_date >= first}
    assert wanted <= open_questions(books)


def ledger_of(books: Books) -> dict[str, int]:
    with books.transaction(PRACTICE) as session:
        return ledger.trial_balance(session)
