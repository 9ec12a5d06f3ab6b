"""A patient's check comes back: its posting is reversed, the claim and the account open again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cash.by_hand import Entering, enter_payments
from activities.cash.returned import take_back_payment
from domain.cash.payment import HandPayment, PaymentMethod
from domain.claim.stages import Owes, Stage
from storage import ledger, periods
from storage.models import Claim, Receipt, WorkflowMessage, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk

SHARE = 15_000


def entering(desk: Desk, session: Session) -> Entering:
    return Entering(
        session=session, organisation_id=LOCAL_PRACTICE, by="dana", at=desk.today, today=desk.today.date()
    )


def pay(desk: Desk, cents: int, reference: str) -> int:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        payment = HandPayment(
            account_number=session.get_one(Claim, desk.claim).account_number,
            amount_cents=cents,
            method=PaymentMethod.CHECK,
            reference=reference,
            received_on=desk.today.date(),
        )
        enter_payments(entering(desk, session), [payment])
        return session.scalars(select(Receipt.id).where(Receipt.reference == reference)).one()


def bounce(desk: Desk, receipt: int) -> bool:
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        done = take_back_payment(entering(desk, session), receipt, what="returned check", reason="not sufficient funds")
        return bool(done["new"])


def test_a_returned_check_opens_its_closed_claim_and_its_account_again(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision("PR-1"))
    before = desk.balances()
    assert before["patient_receivable"] == SHARE
    receipt = pay(desk, SHARE, "1001")
    assert desk.act().stage == Stage.CLOSED

    desk.pass_days(9)
    assert bounce(desk, receipt)
    opened = desk.act()

    assert (opened.stage, opened.owes) == (Stage.PATIENT_BALANCE, Owes.PATIENT)
    assert desk.balances() == before
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        assert "bank" not in {name for name, cents in ledger.trial_balance(session).items() if cents}
        bells = session.scalars(
            select(WorkflowMessage.recipient).where(WorkflowMessage.business_at == desk.today)
        ).all()
        assert {"claim", "account"} <= set(bells)
        asked = session.scalars(select(WorkItem).where(WorkItem.kind == "payment_returned")).one()
        assert (asked.owner, asked.due_on) == ("patient_accounts", desk.today.date() + timedelta(days=7))
        assert "not sufficient funds" in asked.reason
    assert "The patient's payment came back" in desk.timeline()
    assert not bounce(desk, receipt), "a repeat changes nothing"
    assert desk.balances() == before


def test_what_a_credit_from_the_check_paid_is_owed_again_and_other_credit_stays(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    good = pay(desk, 1_000, "1001")
    bad = pay(desk, 4_000, "1002")
    assert good != bad
    assert bounce(desk, bad)
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        booked = ledger.trial_balance(session)
    assert (booked["bank"], booked["patient_credit"]) == (1_000, -1_000)


def test_a_check_of_a_closed_month_is_taken_back_in_the_open_one(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    receipt = pay(desk, 1_000, "1001")
    month = desk.today.date().replace(day=1)
    desk.pass_days(40)
    with desk.books.system() as session:
        periods.close(session, LOCAL_PRACTICE, month, by="dana", today=desk.today.date())
    assert bounce(desk, receipt)
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        assert ledger.is_balanced(session)
        assert ledger.trial_balance(session)["bank"] == 0
