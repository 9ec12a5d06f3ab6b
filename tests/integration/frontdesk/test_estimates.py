"""Estimates: made from charges, contract and 271; due on their day; a bill far above one stops collection."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from activities.frontdesk import estimates
from activities.frontdesk.papers import good_faith_paper
from activities.frontdesk.questions import AppointmentQuestions
from domain.coverage.coverage import OtherCoverage
from domain.ledger.chart import LedgerAccount
from domain.people.parties import Person
from gateways.papers import good_faith
from storage import account_holds, frontdesk_estimates, intake, ledger
from storage.models import Claim, EstimateRow, FeeScheduleRow, TimelineEntry, WorkflowMessage, WorkItem
from tests.integration.frontdesk.conftest import MONDAY_AFTER, NOW, TODAY, VISIT, FrontOffice, PayersLine, coverage
from tests.integration.storage.samples import encounter, leg

T = TypeVar("T")
FAR = date(2026, 3, 20)


def at_desk(office: FrontOffice, work, days: int = 0):  # type: ignore[no-untyped-def]
    now = NOW + timedelta(days=days)
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, now))
    )


def kinds(office: FrontOffice) -> list[str]:
    with office.books.transaction(office.organisation_id) as session:
        return list(session.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)))


async def test_an_insured_patients_share_comes_from_the_contract_and_the_payers_answer(
    office: FrontOffice, line: PayersLine
) -> None:
    def contract(session: Session) -> None:
        session.add(
            FeeScheduleRow(
                organisation_id=office.organisation_id,
                payer_code="PPO01",
                procedure="99213",
                modifier="",
                place_of_service="",
                amount_cents=9_000,
                effective_from=date(2026, 1, 1),
                source="contract of the test",
            )
        )

    office.books.run(office.organisation_id, contract)
    row = office.appoint(coverage())
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    made = at_desk(office, lambda desk: estimates.make_share(desk, row.number, "Kim"))
    again = at_desk(office, lambda desk: estimates.make_share(desk, row.number, "Kim"), days=1)
    assert made.number == again.number
    (service,) = made.content["services"]
    assert (service["charge_cents"], service["allowed_cents"], service["copay_cents"]) == (15_000, 9_000, 2_500)
    assert made.expected_cents == sum(
        service[name] for name in ("copay_cents", "deductible_cents", "coinsurance_cents")
    )
    assert service["steps"][0].startswith("allowed 90.00")


async def test_without_an_answer_or_with_an_ended_plan_no_share_is_told(office: FrontOffice, line: PayersLine) -> None:
    row = office.appoint(coverage("SUM100200T27"))
    with pytest.raises(estimates.NotEstimable, match="has not answered"):
        at_desk(office, lambda desk: estimates.make_share(desk, row.number, "Kim"))
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="inactive"):
        at_desk(office, lambda desk: estimates.make_share(desk, row.number, "Kim"))


def test_a_self_pay_visit_gets_its_estimate_in_time_and_the_desk_is_asked_until_it_was_given(
    office: FrontOffice,
) -> None:
    office.appoint(on_day=FAR)
    assert at_desk(office, estimates.look_at_estimates) == 1
    with office.books.transaction(office.organisation_id) as session:
        (row,) = session.scalars(select(EstimateRow)).all()
    assert (row.kind, row.due_on, row.expected_cents) == ("good_faith", date(2026, 3, 5), 15_000)
    assert kinds(office) == ["good_faith_due"]
    assert at_desk(office, estimates.look_at_estimates) == 0
    assert at_desk(office, estimates.look_at_estimates, days=4) == 1
    assert kinds(office) == ["good_faith_due", "good_faith_late"]
    at_desk(office, lambda desk: estimates.provided(desk, row.number, "Kim", "on paper"), days=4)
    assert kinds(office) == []
    with office.books.transaction(office.organisation_id) as session:
        told = session.scalars(select(TimelineEntry.why).order_by(TimelineEntry.id.desc())).first()
        paper = good_faith_paper(session, office.organisation_id, session.get_one(EstimateRow, row.number), "es")
    assert told == "after its day, 2026-03-05"
    assert "Estimación de buena fe" in good_faith.as_text(paper)


def test_a_visit_of_tomorrow_owes_an_estimate_only_on_request(office: FrontOffice) -> None:
    row = office.appoint(on_day=TODAY + timedelta(days=1))
    assert at_desk(office, estimates.look_at_estimates) == 0
    made = at_desk(office, lambda desk: estimates.make_good_faith(desk, row.number, "Kim", on_request=True))
    assert made.due_on == date(2026, 3, 5)


@pytest.mark.parametrize(("billed", "stops"), [(54_999, False), (55_000, True)])
def test_a_bill_four_hundred_dollars_above_its_estimate_stops_collection(
    office: FrontOffice, billed: int, stops: bool
) -> None:
    row = office.appoint(services=(VISIT,))
    made = at_desk(office, lambda desk: estimates.make_good_faith(desk, row.number, "Kim", on_request=True))
    at_desk(office, lambda desk: estimates.provided(desk, made.number, "Kim", "on paper"))
    number, account = _bill(office, MONDAY_AFTER, billed)
    assert at_desk(office, estimates.look_at_estimates, days=10) == int(stops)
    assert at_desk(office, estimates.look_at_estimates, days=11) == 0
    with office.books.transaction(office.organisation_id) as session:
        today = TODAY + timedelta(days=10)
        holds = account_holds.open_holds(session, office.organisation_id, account, today)
        bells = session.scalars(select(WorkflowMessage.recipient).where(WorkflowMessage.kind == "decision")).all()
    assert kinds(office) == (["estimate_exceeded"] if stops else [])
    assert bells == (["account"] if stops else [])
    if stops:
        (hold,) = holds
        assert (hold.kind, hold.claim_number, hold.stops) == ("dispute", number, frozenset({"collection"}))
        assert hold.until is None, "no day ends it: a named person does"
    else:
        assert holds == ()


def test_only_the_latest_estimate_given_is_compared(office: FrontOffice) -> None:
    row = office.appoint(services=(VISIT,))
    first = at_desk(office, lambda desk: estimates.make_good_faith(desk, row.number, "Kim", on_request=True))
    at_desk(office, lambda desk: estimates.provided(desk, first.number, "Kim", "on paper"))
    dearer = office.appoint(services=(replace(VISIT, charge_cents=50_000),), key="visit-1b")
    second = at_desk(office, lambda desk: estimates.make_good_faith(desk, dearer.number, "Kim", on_request=True))
    at_desk(office, lambda desk: estimates.provided(desk, second.number, "Kim", "on paper"))
    _bill(office, MONDAY_AFTER, 60_000)
    assert at_desk(office, estimates.look_at_estimates, days=10) == 0
    with office.books.transaction(office.organisation_id) as session:
        assert len(frontdesk_estimates.to_compare(session)) == 1


def _bill(office: FrontOffice, on: date, cents: int, patient: Person | None = None) -> tuple[int, int]:
    """A claim of that day whose charge is the patient's."""
    visit = encounter(patient=patient)
    lines = tuple(replace(one, service_from=on) for one in visit.content.lines)
    visit = replace(visit, content=replace(visit.content, lines=lines))

    def work(session: Session) -> tuple[int, int]:
        checked = intake.check_in(session, office.organisation_id, visit, by="desk", business_at=NOW)
        claim = session.get_one(Claim, checked.claim_number)
        places = {"claim_number": claim.number, "account_number": claim.account_number}
        ledger.post(
            session,
            office.organisation_id,
            key=f"self-pay:{claim.number}",
            kind="charge",
            cites="test",
            by="test",
            business_date=TODAY,
            legs=[leg(LedgerAccount.PATIENT_RECEIVABLE, cents, **places), leg(LedgerAccount.REVENUE, -cents, **places)],
        )
        return claim.number, claim.account_number

    return office.books.run(office.organisation_id, work)


def test_the_books_of_a_coverage_keep_their_order(office: FrontOffice) -> None:
    row = office.appoint(coverage(), OtherCoverage(coverage=coverage("XYZ2").coverage, why="second"))
    assert [one["why"] for one in row.coverages] == ["pays first", "second"]
