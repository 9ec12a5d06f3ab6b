"""Levels of appeals of the in-memory practice: the clock is the product's own, the rows are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from temporalio import activity

from contracts.appeal import AppealAnswer, AppealBooks, AppealRef, AppealSnapshot, MisfitAppealOrder, OrderedAppeal
from domain.appeals.clock import Notice, decision_due, filing_on, last_day_to_file, may_escalate, next_warning
from domain.appeals.ladder import Ladders, Level, Threshold
from domain.appeals.states import AGAINST_US, AppealState, AppealVerb, Outcome

PLENTY = 1_000_000
ASK_AGAIN = timedelta(days=14)


@dataclass(kw_only=True)
class OneLevel:
    """One level of one appeal."""

    number: int
    level: Level
    notice: Notice
    today: date
    state: AppealState = AppealState.GATHERING
    owner: str = "biller"
    decision: str = ""
    deadline: date | None = None
    next_on: date | None = None
    paid: bool = False
    """The books say that a remittance settled it."""
    letter: Outcome | None = None
    """A letter that was entered and not looked at yet."""
    told: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    known: dict[str, AppealAnswer] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.deadline = last_day_to_file(self.level, self.notice)
        self.next_on = next_warning(self.today, self.deadline)

    def wait(self, state: AppealState, deadline: date | None, until: date) -> None:
        self.state, self.deadline, self.next_on = state, deadline, until

    def close(self, outcome: Outcome) -> None:
        self.state, self.decision, self.next_on, self.deadline = AppealState.CLOSED, outcome.value, None, None

    def decide(self, outcome: Outcome, today: date) -> None:
        self.decision = outcome.value
        if outcome is Outcome.FAVOURABLE:
            self.wait(AppealState.OVERTURNED, None, today + timedelta(days=45))
        elif outcome in AGAINST_US:
            self.wait(AppealState.UPHELD, today + timedelta(days=60), next_warning(today, today + timedelta(days=60)))

    @property
    def next_at(self) -> datetime | None:
        return datetime.combine(self.next_on, time(14), tzinfo=UTC) if self.next_on is not None else None

    def snapshot(self) -> AppealSnapshot:
        return AppealSnapshot(
            claim_number=10_000_001,
            payer_code="MCARE",
            level=self.level.level,
            level_name=self.level.name,
            state=self.state.value,
            owner=self.owner,
            next_at=self.next_at,
            next_what=f"something about the {self.level.name}",
            deadline=self.deadline.isoformat() if self.deadline else "",
            decision=self.decision,
        )


def every_year(known: Ladders) -> Ladders:
    """The same ladders with amounts in controversy for years that are not announced yet: skipped time reaches them."""
    least = {
        (name, year): Threshold(cents=20_000, source="test")
        for name in ("hearing", "court")
        for year in range(2020, 2060)
    }
    return replace(known, amounts=least)


class AppealRoom(AppealBooks):
    """Acts as the product's books do, by the product's own clock."""

    def __init__(self, ladders: Ladders) -> None:
        self.ladders = ladders
        self.rows: dict[int, OneLevel] = {}

    def new_level(self, level: Level, today: date) -> OneLevel:
        row = OneLevel(number=60_001 + len(self.rows), level=level, notice=Notice(dated=today), today=today)
        self.rows[row.number] = row
        return row

    @activity.defn(name="look_at_appeal")
    def look(self, appeal: AppealRef) -> AppealSnapshot:
        row = self.rows[appeal.appeal_number]
        row.steps["look"] += 1
        if row.letter is not None and row.state is AppealState.FILED:
            row.decide(row.letter, appeal.today.date())
        if row.paid and row.state is not AppealState.CLOSED:
            row.close(Outcome.FAVOURABLE)
        return row.snapshot()

    @activity.defn(name="act_on_appeal_date")
    def act_on_date(self, appeal: AppealRef) -> AppealSnapshot:
        row, today = self.rows[appeal.appeal_number], appeal.today.date()
        if row.next_at is None or row.next_at > appeal.today:
            return row.snapshot()
        row.steps["act"] += 1
        if row.state in (AppealState.GATHERING, AppealState.UPHELD) and row.deadline is not None:
            if today > row.deadline:
                row.close(Outcome.LAPSED if row.state is AppealState.GATHERING else Outcome(row.decision))
            else:
                row.told.append(f"{(row.deadline - today).days} days left")
                row.owner = "billing_manager" if (row.deadline - today).days <= 7 else "biller"
                row.next_on = next_warning(today, row.deadline)
        elif row.state is not AppealState.CLOSED:
            row.told.append("overdue")
            row.next_on = today + ASK_AGAIN
        return row.snapshot()

    @activity.defn(name="apply_appeal_order")
    def apply_order(self, ordered: OrderedAppeal) -> AppealAnswer:
        row, order, today = self.rows[ordered.appeal.appeal_number], ordered.order, ordered.appeal.today.date()
        if order.id in row.known:
            return row.known[order.id]
        why = ""
        match AppealVerb(order.verb):
            case AppealVerb.FILE:
                filing = filing_on(row.level, row.notice, today, PLENTY, self.ladders, order.good_cause)
                why = filing.refused
                if not why:
                    due = decision_due(row.level, today)
                    row.wait(AppealState.FILED, due, (due or today + timedelta(days=180)) + timedelta(days=1))
            case AppealVerb.DECIDE:
                row.decide(Outcome(order.decision), today)
            case AppealVerb.ESCALATE:
                why = may_escalate(row.level, row.deadline, today) or ""
                if not why:
                    row.close(Outcome.ESCALATED)
            case AppealVerb.WITHDRAW:
                row.close(Outcome.WITHDRAWN)
            case AppealVerb.END:
                row.close(Outcome(row.decision))
        if not why:
            row.orders.append(order.verb)
        answer = AppealAnswer(accepted=not why, refusal=why, snapshot=row.snapshot())
        if not why:
            row.known[order.id] = answer
        return answer

    @activity.defn(name="record_misfit_appeal_order")
    def record_misfit(self, misfit: MisfitAppealOrder) -> AppealSnapshot:
        row = self.rows[misfit.appeal.appeal_number]
        row.misfits += misfit.problems
        return row.snapshot()
