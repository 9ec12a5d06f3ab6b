"""A payer pays twice: one case, approved and sent or recouped instead, and the claim closes with its books at zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases import looking, orders
from activities.cases.desk import Desk as CaseDesk
from activities.cases.finding import look_for_credits
from activities.remittances.receive import remittance_received
from contracts.case import CaseAnswer, CaseOrderBody, CaseRef, CaseSnapshot, MisfitOrder, OrderedCase
from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from domain.doorbell import MessageKind
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.remittance.remittance import ProviderAdjustment, Remittance, RemittedClaim
from storage import cases, claims, ledger
from storage.models import CaseRow, PayerPolicyRow, ProviderAdjustmentRow, WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from storage.reference import HOUSE, refund_policy
from tests.integration.activities.conftest import Desk
from tests.integration.activities.test_next_payer import SUPPLEMENT, primary, told
from tests.integration.storage.together import together

PAID = 14_000
BOOKS = {"contractual": 3500, "revenue": -17_500}
"""Of a claim that is paid, whatever came on top."""


def run(desk: Desk, work: Callable[[Session], Any]) -> Any:
    return desk.books.run(LOCAL_PRACTICE, work)


def pay_twice(desk: Desk) -> int:
    """The same decision under two traces; the number of the case that opens."""
    desk.remit(desk.decision())
    desk.remit(desk.decision())
    (case,) = rows(desk)
    return case.number


def rows(desk: Desk) -> list[CaseRow]:
    return list(run(desk, lambda s: list(s.scalars(select(CaseRow).order_by(CaseRow.number)))))


def ref(desk: Desk, number: int) -> CaseRef:
    return CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=desk.today)


def order(desk: Desk, number: int, verb: str, **more: str) -> CaseAnswer:
    body = CaseOrderBody(
        verb=verb,
        id=more.pop("id", f"{verb}-{desk.today:%m%d}"),
        by=more.pop("by", "bea" if verb == "sent" else "ann"),
        reason=more.pop("reason", "it paid twice"),
        check=more.pop("check", ""),
    )
    answer: CaseAnswer = run(desk, lambda s: orders.apply_order(s, OrderedCase(case=ref(desk, number), order=body)))
    return answer


def remind(desk: Desk, number: int) -> CaseSnapshot:
    snapshot: CaseSnapshot = run(desk, lambda s: looking.remind(s, ref(desk, number)))
    return snapshot


def hold_back(desk: Desk, *entries: tuple[str, str, int], trace: str = "PLB1", payer: str = "1999999999") -> None:
    """A remittance with nothing but PLB entries; interest that it owes covers what is held back."""
    covered = ("L6", "LATE", -sum(cents for _, _, cents in entries))
    entries = (*entries, covered) if covered[2] else entries
    adjustments = tuple(
        ProviderAdjustment(reason=reason, reference=reference, amount_cents=cents)
        for reason, reference, cents in entries
    )
    remittance = Remittance(
        handling="H",
        payment_cents=0,
        payment_method="NON",
        payment_date=desk.today.date(),
        trace_number=trace,
        payer_identifier=payer,
        payer_name="EVERGREEN",
        payee_npi="1234567893",
        provider_adjustments=adjustments,
        claims=(),
    )
    run(desk, lambda s: remittance_received(desk._inbound(s), remittance))


def take_back(desk: Desk, *, trace: str = "BACK") -> Stage:
    """The payer reverses one payment; what it is short of for that is carried forward (PLB FB)."""
    reversal = desk.decision(status="22", sign=-1)
    remittance = Remittance(
        handling="H",
        payment_cents=0,
        payment_method="NON",
        payment_date=desk.today.date(),
        trace_number=trace,
        payer_identifier="1999999999",
        payer_name="EVERGREEN",
        payee_npi="1234567893",
        provider_adjustments=(ProviderAdjustment(reason="FB", reference="FORWARD", amount_cents=-PAID),),
        claims=(reversal,),
    )
    run(desk, lambda s: remittance_received(desk._inbound(s), remittance))
    return desk.act().stage


def sheet(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = run(desk, ledger.trial_balance)
    return {account: cents for account, cents in found.items() if cents}


def sweep(desk: Desk) -> int:
    found: int = run(desk, lambda s: look_for_credits(CaseDesk.at(s, LOCAL_PRACTICE, desk.today)))
    return found


def rung(desk: Desk, recipient: str) -> list[str]:
    statement = select(WorkflowMessage.kind).where(WorkflowMessage.recipient == recipient).order_by(WorkflowMessage.id)
    return list(run(desk, lambda s: list(s.scalars(statement))))


def test_a_payer_pays_twice_and_its_money_is_approved_sent_and_the_claim_closed(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    (case,) = rows(desk)
    assert (case.claim_number, case.amount_cents, case.state) == (desk.claim, PAID, "open")
    assert case.details["payer_code"] == "PPO01"
    assert case.due_on == date(2026, 4, 2), "a commercial payer's, by the house's rule"
    assert desk.work() == ["payer_overpaid"]
    assert rung(desk, "case") == [MessageKind.OPEN]

    assert order(desk, number, "approve").accepted
    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID, "refunds_payable": -PAID}
    assert set(desk.work()) == {"payer_overpaid", "refund_to_send"}
    assert order(desk, number, "sent", check="10442").accepted

    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID}
    assert sheet(desk)["bank"] == -PAID
    assert desk.act().stage is Stage.CLOSED
    assert desk.work() == []
    (case,) = rows(desk)
    assert (case.state, case.decision, case.decided_by, case.details["check"]) == ("closed", "refunded", "bea", "10442")
    assert sweep(desk) == 0
    assert len(rows(desk)) == 1


def test_an_order_given_twice_is_carried_out_once(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    for _ in range(2):
        assert order(desk, number, "approve", id="desk-1").accepted
    assert sheet(desk)["refunds_payable"] == -PAID
    assert "another order" in order(desk, number, "reject", id="desk-1").refusal
    assert "not possible while the case is approved" in order(desk, number, "approve", id="desk-2").refusal
    assert order(desk, number, "sent", check="10442", id="desk-3").accepted
    assert "the case is closed (refunded)" in order(desk, number, "reject", id="desk-4").refusal


def test_a_second_payment_taken_back_by_the_payer_closes_the_case(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    assert take_back(desk) is Stage.CLOSED
    (case,) = rows(desk)
    assert (case.state, case.decision) == ("closed", "taken_back")
    assert desk.work() == []
    assert rung(desk, "case")[-1] == MessageKind.BALANCE_CHANGED


def test_an_approved_refund_is_not_sent_once_the_payer_took_its_money_back(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    assert take_back(desk) is Stage.CLOSED
    assert desk.balances() == {**BOOKS, "unapplied_cash": PAID}
    assert "the case is closed (taken back)" in order(desk, number, "sent", check="10442").refusal


@pytest.mark.parametrize("approved", [False, True], ids=["open", "approved"])
def test_a_recoupment_that_names_the_claim_settles_the_case_in_place_of_a_check(
    new_desk: Callable[..., Desk], approved: bool
) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    if approved:
        order(desk, number, "approve")
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))

    (case,) = rows(desk)
    assert (case.state, case.decision, case.decided_by) == ("closed", "recouped", "payer")
    assert desk.balances() == {**BOOKS, "unapplied_cash": 2 * PAID}
    books = sheet(desk)
    assert {"provider_level", "refunds_payable", "bank"}.isdisjoint(books)
    assert books["remittance_clearing"] == 2 * PAID
    linked = run(desk, lambda s: s.scalars(select(ProviderAdjustmentRow.case_number).filter_by(reason="WO")).all())
    assert linked == [number]
    assert desk.act().stage is Stage.CLOSED
    assert not order(desk, number, "sent", check="10442").accepted


def test_a_recoupment_of_a_part_leaves_the_rest_to_be_returned(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    hold_back(desk, ("WO", f"{desk.claim}", 4000))
    (case,) = rows(desk)
    assert (case.state, case.amount_cents) == ("open", PAID - 4000)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    assert sheet(desk)["bank"] == -(PAID - 4000)
    assert desk.act().stage is Stage.CLOSED
    assert sweep(desk) == 0


def test_a_recoupment_after_the_check_was_sent_goes_to_a_person(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    desk.act()
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))
    assert desk.work() == ["refunded_and_recouped"]
    assert sheet(desk)["provider_level"] == PAID, "it stays at provider level: nothing is settled twice"


def test_a_returned_check_that_the_payer_acknowledges_is_no_recoupment(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    order(desk, number, "approve")
    order(desk, number, "sent", check="10442")
    desk.act()
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID), ("72", f"{desk.claim}-1", -PAID))
    assert desk.work() == []
    assert any("shows the refund" in what for what in desk.timeline())


def test_another_payers_recoupment_settles_nothing(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID), payer="1888888888")
    (case,) = rows(desk)
    assert case.state == "open"
    assert sheet(desk)["provider_level"] == PAID


def test_a_recoupment_without_a_claim_but_over_the_very_amount_is_shown_to_a_person(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    pay_twice(desk)
    hold_back(desk, ("WO", "SEE LETTER", PAID))
    assert set(desk.work()) == {"payer_overpaid", "recoupment_unmatched"}
    (case,) = rows(desk)
    assert case.state == "open"


def test_a_recoupment_that_came_before_the_case_settles_it_at_once(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    hold_back(desk, ("WO", f"{desk.claim}-1", PAID))
    desk.remit(desk.decision())
    (case,) = rows(desk)
    assert (case.state, case.decision) == ("closed", "recouped")
    assert desk.act().stage is Stage.CLOSED


def test_a_federal_payers_case_is_due_in_sixty_days_reminded_escalated_and_suspended_by_a_person(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(PayerKind.MEDICARE)
    number = pay_twice(desk)
    (case,) = rows(desk)
    assert case.due_on == desk.today.date() + timedelta(days=60)
    assert "42 CFR 401.305" in case.due_rule
    opened = desk.today

    desk.pass_days(47)
    assert remind(desk, number).owner == "biller"
    assert "refund_due" in desk.work()
    assert order(desk, number, "suspend", reason="a billing error in the same code is looked into").accepted
    (case,) = rows(desk)
    assert case.due_on == opened.date() + timedelta(days=180 + 13)
    desk.today = opened + timedelta(days=194)
    snapshot = remind(desk, number)
    assert (snapshot.owner, snapshot.state) == ("billing_manager", "open")
    assert "refund_overdue" in desk.work()


@pytest.mark.parametrize("kind", list(PayerKind))
def test_every_kind_of_payer_and_the_house_has_a_clock_with_its_rule(new_desk: Callable[..., Desk], kind: str) -> None:
    desk = new_desk()
    federal = kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE, PayerKind.MEDICAID)
    found = run(desk, lambda s: refund_policy(s, kind, "ANY", desk.today.date()))
    assert (found.refund_due_days == 60) is federal
    assert found.refund_due_rule
    assert run(desk, lambda s: refund_policy(s, HOUSE, "", desk.today.date())).refund_rests_days > 0


def test_a_contracts_own_term_goes_before_the_house_rule(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with desk.books.system() as session:
        for name, value in (("refund_due_days", "45"), ("refund_due_rule", "45 days (contract 2026, section 7)")):
            session.add(
                PayerPolicyRow(
                    payer_kind="commercial", payer_code="PPO01", name=name, value=value,
                    effective_from=date(2026, 1, 1), effective_to=None, source="contract 2026",
                )
            )  # fmt: skip
    pay_twice(desk)
    (case,) = rows(desk)
    assert case.due_on == desk.today.date() + timedelta(days=45)
    assert "contract 2026" in case.due_rule


def test_only_a_federal_payers_clock_is_suspended(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    refused = order(desk, pay_twice(desk), "suspend")
    assert not refused.accepted
    assert "federal payer" in refused.refusal


def test_a_rejected_case_is_not_opened_again_for_the_same_money(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    assert order(desk, number, "reject", reason="the contract lets us keep it").accepted
    assert desk.balances()["payer_receivable"] == -PAID
    assert sweep(desk) == 0
    assert [case.state for case in rows(desk)] == ["closed"]
    assert desk.act().stage is Stage.NEEDS_REVIEW


def test_a_third_payment_raises_the_open_case(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    pay_twice(desk)
    desk.remit(desk.decision())
    (case,) = rows(desk)
    assert case.amount_cents == 2 * PAID


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


def test_an_order_that_did_not_fit_is_a_work_item_until_the_case_is_closed(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    misfit = MisfitOrder(case=ref(desk, number), key="misfit:1", problems=("an order is one JSON object",))
    run(desk, lambda s: orders.record_misfit(s, misfit))
    assert set(desk.work()) == {"payer_overpaid", "command_refused"}
    order(desk, number, "reject")
    assert desk.work() == ["payer_overpaid"]


def supplement_paid(desk: Desk, icn: str) -> RemittedClaim:
    """The later payer, to whom the claim was sent on, takes over what the first left to the patient."""
    codes = ("1:OA-23:12600", "2:OA-23:2100")
    return told(desk, 1, "2", (2_400, 400), *codes, icn=icn)


def test_a_later_payer_that_pays_twice_is_the_one_who_is_owed_and_by_its_own_rule(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(PayerKind.MEDICARE, (SUPPLEMENT,))
    desk.remit(primary(desk, "19", "MA18"))
    desk.remit(supplement_paid(desk, "S1"))
    desk.remit(supplement_paid(desk, "S2"))

    (case,) = rows(desk)
    assert (case.details["payer_code"], case.amount_cents) == ("SUPP1", 2_800)
    assert case.due_on == desk.today.date() + timedelta(days=30), "a commercial plan's, although Medicare paid first"


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


def test_over_a_hundred_dollars_nobody_sends_what_they_approved_themselves(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    alone = order(desk, number, "sent", id="alone", by="ann", check="10442")
    assert not alone.accepted
    assert "from $100.00 on another person sends a refund" in alone.refusal
    assert rows(desk)[0].state == "approved"
    assert order(desk, number, "sent", id="together", by="bea", check="10442").accepted
    assert rows(desk)[0].state == "closed"


def test_a_house_may_let_one_person_do_both(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    row = PayerPolicyRow(
        payer_kind="commercial", payer_code="PPO01", name="refund_second_person_cents", value="0",
        effective_from=date(2026, 1, 1), effective_to=None, source="this house has one biller",
    )  # fmt: skip
    with desk.books.system() as session:
        session.add(row)
    number = pay_twice(desk)
    assert order(desk, number, "approve").accepted
    assert order(desk, number, "sent", by="ann", check="10442").accepted
