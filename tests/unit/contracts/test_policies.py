"""Every wait for an activity has an end, and every retry a reason to stop or a slow pace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio import exceptions
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutType

from contracts import policies
from contracts.policies import BUSINESS_ERRORS, OWN_BOOKS_QUICK, PAYER_REAL_TIME, Policy, is_business_error

ALL = {name: value for name, value in vars(policies).items() if isinstance(value, Policy)}
WORKFLOW_TASK = timedelta(seconds=10)  # what the server grants before it gives a task to somebody else


def test_policies_are_found() -> None:
    assert {"OWN_BOOKS", "OWN_BOOKS_QUICK", "PAYER_REAL_TIME", "RECOGNISED_SEND", "SWEEP"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_policy_limits_one_try(name: str) -> None:
    # A dead worker is noticed by its heartbeats; only the walk over every chart may be at it for longer.
    longest = timedelta(hours=1) if name == "WHOLE_PRACTICE" else timedelta(minutes=5)

    assert timedelta(0) < ALL[name].start_to_close <= longest
    assert ALL[name].options()["start_to_close_timeout"] == ALL[name].start_to_close


@pytest.mark.parametrize("name", ALL)
def test_every_policy_ends_its_tries_or_slows_them_down(name: str) -> None:
    retry = ALL[name].retry

    assert retry.maximum_attempts > 0 or (retry.maximum_interval or timedelta.max) <= timedelta(minutes=5)


@pytest.mark.parametrize("name", [name for name in ALL if name != "SWEEP"])
def test_an_answer_is_not_asked_for_again(name: str) -> None:
    assert ALL[name].retry.non_retryable_error_types == BUSINESS_ERRORS


def test_a_local_activity_is_short_and_tried_three_times_within_its_limit() -> None:
    options = OWN_BOOKS_QUICK.local_options()

    assert options["start_to_close_timeout"] < WORKFLOW_TASK
    assert options["retry_policy"].maximum_attempts == 3
    assert options["schedule_to_close_timeout"] == 3 * OWN_BOOKS_QUICK.start_to_close


def test_a_silent_payer_holds_the_story_for_minutes_and_not_for_hours() -> None:
    retry = PAYER_REAL_TIME.retry
    pauses = (retry.maximum_interval or timedelta.max) * retry.maximum_attempts

    assert PAYER_REAL_TIME.start_to_close * retry.maximum_attempts + pauses < timedelta(minutes=5)


def wrapped(cause: BaseException) -> ActivityError:
    error = ActivityError(
        "activity failed", scheduled_event_id=1, started_event_id=2, identity="", activity_type="a", activity_id="1",
        retry_state=RetryState.NON_RETRYABLE_FAILURE,
    )  # fmt: skip
    error.__cause__ = cause
    return error


def test_a_refusal_is_an_answer_whether_a_local_or_a_normal_activity_gave_it() -> None:
    refused = ApplicationError("no", type="Refused")

    assert is_business_error(refused)
    assert is_business_error(wrapped(refused))


def test_a_fault_is_no_answer() -> None:
    fault = ApplicationError("gone", type="ConnectionError")
    late = exceptions.TimeoutError("late", type=TimeoutType.START_TO_CLOSE, last_heartbeat_details=[])

    assert not any(map(is_business_error, (fault, wrapped(fault), late, wrapped(late))))
