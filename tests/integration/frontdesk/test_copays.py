"""Copays: due by the payer's answer, collected once, told on the claim; unpaid ones are researched and hold nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from activities.case_books import CaseBooksInPostgres
from activities.cases.desk import Desk
from activities.frontdesk import copay_case, copays
from activities.frontdesk.questions import AppointmentQuestions
from contracts.case import CaseOrderBody, CaseRef, OrderedCase
from domain.cash.payment import PaymentMethod
from domain.checkin.copay import CopayResult, Ground
from domain.ledger.chart import LedgerAccount
from gateways.cards import CardAnswer, CardOrder
from storage import claims, frontdesk_copays, intake, ledger
from storage.models import CaseRow, Claim, CopayRow, PatientFlagRow, Receipt, WorkflowMessage, WorkItem
from tests.integration.frontdesk.conftest import (
    MEDICARE,
    MONDAY_AFTER,
    NOW,
    VISIT,
    FrontOffice,
    PayersLine,
    coverage,
)
from tests.integration.storage.samples import encounter

T = TypeVar("T")
DAY_AFTER = (MONDAY_AFTER - NOW.date()).days + 1


def at_desk(office: FrontOffice, work: Callable[[Desk], T], days: int = 7) -> T:
    now = NOW + timedelta(days=days)
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, now))
    )


async def visited(office: FrontOffice, line: PayersLine, member: str = "SUM100200300") -> CopayRow:
    row = office.appoint(coverage(member))
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    return at_desk(office, lambda desk: copays.due_at_check_in(desk, row.number))


def cash(number: int, cents: int = 2_500, reference: str = "R-1") -> Callable[[Desk], object]:
    return lambda desk: copays.collect_by_hand(
        desk, number, amount_cents=cents, method=PaymentMethod.CASH, reference=reference, by="Kim"
    )


def claim_of_the_visit(office: FrontOffice) -> int:
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER) for one in visit.content.lines)
    visit = replace(visit, content=replace(visit.content, lines=lines))
    return office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(session, office.organisation_id, visit, by="desk", business_at=NOW),
    ).claim_number


def copay(office: FrontOffice, number: int) -> CopayRow:
    with office.books.transaction(office.organisation_id) as session:
        return frontdesk_copays.get(session, number)


def paid_on_claim(office: FrontOffice, claim: int) -> int:
    with office.books.transaction(office.organisation_id) as session:
        return claims.content(session, claim).patient_paid_cents


async def test_a_copay_paid_at_the_desk_stands_on_the_claim_and_in_the_ledger_once(
    office: FrontOffice, line: PayersLine
) -> None:
    due = await visited(office, line)
    assert (due.due_cents, due.state) == (2_500, "due")
    at_desk(office, cash(due.number))
    at_desk(office, cash(due.number))
    claim = claim_of_the_visit(office)
    assert paid_on_claim(office, claim) == 2_500
    row = copay(office, due.number)
    assert (row.paid_cents, row.state, row.claim_number) == (2_500, "paid", claim)
    with office.books.transaction(office.organisation_id) as session:
        assert len(session.scalars(select(Receipt)).all()) == 1
        assert ledger.trial_balance(session)[LedgerAccount.PATIENT_CREDIT.value] == -2_500
    assert at_desk(office, copays.look_at_copays, DAY_AFTER) == 0


async def test_an_unpaid_copay_is_researched_once_and_never_holds_its_claim(
    office: FrontOffice, line: PayersLine
) -> None:
    due = await visited(office, line)
    claim = claim_of_the_visit(office)
    assert at_desk(office, copays.look_at_copays, DAY_AFTER) == 1
    assert at_desk(office, copays.look_at_copays, DAY_AFTER + 1) == 0
    with office.books.transaction(office.organisation_id) as session:
        row = session.get_one(Claim, claim)
        assert (row.held, row.held_for_review, row.next_what, row.stage) == (
            False,
            False,
            "eligibility is asked",
            "checked_in",
        )
        (case,) = session.scalars(select(CaseRow)).all()
        (item,) = session.scalars(select(WorkItem)).all()
        bells = session.scalars(select(WorkflowMessage.recipient).order_by(WorkflowMessage.id)).all()
    assert (case.kind, case.state, case.amount_cents, case.owner) == ("copay_research", "open", 2_500, "front_desk")
    assert item.claim_number is None, "it is a question about the account: nothing of the claim waits for it"
    assert bells == ["claim", "case"]
    assert paid_on_claim(office, claim) == 0
    at_desk(office, cash(due.number, 2_500), DAY_AFTER + 3)
    assert paid_on_claim(office, claim) == 2_500
    with office.books.transaction(office.organisation_id) as session:
        decided = session.get_one(CaseRow, case.number)
        assert (decided.state, decided.decision) == ("closed", "paid")
        assert session.scalars(select(WorkItem).where(WorkItem.closed_on.is_(None))).all() == []


async def test_the_research_sees_by_itself_that_nothing_was_owed(office: FrontOffice, line: PayersLine) -> None:
    due = await visited(office, line)

    def becomes_preventive(desk: Desk) -> None:
        from storage import frontdesk
        from storage.serialise import to_json

        row = frontdesk.get(desk.session, due.appointment_number)
        row.services = [to_json(replace(VISIT, preventive=True))]

    at_desk(office, becomes_preventive)
    at_desk(office, copays.look_at_copays, DAY_AFTER)
    row = copay(office, due.number)
    assert (row.state, row.decided_by) == ("exempt", "system")
    assert "45 CFR 147.130" in row.decided_reason


async def research(office: FrontOffice, line: PayersLine) -> tuple[CopayRow, int]:
    due = await visited(office, line)
    at_desk(office, copays.look_at_copays, DAY_AFTER)
    found = copay(office, due.number)
    assert found.case_number is not None
    return found, found.case_number


@pytest.mark.parametrize(
    ("result", "ground", "why"),
    [
        (CopayResult.PAID, None, "receipts do not say so"),
        (CopayResult.REFUND, None, "nothing was paid"),
        (CopayResult.EXEMPT, None, "names its ground"),
        (CopayResult.EXEMPT, Ground.HARDSHIP, "never as a routine"),
        (CopayResult.EXEMPT, Ground.QMB, "the books do not show it"),
    ],
)
async def test_nobody_waives_a_copay_without_its_proof(
    office: FrontOffice, line: PayersLine, result: CopayResult, ground: Ground | None, why: str
) -> None:
    _, case = await research(office, line)
    with pytest.raises(copay_case.NotThisWay, match=why):
        at_desk(
            office,
            lambda desk: copay_case.decide(desk, case, result, ground=ground, by="Kim", reason="friendly"),
            DAY_AFTER,
        )


async def test_documented_need_waives_it_and_the_decision_is_kept(office: FrontOffice, line: PayersLine) -> None:
    found, case = await research(office, line)

    def award(desk: Desk) -> None:
        desk.session.add(
            CaseRow(
                organisation_id=desk.organisation_id, key="assistance:1", kind="assistance",
                account_number=found.account_number, state="closed", decision="approved", opened_on=desk.today,
                due_on=desk.today, owner="patient_accounts", details={},
            )
        )  # fmt: skip

    at_desk(office, award)
    for _ in range(2):
        at_desk(
            office,
            lambda desk: copay_case.decide(
                desk, case, CopayResult.EXEMPT, ground=Ground.HARDSHIP, by="Kim", reason="award of this year"
            ),
            DAY_AFTER,
        )
    row = copay(office, found.number)
    assert (row.state, row.decided_by) == ("exempt", "Kim")
    with pytest.raises(copay_case.NotThisWay, match="was decided"):
        at_desk(office, lambda desk: copay_case.decide(desk, case, CopayResult.OWED, ground=None, by="A", reason="b"))


async def test_the_cases_workflow_reminds_escalates_and_takes_orders(office: FrontOffice, line: PayersLine) -> None:
    _, case = await research(office, line)
    steps = CaseBooksInPostgres(office.books)

    def ref(days: int) -> CaseRef:
        return CaseRef(
            organisation_id=office.organisation_id, case_number=case, today=NOW + timedelta(days=DAY_AFTER + days)
        )

    assert steps.look(ref(0)).next_what == "the front desk to find out why the copay was not paid"
    assert steps.remind(ref(8)).owner == "front_desk"
    assert steps.remind(ref(16)).owner == "practice_manager"
    body = CaseOrderBody(verb="reject", id="ui:1", by="Lee", reason="it is owed")
    answer = steps.apply_order(OrderedCase(case=ref(17), order=body))
    again = steps.apply_order(OrderedCase(case=ref(18), order=body))
    assert (answer.accepted, again.accepted) == (True, True)
    assert answer.snapshot is not None
    assert (answer.snapshot.state, answer.snapshot.decision) == ("closed", "owed")


async def test_a_qualified_medicare_beneficiary_is_asked_for_nothing(office: FrontOffice, line: PayersLine) -> None:
    row = office.appoint(coverage("1EG4TE5MK73", MEDICARE))
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]

    def flag(desk: Desk) -> CopayRow:
        from storage.models import Patient

        account = desk.session.get_one(Patient, row.patient_id).account_number
        desk.session.add(
            PatientFlagRow(
                organisation_id=desk.organisation_id, key="qmb", account_number=account, patient_id=row.patient_id,
                kind="qmb", began_on=NOW.date(), evidence="271", by="Kim",
            )
        )  # fmt: skip
        desk.session.flush()
        return copays.due_at_check_in(desk, row.number)

    due = at_desk(office, flag)
    assert (due.due_cents, due.state) == (0, "not_due")
    assert "Qualified Medicare Beneficiary" in due.why


@dataclass
class Gateway:
    """Charges once for each key."""

    taken: dict[str, int] = field(default_factory=dict)

    def charge(self, order: CardOrder) -> CardAnswer:
        self.taken.setdefault(order.key, order.amount_cents)
        return CardAnswer(key=order.key, approved=True, amount_cents=order.amount_cents, gateway_reference="G1")

    def ask(self, key: str) -> CardAnswer | None:
        return None


async def test_a_card_clicked_twice_is_charged_and_posted_once(office: FrontOffice, line: PayersLine) -> None:
    due = await visited(office, line)
    gateway = Gateway()
    for _ in range(2):
        done = copays.collect_by_card(
            office.books, gateway, office.organisation_id, due.number, amount_cents=2_500, token="tok_visit",
            click="c1", by="Kim", at=NOW + timedelta(days=7),
        )  # fmt: skip
        assert done["state"] == "charged"
    assert list(gateway.taken.values()) == [2_500]
    assert (copay(office, due.number).paid_cents, copay(office, due.number).state) == (2_500, "paid")
    with pytest.raises(ValueError, match="never the number"):
        copays.collect_by_card(
            office.books, gateway, office.organisation_id, due.number, amount_cents=2_500,
            token="4111111111111111", click="c2", by="Kim", at=NOW,
        )  # fmt: skip
