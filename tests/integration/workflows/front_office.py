"""Accounts, batches, files and sweeps of the in-memory practice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import activity

from contracts.account import (
    AccountBooks,
    AccountPlan,
    AccountRef,
    StatementIssued,
    StatementPost,
    StatementSent,
    StatementToSend,
)
from contracts.cards import CardSweeps
from contracts.frontdesk import FrontDeskSweeps
from contracts.wire import (
    BatchBooks,
    BatchOpened,
    Deliveries,
    FileContents,
    FileProcessed,
    FileReceived,
    InboundBooks,
    InterchangeBuilt,
    OutboxRef,
    Sweep,
    Sweeps,
    Swept,
    TransactionProcessed,
    TransactionRef,
)

STATEMENT_EVERY = timedelta(days=30)
KINDS = ("statement", "reminder", "final_notice", "placement")


@dataclass(kw_only=True)
class AccountRow:
    """A guarantor's account: what is open, and what was asked so far."""

    number: int
    open_cents: int
    last_asked: datetime
    asked: list[str] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    plans: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    local: list[bool] = field(default_factory=list)


class Accounts(AccountBooks):
    """One statement every thirty days until the debt is placed."""

    def __init__(self) -> None:
        self.rows: dict[int, AccountRow] = {}

    def new_row(self, open_cents: int, today: datetime) -> AccountRow:
        row = AccountRow(number=501 + len(self.rows), open_cents=open_cents, last_asked=today)
        self.rows[row.number] = row
        return row

    @activity.defn(name="plan_account")
    def plan(self, account: AccountRef) -> AccountPlan:
        row = self.rows[account.account_number]
        if row.faults["plan_account"] > 0:
            row.faults["plan_account"] -= 1
            raise ConnectionError("the database is away")
        row.plans += 1
        row.local.append(activity.info().is_local)
        if row.open_cents == 0 or len(row.asked) == len(KINDS):
            return AccountPlan(settled=True)
        kind = KINDS[len(row.asked)]
        return AccountPlan(
            settled=False, kind=kind, due_at=row.last_asked + STATEMENT_EVERY, what=f"the next {kind}"
        )

    @activity.defn(name="issue_statement")
    def issue(self, account: AccountRef) -> StatementIssued:
        row = self.rows[account.account_number]
        if row.open_cents == 0:
            return StatementIssued(statement_number=None, outbox_id=None)
        row.asked.append(KINDS[len(row.asked)])
        row.last_asked = account.today
        return StatementIssued(statement_number=len(row.asked), outbox_id=account.account_number * 10 + len(row.asked))


class Post(StatementPost):
    """The print vendor."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn(name="send_statement")
    async def send(self, statement: StatementToSend) -> StatementSent:
        self._accounts.rows[statement.account.account_number].sent.append(statement.statement_number)
        return StatementSent(sent=True)


class Interchanges(BatchBooks, Deliveries):
    """Batches by number: how many claims each will find, and which outbox rows left."""

    def __init__(self) -> None:
        self.ready: dict[int, int] = {}
        self.delivered: list[int] = []

    @activity.defn(name="build_interchange")
    def build(self, batch: BatchOpened) -> InterchangeBuilt:
        claims = self.ready.get(batch.batch_number, 0)
        return InterchangeBuilt(claims=claims, outbox_id=batch.batch_number * 10 if claims else None)

    @activity.defn(name="deliver")
    async def deliver(self, send: OutboxRef) -> None:
        self.delivered.append(send.outbox_id)


class Inbox(InboundBooks):
    """Files by id: the kind of each of their transaction sets."""

    def __init__(self) -> None:
        self.files: dict[int, tuple[str, ...]] = {}
        self.processed: list[tuple[int, int]] = []

    @activity.defn(name="classify_file")
    def classify(self, file: FileReceived) -> FileContents:
        kinds = self.files[file.file_id]
        return FileContents(kind=kinds[0] if kinds else "unreadable", ordinals=tuple(range(1, len(kinds) + 1)))

    @activity.defn(name="process_transaction")
    def process(self, transaction: TransactionRef) -> TransactionProcessed:
        self.processed.append((transaction.file_id, transaction.ordinal))
        kind = self.files[transaction.file_id][transaction.ordinal - 1]
        return TransactionProcessed(kind=kind, state="processed", matched=3, queued=1)

    @activity.defn(name="finish_file")
    def finish(self, file: FileReceived) -> FileProcessed:
        kinds = self.files[file.file_id]
        return FileProcessed(kind=kinds[0] if kinds else "unreadable", transactions=len(kinds), held=0)


class Looks(Sweeps, FrontDeskSweeps, CardSweeps):
    """Sweeps that count themselves."""

    def __init__(self) -> None:
        self.looked: Counter[str] = Counter()

    def _look(self, sweep: Sweep) -> Swept:
        self.looked[sweep.kind] += 1
        return Swept(found=len(sweep.kind))

    @activity.defn(name="sweep_ready")
    def ready(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_mailbox")
    async def mailbox(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_unacknowledged")
    def unacknowledged(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_outbox")
    async def outbox(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_deposits")
    def deposits(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_visits")
    def visits(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_front_desk")
    def front_desk(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_appointments")
    async def appointments(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_cards")
    async def cards(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_lessons")
    def lessons(self, sweep: Sweep) -> Swept:
        return self._look(sweep)

    @activity.defn(name="sweep_overpayments")
    def overpayments(self, sweep: Sweep) -> Swept:
        return self._look(sweep)
