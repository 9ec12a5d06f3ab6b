"""The nightly look at the bank: match what can be matched, then ask a person for what is overdue on either side."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.cash.workdays import federal_holidays
from domain.cash.deposit import plain_trace
from domain.cash.matching import Announced, OpenDeposit
from domain.cash.policy import CashPolicy
from domain.deadlines.business_days import add_business_days
from domain.remittance.balancing import dollars
from storage import deposit_matching, deposits, work_items
from storage.models import BankDeposit, DepositMatch
from storage.reference import cash_policy

LOOKED_AT_WITHIN = timedelta(days=3)


def match_and_ask(session: Session, organisation_id: int, today: date) -> int:
    """Match deposits, then open one work item for each that is overdue; returns how many items are new."""
    policy = cash_policy(session, today)
    window = timedelta(days=policy.deposit_window_days)
    deposit_matching.match_open(session, organisation_id, today=today, window=window)
    first = session.scalar(select(func.min(BankDeposit.deposited_on)))
    if first is None:
        return 0  # the bank has never told this practice anything: nothing of it can be missing
    waiting, announced = deposits.open_deposits(session), deposits.announced(session)
    overdue = [d for d in waiting if _late(d.deposited_on, policy.remittance_business_days, today)]
    asked = sum(_ask_remittance(session, organisation_id, deposit, announced, policy, today) for deposit in overdue)
    for remittance in announced:
        due = _due(remittance.payment_date, policy.deposit_business_days)
        if first <= due < today:
            asked += _ask_deposit(session, organisation_id, remittance, policy, today)
    return asked


def _late(day: date, business_days: int, today: date) -> bool:
    return _due(day, business_days) < today


def _due(day: date, business_days: int) -> date:
    return add_business_days(day, business_days, federal_holidays(day.year))


def _ask_remittance(
    session: Session,
    organisation_id: int,
    deposit: OpenDeposit,
    announced: list[Announced],
    policy: CashPolicy,
    today: date,
) -> bool:
    """No name in the text: a check's payer may be a patient."""
    trace = f", trace {deposit.trace_number}," if deposit.trace_number else ""
    same = [r for r in announced if trace and plain_trace(r.trace_number) == plain_trace(deposit.trace_number)]
    hint = "".join(f"; remittance {r.id} has that trace, and {dollars(r.open_cents)} of it is open" for r in same)
    return work_items.open_item(
        session,
        organisation_id,
        key=deposit_matching.missing_key("deposit", deposit.id, _matches(session, DepositMatch.deposit_id, deposit.id)),
        kind=deposit_matching.REMITTANCE_MISSING,
        reason=(
            f"Deposit {deposit.id} of {deposit.deposited_on}{trace} has {dollars(deposit.open_cents)} that no "
            f"remittance explains after {policy.remittance_business_days} business days{hint}"
        ),
        remedy="Ask the payer for its 835, match it (`claimflow deposit match`), or say what it is (`deposit explain`)",
        owner="biller",
        due_on=today + LOOKED_AT_WITHIN,
        opened_on=today,
        details={"deposit": deposit.id, "open_cents": deposit.open_cents},
    )


def _ask_deposit(
    session: Session, organisation_id: int, remittance: Announced, policy: CashPolicy, today: date
) -> bool:
    matches = _matches(session, DepositMatch.remittance_id, remittance.id)
    return work_items.open_item(
        session,
        organisation_id,
        key=deposit_matching.missing_key("remittance", remittance.id, matches),
        kind=deposit_matching.DEPOSIT_MISSING,
        reason=(
            f"Remittance {remittance.id}, trace {remittance.trace_number}, paid {dollars(remittance.open_cents)} on "
            f"{remittance.payment_date} that the bank does not show after {policy.deposit_business_days} business days"
        ),
        remedy="Ask the bank, then the payer to trace the payment; match it by hand when it came under another number",
        owner="biller",
        due_on=today + LOOKED_AT_WITHIN,
        opened_on=today,
        details={"remittance": remittance.id, "open_cents": remittance.open_cents},
    )


def _matches(session: Session, column: object, number: int) -> int:
    return session.scalar(select(func.count()).select_from(DepositMatch).where(column == number)) or 0  # type: ignore[arg-type]
