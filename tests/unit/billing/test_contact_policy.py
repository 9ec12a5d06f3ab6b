"""Quiet hours, limits of calls, consent and stop words: the house's pack and Reg F's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.contact_policy import (
    Channel,
    Reached,
    allowed_channels,
    call_from,
    is_quiet,
    is_stop,
    next_loud,
)
from storage.billing_rules import COLLECTOR, HOUSE, contact_rules

RULES = contact_rules(date(2026, 4, 1))
ZONES = st.sampled_from([ZoneInfo(name) for name in ("America/New_York", "Pacific/Honolulu", "America/Phoenix")])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
NOON = datetime(2026, 4, 1, 17, tzinfo=UTC)
EAST = ZoneInfo("America/New_York")


def called(*at: datetime, what: str = "call") -> list[Reached]:
    return [Reached(channel=Channel.CALL, what=what, at=moment) for moment in at]


@given(MOMENTS, ZONES)
def test_the_next_loud_moment_is_loud_where_the_patient_lives_and_never_earlier(at: datetime, zone: ZoneInfo) -> None:
    found = next_loud(at, zone, RULES)
    assert found >= at
    assert not is_quiet(found, zone, RULES)
    assert 8 <= found.astimezone(zone).hour < 21
    assert found - at < timedelta(hours=12)


@given(st.lists(MOMENTS, max_size=30), MOMENTS, ZONES)
def test_no_call_is_the_eighth_within_seven_days(earlier: list[datetime], at: datetime, zone: ZoneInfo) -> None:
    past = [moment for moment in earlier if moment <= at]
    found = call_from(at, called(*past), zone, RULES)
    assert len([one for one in past if found - timedelta(days=7) < one <= found]) < 7
    assert not is_quiet(found, zone, RULES)


def test_no_call_within_seven_days_of_a_conversation() -> None:
    talk = NOON - timedelta(days=2)
    found = call_from(NOON, called(talk, what="conversation"), EAST, RULES)
    assert found == talk + timedelta(days=7)


def test_a_text_counts_as_no_call() -> None:
    texts = [Reached(channel=Channel.TEXT, what="reminder", at=NOON - timedelta(hours=n)) for n in range(1, 20)]
    assert call_from(NOON, texts, EAST, RULES) == NOON


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Stop!", "UNSUBSCRIBE", "opt-out", "ALTO", "revoke"])
def test_a_stop_word_stops_however_it_is_written(text: str) -> None:
    assert is_stop(text, RULES)


@pytest.mark.parametrize("text", ["", "please stop by", "Stopped at the bank", "yes"])
def test_other_words_stop_nothing(text: str) -> None:
    assert not is_stop(text, RULES)


def test_text_and_e_mail_need_consent_and_mail_an_address() -> None:
    ways = allowed_channels(
        [Channel.TEXT, Channel.EMAIL], {Channel.EMAIL}, can_mail=True, can_email=True, can_text=True
    )
    assert ways == (Channel.EMAIL, Channel.MAIL)
    assert allowed_channels([Channel.EMAIL], set(), can_mail=False, can_email=True, can_text=True) == ()


def test_the_packs_hold_from_their_own_days() -> None:
    assert contact_rules(date(2025, 4, 11)).stop_words > contact_rules(date(2025, 4, 10)).stop_words
    assert contact_rules(date(2026, 1, 1), COLLECTOR).calls_in_window == 7
    with pytest.raises(KeyError):
        contact_rules(date(2021, 11, 29), COLLECTOR)
    assert contact_rules(date(2020, 1, 1), HOUSE).days_after_conversation == 7
