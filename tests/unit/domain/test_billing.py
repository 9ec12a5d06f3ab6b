from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.schedule import ContactPolicy, PlannedStep, Step, StepKind, next_step
from domain.billing.statement import (
    StatementContent,
    StatementService,
    claim_on_statement,
    shares_of,
)
from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.posting import (
    plan_charge,
    plan_credit_use,
    plan_patient_payment,
    plan_remittance_claim,
    plan_write_off,
)
from domain.remittance.remittance import RemittedClaim
from tests.unit.domain.remits import cas, claims, remitted, remitted_line, rules

START = date(2026, 5, 1)
QUARTERLY = ContactPolicy(
    steps=(
        PlannedStep(kind=StepKind.STATEMENT, after_days=0),
        PlannedStep(kind=StepKind.REMINDER, after_days=30),
        PlannedStep(kind=StepKind.REMINDER, after_days=60),
        PlannedStep(kind=StepKind.FINAL_NOTICE, after_days=90),
        PlannedStep(kind=StepKind.PLACEMENT_APPROVAL, after_days=120),
    ),
    small_balance_cents=500,
)
VISIT = StatementService(service_date=date(2026, 3, 2), what="Office visit", charge_cents=12500)


def books(claim: RemittedClaim, *more: tuple[Leg, ...]) -> Counter[LedgerAccount]:
    legs = [
        *plan_charge(claim.charge_cents, 7, 3),
        *plan_remittance_claim(claim, claim_number=7, account_number=3, contractual=rules().contractual),
        *(leg for group in more for leg in group),
    ]
    sums: Counter[LedgerAccount] = Counter()
    for leg in legs:
        if leg.claim_number == 7:
            sums[leg.ledger_account] += leg.amount_cents
    return sums


PAID = remitted(remitted_line(12500, cas("CO-45", 2500), cas("PR-1", 4000), cas("PR-3", 2000)))


def test_a_statement_says_in_plain_words_what_is_owed_and_why() -> None:
    visit = claim_on_statement(claim_number=7, services=[VISIT], balances=books(PAID), adjustments=PAID.all_adjustments)
    content = StatementContent(claims=(visit,), credit_cents=500)
    assert content.lines == (
        "2026-03-02  Office visit  $125.00",
        "  charge  $125.00",
        "  your insurance paid  $40.00",
        "  adjustments that you do not owe  $25.00",
        "  you owe  $60.00",
        "  of your share: deductible  $40.00",
        "  of your share: copay  $20.00",
        "Paid ahead  -$5.00",
        "Please pay  $55.00",
    )
    assert visit.adds_up


def test_what_a_payer_paid_twice_and_took_back_is_not_told_as_paid() -> None:
    # The second payment left unapplied cash for this claim; the provider's side of the recoupment names no claim.
    twice = dict(books(PAID))
    twice[LedgerAccount.UNAPPLIED_CASH] += 4000
    visit = claim_on_statement(
        claim_number=7,
        services=[VISIT],
        balances=twice,
        adjustments=PAID.all_adjustments,
        returned_to_payer_cents=4000,
    )
    assert (visit.insurance_paid_cents, visit.owed_cents) == (4000, 6000)
    assert visit.adds_up


def test_payments_and_credits_of_the_patient_are_shown_and_lower_what_is_owed() -> None:
    payment = plan_patient_payment(1500, {7: 6000}, 3, "R1")
    credit = plan_credit_use(1000, {7: 4500}, 3)
    write_off = plan_write_off(500, "ann", 7, 3, LedgerAccount.PATIENT_RECEIVABLE)
    visit = claim_on_statement(
        claim_number=7,
        services=[VISIT],
        balances=books(PAID, payment, credit, write_off),
        adjustments=PAID.all_adjustments,
    )
    assert (visit.patient_paid_cents, visit.adjusted_cents, visit.owed_cents) == (2500, 3000, 3000)
    assert visit.adds_up


@given(claims)
def test_a_statement_adds_up_whatever_the_payer_said(claim: RemittedClaim) -> None:
    visit = claim_on_statement(
        claim_number=7, services=[VISIT], balances=books(claim), adjustments=claim.all_adjustments
    )
    assert visit.adds_up
    assert sum(share.amount_cents for share in visit.shares) == visit.owed_cents


def test_a_share_that_was_taken_back_is_not_told() -> None:
    shares = shares_of([cas("PR-1", 4000), cas("PR-1", -4000), cas("PR-204", 900), cas("CO-45", 1)])
    assert [(share.why, share.amount_cents) for share in shares] == [("not covered by your plan", 900)]


def test_a_credit_larger_than_the_debt_asks_for_nothing() -> None:
    assert StatementContent(claims=(), credit_cents=100).owed_cents == 0


def walk(balance: int = 5000) -> list[Step]:
    steps: list[Step] = []
    while (step := next_step(len(steps), START, balance, QUARTERLY)) is not None:
        steps.append(step)
    return steps


def test_the_standard_schedule_ends_with_the_approval_of_a_placement_by_a_person() -> None:
    assert [(step.kind.value, (step.due_on - START).days) for step in walk()] == [
        ("statement", 0), ("reminder", 30), ("reminder", 60), ("final_notice", 90), ("placement_approval", 120),
    ]  # fmt: skip
    assert [step.needs_person for step in walk()] == [False, False, False, False, True]
    assert [step.number for step in walk()] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("balance", [0, -300, 499])
def test_nothing_is_asked_when_nothing_or_too_little_is_owed(balance: int) -> None:
    assert walk(balance) == []


def test_a_small_balance_limit_of_five_dollars_asks_for_five_dollars() -> None:
    assert walk(500)[0].kind is StepKind.STATEMENT


@given(st.integers(1, 4), st.integers(0, 200))
def test_a_late_step_moves_the_next_so_that_letters_keep_their_distance(done: int, late: int) -> None:
    planned = QUARTERLY.steps
    last = START + timedelta(days=planned[done - 1].after_days + late)
    step = next_step(done, START, 5000, QUARTERLY, last)
    assert step is not None
    assert (step.due_on - last).days == planned[done].after_days - planned[done - 1].after_days


def test_a_reminder_that_stayed_in_the_house_is_due_again_the_next_day_not_a_month_later() -> None:
    first, written = START, START + timedelta(days=30)
    step = next_step(1, START, 5000, QUARTERLY, first, kept_back_on=written)
    assert step is not None
    assert (step.kind, step.due_on) == (StepKind.REMINDER, written + timedelta(days=1))


def test_a_reminder_kept_back_early_waits_for_its_own_day() -> None:
    step = next_step(1, START, 5000, QUARTERLY, START, kept_back_on=START + timedelta(days=3))
    assert step is not None
    assert step.due_on == START + timedelta(days=30)


def test_a_first_statement_kept_back_is_not_written_twice_on_one_day() -> None:
    step = next_step(0, START, 5000, QUARTERLY, None, kept_back_on=START)
    assert step is not None
    assert step.due_on == START + timedelta(days=1)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "follow each other"),
        ([("statement", 0), ("reminder", 0)], "follow each other"),
        ([("statement", 5), ("reminder", 3)], "follow each other"),
        ([("statement", 0), ("placement_approval", 30), ("reminder", 60)], "last step"),
        ([("reminder", 0)], "begins with a statement"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(steps: list[tuple[str, int]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        ContactPolicy(
            steps=tuple(PlannedStep(kind=StepKind(kind), after_days=days) for kind, days in steps),
            small_balance_cents=0,
        )
