"""Credits that no step of a claim saw: a patient's own, and those that the nightly look finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from activities.remittances.receive import remittance_received
from domain.doorbell import MessageKind
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.remittance.remittance import Remittance
from storage import cases, claims, ledger
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.activities.refund_desk import (
    PAID,
    order,
    pay_twice,
    rows,
    run,
    rung,
    sheet,
    sweep,
)
from tests.integration.storage.together import together


def test_a_patients_credit_rests_then_becomes_a_case_that_ends_at_the_bank(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    account = run(desk, lambda s: claims.get(s, desk.claim).account_number)

    def overpay(session: Session) -> None:
        ledger.post(
            session, LOCAL_PRACTICE, key="receipt:1", kind="patient_payment", cites="receipt 1", by="patient",
            business_date=desk.today.date(),
            legs=pair(LedgerAccount.BANK, LedgerAccount.PATIENT_CREDIT, 2500, "receipt 1", None, account),
        )  # fmt: skip

    run(desk, overpay)
    assert sweep(desk) == 0, "it may be used for a new share first"
    desk.pass_days(31)
    assert sweep(desk) == 1
    assert sweep(desk) == 0
    (case,) = rows(desk)
    assert (case.account_number, case.claim_number, case.owner) == (account, None, "patient_accounts")
    assert "unclaimed property" in case.due_rule
    assert desk.work() == ["refund_to_decide"]
    order(desk, case.number, "approve")
    order(desk, case.number, "sent", check="10443")
    assert {"bank", "patient_credit", "refunds_payable"}.isdisjoint(sheet(desk))
    assert desk.work() == []


def test_a_patients_credit_is_not_returned_out_of_a_payers_second_payment(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    desk.pass_days(90)
    assert sweep(desk) == 0
    assert [case.number for case in rows(desk)] == [number]
    assert rows(desk)[0].details["creditor"] == "payer"


def test_the_nightly_look_finds_a_credit_that_no_step_of_a_claim_saw(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    remitted = replace(desk.decision())

    def unseen(session: Session) -> None:
        remittance_received(
            desk._inbound(session),
            Remittance(
                handling="I", payment_cents=PAID, payment_method="ACH", payment_date=desk.today.date(),
                trace_number="AGAIN", payer_identifier="1999999999", payer_name="EVERGREEN", payee_npi="1234567893",
                claims=(remitted,),
            ),
        )  # fmt: skip

    run(desk, unseen)
    assert sweep(desk) == 1
    assert run(desk, lambda s: cases.listed(s, "refund", only_open=True, limit=5))[0]["amount_cents"] == PAID
    desk.act()
    assert len(rows(desk)) == 1, "the claim's own step finds the same overpayment"


def test_two_nightly_looks_at_once_open_one_case_for_a_credit(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    account = run(desk, lambda s: claims.get(s, desk.claim).account_number)
    legs = pair(LedgerAccount.BANK, LedgerAccount.PATIENT_CREDIT, 2500, "receipt 1", None, account)
    run(
        desk,
        lambda s: ledger.post(
            s, LOCAL_PRACTICE, key="receipt:1", kind="patient_payment", cites="receipt 1", by="patient",
            business_date=desk.today.date(), legs=legs,
        ),
    )  # fmt: skip
    desk.pass_days(31)
    together([lambda: sweep(desk)] * 4)
    assert [case.amount_cents for case in rows(desk)] == [2500]
    assert rung(desk, "case") == [MessageKind.OPEN]
