"""Assistance: asked for, completed, granted by a named person, and effective from the first cent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from activities.care import applications
from activities.care.case import CareCase, NotPossible
from activities.care.steps import apply_order, remind
from contracts.case import CaseOrderBody, CaseRef, OrderedCase
from domain.care.assistance import Application
from storage.models import CaseRow
from storage.organisations import LOCAL_PRACTICE
from tests.integration.care.conftest import Household

_ALL = ("tax_return", "household_statement")


def _apply(
    house: Household, income: int, documents: tuple[str, ...] = _ALL, *, household: int = 1, key: str = "one"
) -> int:
    application = Application(
        household=household, income_cents=income * 100, state="NY", applied_on=house.today, documents=documents
    )
    case = house.at_desk(
        lambda desk: applications.apply(desk, house.account, application, key=key, by="ana", language="es").row.number
    )
    return int(case)


def _case(house: Household, number: int, work: Any) -> Any:
    return house.at_desk(lambda desk: work(CareCase.lock(desk, number)))


def _row(house: Household, number: int) -> CaseRow:
    return house.run(lambda session: session.scalars(select(CaseRow).where(CaseRow.number == number)).one())


def test_nothing_is_asked_while_an_application_is_open(household: Household) -> None:
    household.owe(20_000)
    household.step()
    assert household.statements() == ["statement"]
    _apply(household, 10_000)
    household.advance(70)
    assert household.statements() == ["statement"]
    assert {one.kind for one in household.holds()} == {"assistance"}


def test_who_took_an_application_does_not_grant_it_and_another_named_person_does(household: Household) -> None:
    household.owe(15_000)
    number = _apply(household, 20_000)
    for name in ("ana", " Ana "):
        with pytest.raises(NotPossible, match=f"ana took application {number}: another named person grants it"):
            _case(household, number, lambda case, name=name: applications.approve(case, name, "documents seen"))
    assert household.open_cents() == 15_000
    assert _case(household, number, lambda case: applications.approve(case, "bea", "seen")).given_cents == 15_000


def test_full_assistance_gives_the_open_up_and_returns_what_was_paid(household: Household) -> None:
    household.owe(15_000)
    household.pay(6_000)
    household.pass_days(40)
    number = _apply(household, 20_000)
    relieved = _case(household, number, lambda case: applications.approve(case, "bea", "documents seen"))
    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (15_000, 0, 6_000)
    assert household.open_cents() == 0
    assert household.sheet()["patient_credit"] == -6_000
    assert household.balanced()
    assert household.holds() == ()
    assert _row(household, number).decision == "approved"
    letter = household.papers()[-1]
    assert (letter["kind"], letter["language"]) == ("assistance_approved", "es")


def test_partial_assistance_leaves_the_rest_to_be_asked_for(household: Household) -> None:
    household.owe(10_000)
    household.step()
    number = _apply(household, 47_000)
    relieved = _case(household, number, lambda case: applications.approve(case, "bea", "documents seen"))
    assert (relieved.given_cents, relieved.left_cents, relieved.refund_cents) == (5_000, 5_000, 0)
    assert household.open_cents() == 5_000
    household.advance(31)
    assert len(household.statements()) > 1


def test_an_incomplete_application_is_told_what_is_missing_and_cannot_be_granted(household: Household) -> None:
    household.owe(10_000)
    number = _apply(household, 10_000, ("tax_return",))
    assert [paper["kind"] for paper in household.papers()] == ["assistance_missing"]
    with pytest.raises(NotPossible, match="people in your household"):
        _case(household, number, lambda case: applications.approve(case, "bea", "kind"))
    assert household.open_cents() == 10_000
    missing = _case(household, number, lambda case: applications.bring_documents(case, ["household_statement"], "ana"))
    assert missing == ()
    assert "assistance_to_decide" in household.work_kinds()


def test_an_application_above_the_scale_is_rejected_in_writing_and_asking_goes_on(household: Household) -> None:
    household.owe(10_000)
    number = _apply(household, 200_000)
    with pytest.raises(NotPossible, match="gives nothing"):
        _case(household, number, lambda case: applications.approve(case, "bea", "kind"))
    _case(household, number, lambda case: applications.reject(case, "bea", "the income is above 400 percent"))
    assert household.papers()[-1]["kind"] == "assistance_denied"
    assert household.holds() == ()
    household.step()
    assert household.statements() == ["statement"]


def test_whoever_has_snap_is_taken_as_eligible_and_still_a_person_decides(household: Household) -> None:
    household.owe(10_000)
    number = household.at_desk(
        lambda desk: applications.presume(desk, household.account, "snap", "award letter", key="x", by="ana").row.number
    )
    assert household.open_cents() == 10_000
    _case(household, number, lambda case: applications.approve(case, "bea", "seen"))
    assert household.open_cents() == 0


def test_one_application_at_a_time_and_the_same_one_twice_is_one(household: Household) -> None:
    household.owe(10_000)
    first = _apply(household, 10_000)
    assert _apply(household, 10_000) == first
    with pytest.raises(NotPossible, match=str(first)):
        _apply(household, 10_000, key="another")


def test_an_undecided_application_is_reminded_of_then_escalated(household: Household) -> None:
    household.owe(10_000)
    number = _apply(household, 10_000)

    def look() -> str:
        ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=household.now)
        return household.run(lambda session: remind(session, ref).owner)

    assert look() == "patient_accounts"
    household.pass_days(16)
    assert look() == "patient_accounts"
    assert "assistance_due" in household.work_kinds()
    household.pass_days(6)
    assert look() == "billing_manager"
    assert "assistance_overdue" in household.work_kinds()


def test_an_order_from_the_temporal_ui_is_carried_out_once(household: Household) -> None:
    household.owe(10_000)
    number = _apply(household, 10_000)
    ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=household.now)
    body = CaseOrderBody(verb="approve", id="ui-1", by="bea", reason="seen")
    for _ in range(2):
        answer = household.run(lambda session: apply_order(session, OrderedCase(case=ref, order=body)))
        assert answer.accepted
    assert household.sheet()["write_off"] == 10_000


def test_an_award_reaches_back_to_day_240_and_not_further(household: Household) -> None:
    household.owe(10_000)
    household.step()
    household.pay(10_000)
    household.step()
    household.pass_days(241)
    household.owe(5_000)
    number = _apply(household, 10_000)
    relieved = _case(household, number, lambda case: applications.approve(case, "bea", "seen"))
    assert (relieved.given_cents, relieved.refund_cents) == (5_000, 0)


def test_a_bad_household_is_refused_before_anything_is_written(household: Household) -> None:
    household.owe(10_000)
    with pytest.raises(ValueError, match="at least one person"):
        _apply(household, 10_000, household=0)
    assert household.holds() == ()
    assert isinstance(household.today, date)


