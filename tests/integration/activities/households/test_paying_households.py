"""Households that pay: at once, after the second statement, by a plan that is kept, by one that was mended."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.inbound.context import Inbound
from activities.inbound.lockbox import lockbox_received
from domain.billing.contact_policy import Channel
from domain.billing.lockbox import LockboxFile, LockboxPayment
from domain.claim.stages import Stage
from storage import ledger, payment_plans
from storage.models import Statement
from storage.organisations import LOCAL_PRACTICE
from tests.support.household_life import Life
from tests.support.household_people import approve_placement, change_plan
from tests.support.household_server import BY_STEPS

OWED = 15_000


def paid_up(life: Life) -> bool:
    """Nothing is open anywhere: what the payer and the household paid, and the contract's part, are the charge."""
    sheet = life.sheet()
    owing = {account for account in sheet if account.endswith(("receivable", "credit"))}
    return not owing and life.open_cents == 0 and -sheet["revenue"] == 17_500


def plan_state(life: Life) -> str:
    with life.books.transaction(LOCAL_PRACTICE) as session:
        return str(payment_plans.of_account(session, life.account)[0]["state"])


def test_a_household_that_pays_at_once_gets_one_statement_and_never_another_word(life: Life) -> None:
    life.do_what_is_due()
    assert life.received() == [(0, "statement")]
    statement = life.latest("statement")
    assert (statement.channel, statement.cents) == ("mail", OWED)
    assert "150.00" in statement.text
    assert "deductible" in statement.text.lower()

    life.until_day(5)
    life.pay(OWED)
    life.until_day(240)

    assert life.received() == [(0, "statement")]
    assert paid_up(life)
    assert "balance" in life.shut(), "nothing is open that an agency could have"
    assert life.told("Statement over $150.00 issued", "Patient paid")
    assert life.work() == []
    assert life.plan().settled
    assert life.stage() is Stage.CLOSED


def test_a_household_that_pays_the_second_statement_gets_no_third(life: Life) -> None:
    life.until_day(30)
    assert life.received() == [(0, "statement"), (30, "reminder")]

    life.until_day(33)
    life.pay(OWED)
    life.until_day(240)

    assert life.received() == [(0, "statement"), (30, "reminder")]
    assert paid_up(life)
    assert life.told("Statement over $150.00", "Reminder over $150.00", "Patient paid")
    assert life.stage() is Stage.CLOSED


@BY_STEPS
def test_a_reminder_that_lies_ready_when_the_payment_commits_stays_in_the_house(life: Life) -> None:
    life.until_day(29)
    life.before_hand_over = lambda: life.pay(OWED)
    life.until_day(240)

    assert life.received() == [(0, "statement")], "the reminder was written, and the money came before it left"
    assert life.told("Statement over", "Reminder over", "Patient paid")
    assert paid_up(life)


@BY_STEPS
def test_a_household_that_agreed_to_texts_is_reminded_by_one_that_names_no_sum(life: Life) -> None:
    life.prefer(Channel.TEXT, phone="5185550111")
    life.until_day(30)
    assert [(one.day, one.what, one.channel) for one in life.mailbag] == [
        (0, "statement", "mail"),
        (30, "reminder", "text"),
    ]
    assert "150" not in life.latest("reminder").text

    life.heard("answer", Channel.TEXT, "STOP")
    life.until_day(60)
    assert life.mailbag[-1].channel == "mail"
    life.pay(OWED)
    life.until_day(240)
    assert len(life.mailbag) == 3
    assert paid_up(life)


@BY_STEPS
def test_a_part_that_is_paid_is_not_asked_for_again_and_the_rest_ends_at_zero(life: Life) -> None:
    life.until_day(10)
    life.pay(6_000)
    life.until_day(30)
    assert life.latest("reminder").cents == 9_000
    assert "90.00" in life.latest("reminder").text
    life.pay(9_000)
    life.until_day(240)
    assert life.received() == [(0, "statement"), (30, "reminder")]
    assert paid_up(life)


def test_a_check_that_quotes_its_statement_pays_the_visit_on_it_and_not_an_older_one(life: Life) -> None:
    first = life.desk.claim
    life.hold("dispute:first", claim=first)
    later = life.another_visit().claim
    life.do_what_is_due()
    (statement,) = life.run(lambda s: s.scalars(select(Statement.number)).all())
    life.lift("dispute:first")
    slip = LockboxPayment(
        line=2,
        deposit="LB-1",
        check_number="501",
        account_number=life.account,
        statement_number=statement,
        amount_cents=OWED + 100,
        received_on=life.today,
    )

    def from_the_bank(session: Session) -> dict[int, int]:
        inbound = Inbound(
            session=session,
            organisation_id=LOCAL_PRACTICE,
            file_id=1,
            ordinal=1,
            business_at=life.now,
            today=life.today,
        )
        lockbox_received(inbound, LockboxFile(payments=(slip,)))
        return ledger.open_by_claim(session, life.account)

    assert life.run(from_the_bank) == {first: OWED - 100}, f"visit {later} is paid, and the rest went to the oldest"


def test_a_plan_that_is_kept_for_five_months_brings_no_letter_and_no_agency(life: Life) -> None:
    life.until_day(12)
    plan = life.agree_plan(monthly_cents=3_000)
    assert plan["total_cents"] == OWED, "without interest"
    assert len(plan["instalments"]) == 5
    assert "no_plan" in life.shut(), "a plan stands"
    approve_placement(life)

    pay_every_instalment(life)
    life.until_day(300)

    assert life.received() == [(0, "statement")]
    assert life.placements() == []
    assert plan_state(life) == "kept"
    assert paid_up(life)
    assert life.told("Statement over", "plan was offered", "plan was agreed", "plan was kept")
    assert life.work() == []
    assert life.stage() is Stage.CLOSED


def test_a_plan_that_broke_is_met_with_a_friendly_letter_and_a_person_and_mended_to_its_end(life: Life) -> None:
    life.until_day(12)
    life.agree_plan(monthly_cents=5_000)
    first = life.day + 30
    life.until_day(first)
    life.pay(5_000)
    life.until_day(first + 50)

    assert life.received() == [(0, "statement"), (life.mailbag[-1].day, "plan_missed")]
    letter = life.latest("plan_missed")
    assert letter.cents == 5_000, "only the instalment that is missing"
    assert letter.day > first + 30 + 10, "the days of grace are over"
    assert "That can happen" in letter.text
    assert {"no_plan", "balance"} & set(life.shut()), "while the plan stands nobody goes to an agency"

    life.until_day(letter.day + 14)
    assert "plan_renegotiation" in life.work()
    change_plan(life, 2_500, "fewer hours at work")
    assert "plan_renegotiation" not in life.work()
    pay_every_instalment(life)
    life.until_day(400)

    assert [what for _, what in life.received()] == ["statement", "plan_missed"]
    assert plan_state(life) == "kept"
    assert paid_up(life)
    assert life.told("plan was agreed", "Plan missed over $50.00", "plan was changed", "plan was kept")
    assert life.placements() == []
    assert life.stage() is Stage.CLOSED


def pay_every_instalment(life: Life) -> None:
    """Each on its day."""
    with life.books.transaction(LOCAL_PRACTICE) as session:
        plan = payment_plans.standing(session, life.account)
        assert plan is not None
        terms = payment_plans.instalments(plan)
    for one in terms:
        life.until_day((one.due_on - life.begin.date()).days)
        life.pay(one.cents)
        life.do_what_is_due()
