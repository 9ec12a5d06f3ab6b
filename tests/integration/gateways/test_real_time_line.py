"""Real-time questions over real HTTPS."""

from __future__ import annotations

import dataclasses
import datetime as dt
from email.utils import format_datetime

import pytest

from gateways.clearinghouse import RealTimeLine
from gateways.errors import PayerBusy, PayerRefused, PayerUnreachable
from tests.integration.gateways.conftest import RealTimeHouse


async def test_a_question_is_posted_with_our_log_in_and_answered(real_time_house: RealTimeHouse) -> None:
    async with RealTimeLine(real_time_house.settings) as line:
        assert await line.ask(b"ISA*270~") == b"ISA*271~"
    assert real_time_house.payer.asked == [b"ISA*270~"]


@pytest.mark.parametrize(("status", "retry_after", "seconds"), [(429, "7", 7), (503, "", 30), (429, "nonsense", 30)])
async def test_a_busy_payer_says_when_to_come_back(
    real_time_house: RealTimeHouse, status: int, retry_after: str, seconds: int
) -> None:
    real_time_house.payer.status = status
    real_time_house.payer.headers = {"Retry-After": retry_after} if retry_after else {}
    async with RealTimeLine(real_time_house.settings) as line:
        with pytest.raises(PayerBusy) as busy:
            await line.ask(b"ISA~")
    assert busy.value.retry_after_seconds == seconds
    assert busy.value.retryable


async def test_a_retry_after_date_in_the_past_means_now(real_time_house: RealTimeHouse) -> None:
    real_time_house.payer.status = 429
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    real_time_house.payer.headers = {"Retry-After": format_datetime(past, usegmt=True)}
    async with RealTimeLine(real_time_house.settings) as line:
        with pytest.raises(PayerBusy) as busy:
            await line.ask(b"ISA~")
    assert busy.value.retry_after_seconds == 0


@pytest.mark.parametrize("status", [500, 502])
async def test_an_error_of_the_payers_own_is_worth_repeating(real_time_house: RealTimeHouse, status: int) -> None:
    real_time_house.payer.status = status
    async with RealTimeLine(real_time_house.settings) as line:
        with pytest.raises(PayerUnreachable) as failed:
            await line.ask(b"ISA~")
    assert failed.value.retryable


async def test_a_wrong_password_is_refused_and_not_worth_repeating(real_time_house: RealTimeHouse) -> None:
    async with RealTimeLine(dataclasses.replace(real_time_house.settings, password="wrong")) as line:
        with pytest.raises(PayerRefused) as refused:
            await line.ask(b"ISA~")
    assert not refused.value.retryable


async def test_a_closed_port_is_unreachable(real_time_house: RealTimeHouse) -> None:
    async with RealTimeLine(dataclasses.replace(real_time_house.settings, https_port=1)) as line:
        with pytest.raises(PayerUnreachable):
            await line.ask(b"ISA~")


async def test_a_certificate_of_an_unknown_authority_is_not_talked_to(real_time_house: RealTimeHouse) -> None:
    async with RealTimeLine(dataclasses.replace(real_time_house.settings, ca_file=None)) as line:
        with pytest.raises(PayerUnreachable):
            await line.ask(b"ISA*270~")
    assert real_time_house.payer.asked == []
