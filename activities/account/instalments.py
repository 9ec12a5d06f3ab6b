"""A payment plan on its account: kept, missed, mended, renegotiated, ended; never a letter while it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from activities.account.balance import OpenAccount
from domain.billing.payment_plan import PlanPolicy, PlanStanding, Progress, progress
from domain.remittance.balancing import dollars
from gateways.papers.statement import PLAN_MISSED
from storage import payment_plans, timeline, work_items
from storage.billing_rules import plan_policy
from storage.models import PaymentPlanRow, Statement

RENEGOTIATION = "plan_renegotiation"
NOT_KEPT = "the instalments did not come"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """What is due about a plan."""

    kind: str
    """``plan_missed``: a friendly letter; ``plan_renegotiation``: a person finds terms that can be kept."""
    due_on: date
    what: str


def standing_of(account: OpenAccount) -> Progress:
    """How the plan stands today; what rests of it (a dispute, a flag) counts as if it had come."""
    assert account.plan is not None
    return progress(
        payment_plans.instalments(account.plan), account.instalments_cents, plan_policy(account.today), account.today
    )


def due(account: OpenAccount) -> PlanStep | None:
    """What is due about the plan; None while it is kept, or when it has ended now."""
    plan = account.plan
    if plan is None:
        return None
    found, policy = standing_of(account), plan_policy(account.today)
    if found.standing is PlanStanding.DONE:
        # What is left of it rests: the plan was not kept to its end, and nothing of it is asked for.
        if account.planned_cents <= 0:
            finish(account)
        return None
    if found.missed_on is None:
        _mended(account, plan)
        return None
    return _follow_up(account, plan, found.missed_on, policy)


def next_look(account: OpenAccount) -> date | None:
    """The day on which the next instalment would be missed; None without a plan."""
    return None if account.plan is None else standing_of(account).next_look


def _follow_up(account: OpenAccount, plan: PaymentPlanRow, missed_on: date, policy: PlanPolicy) -> PlanStep | None:
    asked_on = missed_on + timedelta(days=policy.grace_days + 1)
    letters = _letters(account, plan)
    if plan.follow_ups < policy.follow_ups:
        last = letters[-1] + timedelta(days=policy.follow_up_days) if plan.follow_ups and letters else asked_on
        return PlanStep(kind=PLAN_MISSED, due_on=max(asked_on, last), what="a word about a missed instalment")
    if plan.asked_person_on is None:
        day = letters[-1] + timedelta(days=policy.follow_up_days) if letters else asked_on
        return PlanStep(kind=RENEGOTIATION, due_on=day, what="a person to find terms that can be kept")
    ends = plan.asked_person_on + timedelta(days=policy.renegotiate_days)
    if account.today >= ends:
        end(account, NOT_KEPT, by="system")
        return None
    # The kind is nothing that is asked again: the plan waits for the person.
    return PlanStep(kind="paused", due_on=ends, what="a person to find terms that can be kept")


def ask_person(account: OpenAccount) -> None:
    """Ask a person to renegotiate: the household's life has changed, or the instalment was too large."""
    plan = account.plan
    assert plan is not None
    missing = standing_of(account).missing_cents
    days = plan_policy(account.today).renegotiate_days
    work_items.open_item(
        account.session,
        account.ref.organisation_id,
        key=f"plan:{plan.number}:{RENEGOTIATION}:{account.today}",
        kind=RENEGOTIATION,
        reason=f"Plan {plan.number}: instalments of ${dollars(missing)} did not come, and a letter was not answered",
        remedy=(
            "Call and ask what changed; offer smaller instalments (`claimflow account plan change`) or financial "
            f"assistance; without an answer the plan ends in {days} days"
        ),
        owner="patient_accounts",
        due_on=account.today + timedelta(days=days),
        opened_on=account.today,
        account_number=account.row.number,
        details={"plan": plan.number, "missing_cents": missing},
    )
    plan.asked_person_on = account.today


def finish(account: OpenAccount) -> None:
    """Everything of it came: the plan was kept."""
    _close(account, payment_plans.KEPT, "everything was paid", "system", "The payment plan was kept to its end")


def end(account: OpenAccount, reason: str, *, by: str) -> None:
    """The plan ends unpaid: its claims go back to the procedure, which begins anew with a statement."""
    _close(account, payment_plans.ENDED, reason, by, "The payment plan ended")
    account.row.cycle_started_on, account.row.cycle_step = None, 0


def _close(account: OpenAccount, state: str, reason: str, by: str, what: str) -> None:
    plan = account.plan
    assert plan is not None
    plan.state, plan.ended_on, plan.ended_reason = state, account.today, reason
    account.plan = None
    work_items.close_items(
        account.session, account_number=account.row.number, kinds=(RENEGOTIATION,), by=by, on=account.today
    )
    timeline.note(
        account.session,
        account.ref.organisation_id,
        key=f"plan:{plan.number}:{state}",
        at=account.now,
        by=by,
        what=what,
        why=reason,
        account_number=account.row.number,
    )
    account.session.flush()


def _mended(account: OpenAccount, plan: PaymentPlanRow) -> None:
    if plan.follow_ups or plan.asked_person_on:
        plan.follow_ups, plan.asked_person_on = 0, None
        work_items.close_items(
            account.session, account_number=account.row.number, kinds=(RENEGOTIATION,), by="system", on=account.today
        )


def _letters(account: OpenAccount, plan: PaymentPlanRow) -> list[date]:
    """Days of the letters about missed instalments of this plan, since it was agreed or changed."""
    assert plan.agreed_on is not None
    return list(
        account.session.scalars(
            select(Statement.business_date)
            .where(
                Statement.account_number == account.row.number,
                Statement.kind == PLAN_MISSED,
                Statement.business_date >= plan.agreed_on,
            )
            .order_by(Statement.number)
        )
    )
