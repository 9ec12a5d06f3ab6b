"""Collections: the last step, only through every gate, taken back when it must be, and paid over once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from activities.account.balance import OpenAccount
from activities.care import applications, approving, complaints
from activities.care.agency import PaidOver, RemittanceBroken, parse_remittance, post_remittance
from activities.care.approving import GatesShut
from activities.care.case import CareCase, NotPossible
from activities.care.complaints import NewComplaint
from activities.care.gating import closed_gates, gates_of
from activities.care.placements import recall
from domain.care.assistance import Application
from domain.care.complaints import Complainant
from storage import account_decisions, care
from storage.account_decisions import Decision
from storage.models import AgencyPlacement, Command, WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from tests.integration.care.conftest import Household


def approve(house: Household) -> None:
    house.run(
        lambda session: account_decisions.approve_placement(
            session,
            LOCAL_PRACTICE,
            house.account,
            business_id=f"ok:{house.now}",
            by="bea",
            reason="nobody answered",
            business_at=house.now,
        )
    )


def shut(house: Household) -> list[str]:
    return [gate.id for gate in house.with_account(lambda _, account: closed_gates(account))]


def placements(house: Household) -> list[AgencyPlacement]:
    return house.run(lambda session: list(session.scalars(select(AgencyPlacement).order_by(AgencyPlacement.number))))


def place(house: Household) -> AgencyPlacement:
    """The whole way of an account that nobody answers for."""
    asked = house.advance(121)
    assert asked.kind == "placement_approval", asked
    approve(house)
    house.step()
    (row,) = placements(house)
    return row


def complain(house: Household, category: str = "billing_error") -> int:
    new = NewComplaint(
        category=category, origin=Complainant.PATIENT, words="wrong", account_number=house.account
    )
    return int(house.at_desk(lambda desk: complaints.record(desk, new, key=str(house.now), by="ana").row.number))


def answer(house: Household, number: int) -> None:
    house.at_desk(
        lambda desk: complaints.answer(
            CareCase.lock(desk, number), "We looked.", cause="no_fault_found", upheld=False, by="ben"
        )
    )


def test_an_unanswered_account_is_offered_help_and_passes_every_gate_on_day_120(household: Household) -> None:
    household.owe(9_000)
    household.advance(119)
    assert household.statements() == ["statement", "reminder", "reminder", "final_notice"]
    assert [paper["kind"] for paper in household.papers()] == ["assistance_offer"]
    assert shut(household) == ["waited", "notice"]
    household.advance(2)
    assert shut(household) == []
    approve(household)
    household.step()
    (placed,) = placements(household)
    assert (placed.placed_cents, placed.placed_by, placed.state) == (9_000, "bea", "placed")
    assert all(gate["met"] for gate in placed.gates)
    assert household.open_cents() == 0
    assert household.balanced()


def test_an_open_complaint_keeps_an_approved_account_in_the_house(household: Household) -> None:
    household.owe(9_000)
    household.advance(121)
    approve(household)
    number = complain(household)
    household.advance(20)
    assert placements(household) == []
    assert "no_complaint" in shut(household)
    answer(household, number)
    household.advance(2)
    assert [row.state for row in placements(household)] == ["placed"]


def decide(house: Household, *, by: str = "bea", reason: str = "nobody answered") -> tuple[str, Decision]:
    """A named person approves through the door that looks at every condition."""
    return house.run(
        lambda session: approving.approve_placement(OpenAccount.lock(session, house.ref), by=by, reason=reason)
    )


def test_an_approval_is_refused_by_name_while_a_condition_is_not_met_and_kept_once_when_all_are(
    household: Household,
) -> None:
    household.owe(9_000)
    household.advance(30)
    with pytest.raises(GatesShut, match=r"statements .* went out; the final notice did not.*; waited"):
        decide(household)
    household.advance(91)
    number = complain(household)
    with pytest.raises(GatesShut, match=rf"does not go to an agency: no complaint \(open: {number}\)"):
        decide(household)
    assert household.run(lambda session: list(session.scalars(select(Command.verb)))) == []

    answer(household, number)
    household.advance(1)
    with pytest.raises(NotPossible, match="--by and --reason"):
        decide(household, by=" ")
    first, again = decide(household), decide(household, by="eve", reason="mine")
    assert (first[1].by, first[1].new) == ("bea", True)
    assert (again[0], again[1].by, again[1].new) == (first[0], "bea", False)
    bells = select(WorkflowMessage.id).where(
        WorkflowMessage.recipient == "account", WorkflowMessage.outcome == "approve_placement"
    )
    assert len(household.run(lambda session: list(session.scalars(bells)))) == 1
    household.step()
    assert [row.placed_by for row in placements(household)] == ["bea"]


def test_a_new_visit_keeps_the_account_until_its_own_120_days(household: Household) -> None:
    household.owe(9_000)
    household.advance(100)
    household.owe(4_000)
    household.advance(25)
    assert placements(household) == []
    gates = {gate.id: gate for gate in household.with_account(lambda _, account: gates_of(account))}
    assert not gates["waited"].met


def test_a_recall_tells_the_agency_and_brings_the_debt_back(household: Household) -> None:
    household.owe(9_000)
    row = place(household)
    back = household.at_desk(lambda desk: recall(desk, care.placement(desk.session, row.number), "bea", "our error"))
    again = household.at_desk(lambda desk: recall(desk, care.placement(desk.session, row.number), "bea", "our error"))
    assert (back, again) == (9_000, 0)
    assert household.open_cents() == 9_000
    assert household.papers()[-1]["kind"] == "agency_recall"
    assert household.papers()[-1]["to"] == "agency"
    assert household.statements()[-1] == "placement_recalled"
    assert household.balanced()


def test_a_complaint_about_a_placed_account_pauses_the_agency_and_its_answer_lets_it_go_on(
    household: Household,
) -> None:
    household.owe(9_000)
    place(household)
    number = complain(household, "collections")
    assert household.papers()[-1]["kind"] == "agency_pause"
    answer(household, number)
    assert household.papers()[-1]["kind"] == "agency_resume"


def test_assistance_granted_late_recalls_the_account_and_takes_all_of_it_off(household: Household) -> None:
    household.owe(9_000)
    household.pay(1_000)
    place(household)
    application = Application(
        household=2, income_cents=1_000_000, state="NY", applied_on=household.today,
        documents=("tax_return", "household_statement"),
    )  # fmt: skip
    number = household.at_desk(
        lambda desk: applications.apply(desk, household.account, application, key="late", by="ana").row.number
    )
    assert household.papers()[-1]["kind"] == "agency_pause"
    relieved = household.at_desk(lambda desk: applications.approve(CareCase.lock(desk, number), "bea", "seen"))
    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (9_000, 0, 1_000)
    assert [row.state for row in placements(household)] == ["recalled"]
    assert household.open_cents() == 0
    assert household.sheet()["patient_credit"] == -1_000
    assert household.sheet()["write_off"] == 9_000
    assert household.balanced()
    household.pass_days(1)
    household.owe(3_000)
    assert "not_awarded" in shut(household)


def _remit(house: Household, *lines: str) -> PaidOver:
    text = "\n".join(("remittance,placement,account,paid_on,gross,fee", *lines))
    return house.at_desk(lambda desk: post_remittance(desk, parse_remittance(text), by="ana"))


def test_what_an_agency_pays_over_is_posted_once_gross_with_its_fee_as_an_expense(household: Household) -> None:
    household.owe(9_000)
    row = place(household)
    line = f"R1,{row.number},{household.account},2026-08-01,40.00,10.00"
    first = _remit(household, line, line)
    assert (first.posted, first.gross_cents, first.fee_cents) == (2, 8_000, 2_000)
    again = _remit(household, line, line)
    assert (again.posted, again.known_before) == (0, 2)
    sheet = household.sheet()
    assert (sheet["bank"], sheet["collection_fees"], sheet["write_off"]) == (6_000, 2_000, 1_000)
    assert household.open_cents() == 0
    last = _remit(household, f"R2,{row.number},{household.account},2026-09-01,15.00,0")
    assert last.posted == 1
    assert household.sheet()["patient_credit"] == -500
    assert [one.state for one in placements(household)] == ["paid"]
    assert household.balanced()


def test_a_line_about_another_account_is_not_posted_and_asked_about(household: Household) -> None:
    household.owe(9_000)
    row = place(household)
    done = _remit(household, f"R1,{row.number},70999999,2026-08-01,40.00,10.00", "R1,12,70000001,2026-08-01,1.00,0")
    assert (done.posted, len(done.refused)) == (0, 2)
    assert household.work_kinds().count("agency_line") == 2


@pytest.mark.parametrize(
    ("line", "column"),
    [("R,1,2,2026-08-01,4.001,0", "gross"), ("R,1,2,2026-08-01,4,5", "fee"), ("R,1,2,soon,4,0", "paid_on")],
)
def test_a_file_that_does_not_fit_is_refused_whole_and_says_where(line: str, column: str) -> None:
    with pytest.raises(RemittanceBroken, match=f"line 2: {column}"):
        parse_remittance(f"remittance,placement,account,paid_on,gross,fee\n{line}")


def test_every_gate_says_what_it_needs_and_by_which_rule(household: Household) -> None:
    household.owe(9_000)
    found: Any = household.with_account(lambda _, account: gates_of(account))
    assert all(gate.needs and gate.why and gate.source for gate in found)
