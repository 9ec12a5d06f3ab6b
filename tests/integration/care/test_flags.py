"""Flags: what each stops, for which visits, also for those that come later."""

from __future__ import annotations

from datetime import date

import pytest

from activities.care.case import NotPossible
from activities.care.flagging import NewFlag, end_flag, set_flag
from domain.care.flags import Flag
from storage.account_holds import STATEMENT, stopped
from tests.integration.care.conftest import Household


def _flag(
    house: Household, flag: Flag, began: date, ends: date | None = None, claim: int | None = None, key: str = "one"
) -> int:
    new = NewFlag(
        flag=flag, account_number=house.account, began_on=began, ends_on=ends, claim_number=claim, evidence="seen"
    )
    return int(house.at_desk(lambda desk: set_flag(desk, new, key=key, by="ana").id))


def _asked(house: Household) -> set[int]:
    return set(house.with_account(lambda _, account: dict(account.asked)))


def test_a_qmb_patient_is_asked_for_no_medicare_share_and_for_other_visits_as_ever(household: Household) -> None:
    medicare = household.owe(4_000, kind="medicare", service_on=date(2026, 2, 10))
    other = household.owe(5_000, kind="commercial", service_on=date(2026, 2, 10))
    before = household.owe(6_000, kind="medicare", service_on=date(2025, 12, 10))
    _flag(household, Flag.QMB, date(2026, 1, 1))
    assert _asked(household) == {other, before}
    later = household.owe(7_000, kind="medicare", service_on=date(2026, 3, 1))
    assert _asked(household) == {other, before}
    assert {medicare, later} == {one.claim_number for one in household.holds()}


def test_nobody_asks_the_guarantor_who_died(household: Household) -> None:
    household.owe(4_000)
    flag = _flag(household, Flag.DECEASED, household.today)
    household.advance(40)
    assert household.statements() == []
    assert "flag_set" in household.work_kinds()
    household.at_desk(lambda desk: end_flag(desk, flag, household.today, by="ana", reason="another person"))
    household.step()
    assert household.statements() == ["statement"]


def test_the_stay_protects_what_was_before_the_petition_and_not_what_came_after(household: Household) -> None:
    household.owe(4_000, service_on=date(2026, 1, 10))
    after = household.owe(5_000, service_on=date(2026, 2, 20))
    _flag(household, Flag.BANKRUPT, date(2026, 2, 1))
    assert _asked(household) == {after}


def test_an_accident_rests_the_visit_that_it_is_about(household: Household) -> None:
    accident, other = household.owe(4_000), household.owe(5_000)
    _flag(household, Flag.AUTO, date(2026, 1, 1), claim=accident)
    assert _asked(household) == {other}


def test_a_flag_without_evidence_or_with_its_days_the_wrong_way_round_is_refused(household: Household) -> None:
    household.owe(4_000)
    new = NewFlag(flag=Flag.MINOR, account_number=household.account, began_on=household.today)
    with pytest.raises(NotPossible, match="evidence"):
        household.at_desk(lambda desk: set_flag(desk, new, key="x", by="ana"))
    with pytest.raises(NotPossible, match="before its first"):
        _flag(household, Flag.PRISONER, date(2026, 2, 2), date(2026, 2, 1))
    assert household.holds() == ()


def test_the_same_flag_twice_is_one(household: Household) -> None:
    household.owe(4_000)
    assert _flag(household, Flag.HOSPICE, date(2026, 1, 1)) == _flag(household, Flag.HOSPICE, date(2026, 1, 1))


def test_a_flag_of_one_visit_stops_that_one_and_no_other(household: Household) -> None:
    claim = household.owe(4_000, kind="medicare", service_on=date(2026, 2, 10))
    other = household.owe(5_000, service_on=date(2026, 2, 10))
    _flag(household, Flag.QMB, date(2026, 1, 1))
    kept = [one for one in household.holds() if one.is_flag]
    assert [one.claim_number for one in kept] == [claim]
    assert stopped(kept, STATEMENT, claim)
    assert not stopped(kept, STATEMENT, other)
