"""Complaints: acknowledged, owned, carried by people who are not overburdened, answered, counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from activities.care import complaints
from activities.care.case import CareCase, NotPossible
from activities.care.complaints import HandOver, NewComplaint
from activities.care.steps import remind
from contracts.case import CaseRef
from domain.care.complaints import Complainant
from storage import care
from storage.care_rules import UnknownWord
from storage.organisations import LOCAL_PRACTICE
from tests.integration.care.conftest import Household


def _complain(
    house: Household,
    category: str,
    *,
    claim: int | None = None,
    origin: Complainant = Complainant.PATIENT,
    key: str = "one",
) -> int:
    new = NewComplaint(
        category=category,
        origin=origin,
        words="I paid this in March",
        account_number=house.account if origin is Complainant.PATIENT else None,
        claim_number=claim,
        language="es",
    )
    number = house.at_desk(lambda desk: complaints.record(desk, new, key=key, by="ana").row.number)
    return int(number)


def _case(house: Household, number: int, work: Any) -> Any:
    return house.at_desk(lambda desk: work(CareCase.lock(desk, number)))


def test_a_dispute_of_one_visit_rests_that_visit_and_the_other_is_asked_for(household: Household) -> None:
    first, second = household.owe(10_000), household.owe(6_000)
    number = _complain(household, "paid_already", claim=first)
    household.step()
    asked = household.with_account(lambda _, account: dict(account.asked))
    assert asked == {second: 6_000}
    assert [paper["kind"] for paper in household.papers()] == ["complaint_acknowledged"]
    _case(household, number, lambda case: complaints.answer(case, "No.", cause="no_fault_found", upheld=False, by="b"))
    assert household.with_account(lambda _, account: dict(account.asked)) == {first: 10_000, second: 6_000}
    assert household.papers()[-1]["kind"] == "complaint_answered"


def test_what_an_upheld_complaint_is_about_rests_until_it_can_have_been_put_right(household: Household) -> None:
    first, second = household.owe(10_000), household.owe(6_000)
    number = _complain(household, "paid_already", claim=first)
    _case(household, number, lambda case: complaints.answer(case, "Yes.", cause="posted_late", upheld=True, by="b"))
    household.pass_days(10)
    assert household.with_account(lambda _, account: dict(account.asked)) == {second: 6_000}
    household.pass_days(1)
    assert household.with_account(lambda _, account: dict(account.asked)) == {first: 10_000, second: 6_000}


def test_a_payers_complaint_has_an_owner_and_mails_nothing_to_a_patient(household: Household) -> None:
    household.owe(10_000)
    number = _complain(household, "payer_relations", origin=Complainant.PAYER)
    assert household.papers() == []
    assert household.holds() == ()
    assert "complaint_to_answer" in household.work_kinds()
    assert _case(household, number, lambda case: case.row.owner) == "biller"


def test_an_unanswered_complaint_is_escalated_on_its_day(household: Household) -> None:
    household.owe(10_000)
    number = _complain(household, "staff_conduct")

    def look() -> str:
        ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=household.now)
        return household.run(lambda session: remind(session, ref).owner)

    household.pass_days(4)
    assert look() == "practice_manager"
    household.pass_days(11)
    assert look() == "medical_director"
    assert "complaint_overdue" in household.work_kinds()


def test_a_fourth_hard_conversation_of_a_day_is_refused_with_the_colleague_who_takes_it(household: Household) -> None:
    household.owe(10_000)
    number = _complain(household, "staff_conduct")

    def talk(person: str, key: str) -> bool:
        return bool(_case(household, number, lambda c: complaints.talk(c, person, hard=True, note="loud", key=key)))

    assert talk("ben", "b1")
    assert [talk("ana", f"a{turn}") for turn in range(3)] == [True, True, True]
    with pytest.raises(HandOver, match="hand it to ben"):
        talk("ana", "a4")
    household.pass_days(1)
    assert talk("ana", "a4")


def test_a_conversation_is_handed_over_or_rests_until_a_day(household: Household) -> None:
    household.owe(10_000)
    number = _complain(household, "staff_conduct")
    _case(household, number, lambda case: complaints.hand_over(case, "cleo", by="ana", reason="it was enough for me"))
    assert _case(household, number, lambda case: case.snapshot().owner) == "cleo"
    with pytest.raises(NotPossible, match="already"):
        _case(household, number, lambda case: complaints.hand_over(case, "cleo", by="ana", reason="again"))
    until = household.today + timedelta(days=5)
    _case(household, number, lambda case: complaints.rest(case, until, by="cleo", reason="both need quiet"))
    with pytest.raises(NotPossible, match=str(until)):
        _case(household, number, lambda case: complaints.talk(case, "cleo", hard=False, note="", key="t"))
    household.pass_days(5)
    assert _case(household, number, lambda case: complaints.talk(case, "cleo", hard=False, note="calm", key="t"))


def test_root_causes_feed_a_report(household: Household) -> None:
    household.owe(10_000)
    for key, category, cause in (("1", "paid_already", "posted_late"), ("2", "not_my_bill", "posted_late")):
        number = _complain(household, category, key=key)
        household.pass_days(3)
        _case(household, number, lambda case, c=cause: complaints.answer(case, "so", cause=c, upheld=True, by="b"))
    _complain(household, "access", key="3")
    found = household.run(lambda session: care.complaint_report(session, date(2026, 1, 1), date(2026, 12, 31)))
    assert (found["received"], found["answered"], found["open"], found["upheld"]) == (3, 2, 1, 2)
    assert found["by_root_cause"] == [{"cause": "posted_late", "count": 2}]
    assert found["median_days"] == 3


def test_what_is_not_on_the_lists_is_refused_with_what_is(household: Household) -> None:
    household.owe(10_000)
    with pytest.raises(UnknownWord, match="paid_already"):
        _complain(household, "grumbling")
    number = _complain(household, "other")
    with pytest.raises(NotPossible, match="posted_late"):
        _case(household, number, lambda case: complaints.answer(case, "x", cause="bad luck", upheld=False, by="b"))
    assert household.holds() != ()
