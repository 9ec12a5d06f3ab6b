"""What is due next on an account: by its balance and the house's schedule, never by counting letters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from activities import parties
from activities.account import instalments, reaching
from activities.account.balance import OpenAccount
from activities.account.overpaid import release_overpaid
from activities.care.gating import BY_PEOPLE, closed_gates, opens_on
from contracts.account import AccountPlan
from domain.billing.schedule import NOT_THE_SAME_DAY, ContactPolicy, PlannedStep, Step, StepKind, next_step
from domain.care.collection_gates import Gate
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.ledger.planning import plan_credit_use
from gateways.papers.statement import PLAN_MISSED
from storage import doorbells, ledger, work_items
from storage.account_holds import CONTACT, STATEMENT
from storage.models import Command, Statement, WorkItem
from storage.reference import statement_policy
from storage.statements import WITHDRAWN

PLACEMENT = "placement"
PAUSED = "paused"
"""Nothing is asked: a hold stands, or a plan is kept."""
BAD_ADDRESS = "bad_address"
SMALL_BALANCE = "small_balance"
COLLECTION_GATES = "collection_gates"
"""A condition before an agency is not met that a person must see to (``claimflow collections check``)."""
MAILED_AT = time(9)
"""Papers are due in the morning of their day, in the practice's zone."""
LOOK_AGAIN = timedelta(days=14)
"""How often a person is reminded of a decision that an account waits for."""
REST = timedelta(days=30)
"""How often a paused account looks whether the pause has ended without a word."""
PATIENT_ACCOUNTS = "patient_accounts"


def plan(account: OpenAccount) -> AccountPlan:
    """Say what is due when, and keep it on the account's row."""
    release_overpaid(account)
    _use_credit(account)
    row = account.row
    if account.owed_cents == 0:
        if account.plan is not None:
            instalments.finish(account)
        row.stage, row.next_at, row.next_what = "settled", None, ""
        row.cycle_started_on, row.cycle_step = None, 0
        work_items.close_items(account.session, account_number=row.number, by="system", on=account.today)
        return AccountPlan(settled=True)
    if stopped := account.stopped(STATEMENT):
        return _rest(account, f"the end of a pause ({stopped[0].kind})", *_ends(account))
    due = instalments.due(account)
    if due is not None:
        if due.kind == PLAN_MISSED:
            kept_back = _kept_back_on(account)
            day = due.due_on if kept_back is None else max(due.due_on, kept_back + NOT_THE_SAME_DAY)
            return _by_route(account, due.kind, _morning(account, day), due.what)
        return _due(account, due.kind, _morning(account, due.due_on), due.what, waits=True)
    look = instalments.next_look(account)
    if account.balance_cents == 0:
        what = "the next instalment of the payment plan" if look else "the end of a pause"
        return _rest(account, what, look, *_ends(account))
    found = _next_ask(account)
    if look is not None and found.due_at is not None and found.due_at > (morning := _morning(account, look)):
        return _due(account, PAUSED, morning, "the next instalment of the payment plan", waits=False)
    return found


def _next_ask(account: OpenAccount) -> AccountPlan:
    """The next step of the procedure over what is asked for now."""
    row = account.row
    if row.cycle_started_on is None:
        row.cycle_started_on, row.cycle_step = _first_day(account), 0
    step = _next(account)
    if step is None:
        return _wait_for_person(account, SMALL_BALANCE, "a person to decide on a balance too small to be asked for")
    if step.needs_person and step.due_on <= account.today:
        if shut := closed_gates(account):
            return _gated(account, shut)
        if _approved(account):
            return _due(account, PLACEMENT, account.now, "the hand-over to the collection agency", waits=False)
        return _wait_for_person(
            account, step.kind.value, "a named person to approve the hand-over to a collection agency"
        )
    kind = step.kind.value
    words = {StepKind.STATEMENT: "the statement", StepKind.REMINDER: "a reminder"}.get(
        step.kind, kind.replace("_", " ")
    )
    return _by_route(account, kind, _morning(account, step.due_on), words)


def _gated(account: OpenAccount, shut: tuple[Gate, ...]) -> AccountPlan:
    """No step towards an agency: time opens these gates, or a person does first what they need."""
    what = f"before an agency: {', '.join(gate.id.replace('_', ' ') for gate in shut)}"
    if {gate.id for gate in shut} & BY_PEOPLE:
        return _wait_for_person(account, COLLECTION_GATES, what)
    return _rest(account, what, opens_on(shut), *_ends(account))


def _by_route(account: OpenAccount, kind: str, at: datetime, words: str) -> AccountPlan:
    """The step by the way that is allowed, from the moment on at which it is; a person where there is no way."""
    if kind == StepKind.REMINDER and (stopped := account.stopped(CONTACT)):
        return _rest(account, f"the end of a pause ({stopped[0].kind})", *_ends(account))
    way = reaching.route(account, kind, at)
    if way is None:
        return _wait_for_person(account, BAD_ADDRESS, "an address at which the guarantor can be reached")
    return _due(account, kind, way.at, words, waits=False)


def _rest(account: OpenAccount, what: str, *until: date | None) -> AccountPlan:
    """Nothing is asked now: look again on the first of these days, and once a month at least."""
    days = [day for day in until if day is not None and day > account.today]
    day = min([*days, account.today + REST])
    return _due(account, PAUSED, _morning(account, day), what, waits=False)


def _ends(account: OpenAccount) -> list[date]:
    """The first days without each of the holds whose end is known."""
    return [hold.until + timedelta(days=1) for hold in account.holds if hold.until is not None]


def contact_policy(account: OpenAccount) -> ContactPolicy:
    """The house's schedule of today as steps of one cycle."""
    rules = statement_policy(account.session, account.today)
    day = rules.statement_after_days
    steps = [PlannedStep(kind=StepKind.STATEMENT, after_days=day)]
    for _ in range(rules.reminders):
        day += rules.reminder_interval_days
        steps.append(PlannedStep(kind=StepKind.REMINDER, after_days=day))
    day += rules.reminder_interval_days
    steps.append(PlannedStep(kind=StepKind.FINAL_NOTICE, after_days=day))
    day += rules.final_notice_days
    steps.append(PlannedStep(kind=StepKind.PLACEMENT_APPROVAL, after_days=day))
    return ContactPolicy(steps=tuple(steps), small_balance_cents=rules.small_balance_cents)


def _first_day(account: OpenAccount) -> date:
    """Today; the day after the last cycle's where that began today too: one first letter a day is enough."""
    last = account.session.scalar(
        select(func.max(Statement.cycle_started_on)).where(
            Statement.account_number == account.row.number, Statement.step > 0
        )
    )
    return account.today if last is None else max(account.today, last + timedelta(days=1))


def _next(account: OpenAccount) -> Step | None:
    row = account.row
    assert row.cycle_started_on is not None
    last = account.session.scalar(
        select(Statement.business_date)
        .where(
            Statement.account_number == row.number,
            Statement.cycle_started_on == row.cycle_started_on,
            Statement.kind != WITHDRAWN,
        )
        .order_by(Statement.number.desc())
        .limit(1)
    )
    return next_step(
        row.cycle_step,
        row.cycle_started_on,
        account.balance_cents,
        contact_policy(account),
        last_step_on=last,
        kept_back_on=_kept_back_on(account),
    )


def _kept_back_on(account: OpenAccount) -> date | None:
    """The last day on which a word was written and stayed in the house."""
    return account.session.scalar(
        select(func.max(Statement.business_date)).where(
            Statement.account_number == account.row.number, Statement.kind == WITHDRAWN
        )
    )


def _use_credit(account: OpenAccount) -> None:
    """What was paid ahead is used before anything is asked."""
    if account.credit_cents <= 0 or sum(account.payable.values()) <= 0:
        return
    legs = plan_credit_use(account.credit_cents, account.payable, account.row.number)
    used = -sum(leg.amount_cents for leg in legs if leg.ledger_account == "patient_receivable")
    if not legs:
        return
    key = f"credit:{account.row.number}:{account.now:%Y%m%dT%H%M%S%f}"
    ledger.post(
        account.session,
        account.ref.organisation_id,
        key=key,
        kind="patient_payment",
        cites=f"paid ahead, {used} cents used",
        by="system",
        business_date=account.today,
        legs=legs,
    )
    left = ledger.open_by_claim(account.session, account.row.number)
    settled = [number for number in account.owed if number not in left]
    account.owed = {number: cents for number, cents in left.items() if number in account.owed}
    for number in settled:
        ring_settled(account, number, key)


def ring_settled(account: OpenAccount, claim_number: int, reference: str) -> None:
    """Tell a claim that the patient's share of it is settled."""
    doorbells.ring(
        account.session,
        account.ref.organisation_id,
        Doorbell(
            recipient=Recipient.CLAIM,
            number=str(claim_number),
            kind=MessageKind.PATIENT_SETTLED,
            reference=reference,
            business_at=account.now,
        ),
    )


def _approved(account: OpenAccount) -> bool:
    """Whether a named person approved the hand-over in this cycle."""
    row = account.row
    assert row.cycle_started_on is not None
    since = _morning(account, row.cycle_started_on) - timedelta(days=1)
    return (
        account.session.scalar(
            select(Command.id)
            .where(
                Command.account_number == row.number,
                Command.verb == "approve_placement",
                Command.accepted.is_(True),
                Command.business_at >= since,
            )
            .limit(1)
        )
        is not None
    )


def _wait_for_person(account: OpenAccount, kind: str, words: str) -> AccountPlan:
    asked = account.session.scalar(
        select(WorkItem.id)
        .where(WorkItem.account_number == account.row.number, WorkItem.kind == kind, WorkItem.closed_on.is_(None))
        .limit(1)
    )
    row = account.row
    # Asked and closed again the same day without a decision: not asked at once again, or the story would spin.
    looks_again = row.next_what == words and row.next_at is not None and row.next_at > account.now
    if asked is None and not looks_again:
        return _due(account, kind, account.now, words, waits=True)
    due = row.next_at if row.next_at is not None and row.next_at > account.now else account.now + LOOK_AGAIN
    return _due(account, kind, due, words, waits=True)


def _due(account: OpenAccount, kind: str, at: datetime, what: str, *, waits: bool) -> AccountPlan:
    row = account.row
    row.stage = "waiting" if waits else "asked"
    row.next_at, row.next_what, row.owner = at, what, PATIENT_ACCOUNTS if waits else "system"
    return AccountPlan(settled=False, kind=kind, due_at=at, what=what, waits_for_person=waits)


def _morning(account: OpenAccount, day: date) -> datetime:
    zone = parties.time_zone(account.session, account.ref.organisation_id)
    return datetime.combine(day, MAILED_AT, tzinfo=zone).astimezone(account.now.tzinfo)
