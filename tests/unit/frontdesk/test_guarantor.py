"""Whose account a visit belongs to when the guarantor changes, and when the desk asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.checkin.guarantor import Change, account_on, alike, came_of_age_on, parse_ages, why_ask
from domain.people.matching import Grade
from domain.people.parties import Address, Person
from storage.guarantors import age_of_majority

ADA = Person(
    last_name="Meadow",
    first_name="Ada",
    birth_date=date(2008, 3, 9),
    sex="F",
    address=Address(street="4 Larch Road", city="Albany", state="NY", zip_code="12207"),
)
MOTHER = replace(ADA, first_name="Iris", birth_date=date(1980, 5, 1))


@pytest.mark.parametrize(
    ("day", "account"),
    [(date(2026, 3, 8), 1), (date(2026, 3, 9), 2), (date(2026, 5, 31), 2), (date(2026, 6, 1), 3)],
)
def test_a_visit_belongs_to_the_account_of_its_day(day: date, account: int) -> None:
    changes = [
        Change(effective_on=date(2026, 3, 9), from_account=1, to_account=2),
        Change(effective_on=date(2026, 6, 1), from_account=2, to_account=3),
    ]
    assert account_on(3, changes, day) == account


def test_a_patient_without_a_change_has_one_account() -> None:
    assert account_on(7, [], date(2026, 1, 1)) == 7


def test_two_changes_on_one_day_leave_the_later_word() -> None:
    day = date(2026, 3, 9)
    changes = [
        Change(effective_on=day, from_account=1, to_account=2),
        Change(effective_on=day, from_account=2, to_account=3),
    ]
    assert account_on(3, changes, day) == 3
    assert account_on(3, changes, date(2026, 3, 8)) == 1


@pytest.mark.parametrize(("on", "asks"), [(date(2026, 3, 8), False), (date(2026, 3, 9), True)])
def test_the_desk_asks_from_the_birthday_on(on: date, asks: bool) -> None:
    assert (why_ask(ADA, MOTHER, on, 18) is not None) is asks


def test_nobody_is_asked_who_guarantees_for_themselves() -> None:
    assert why_ask(ADA, replace(ADA, address=MOTHER.address), date(2030, 1, 1), 18) is None


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert came_of_age_on(date(2008, 2, 29), 18) == date(2026, 3, 1)


def test_the_state_decides_the_age() -> None:
    assert (age_of_majority("NY"), age_of_majority("ne"), age_of_majority("MS")) == (18, 19, 21)


def test_a_table_without_a_source_or_without_the_other_states_is_refused() -> None:
    with pytest.raises(ValueError, match="source"):
        parse_ages([{"state": "*", "age": "18", "source": ""}])
    with pytest.raises(ValueError, match="other states"):
        parse_ages([{"state": "NE", "age": "19", "source": "statute"}])


def test_accounts_of_somebody_alike_are_shown_best_first_with_why() -> None:
    found = alike(ADA, {70: MOTHER, 71: replace(ADA, last_name="Meadows"), 72: ADA})
    assert found[0].account == 72
    assert found[0].grade is Grade.EXACT
    assert {one.account for one in found} >= {71, 72}
    assert all(one.why for one in found)
