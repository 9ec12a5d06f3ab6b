"""Every retry and timeout of the product, named, one reason each. Call sites only name them.

The rule behind all of them: our own database is retried for as long as it takes; a silent outside
party gets a few attempts, then the story waits by a durable timer and asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

BUSINESS_ERRORS = ["Refused"]
"""Error types that no repetition mends: they are answers, not faults."""


class LocalOptions(TypedDict):
    """Options of a local activity."""

    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class ActivityOptions(TypedDict):
    """Options of an activity."""

    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


WORKER_MISSED_AFTER = timedelta(seconds=15)
"""Workers send heartbeats for each activity: another takes up the steps of a killed one after this long."""


@dataclass(frozen=True)
class Policy:
    """Timeouts and retries of one kind of step."""

    start_to_close: timedelta
    retry: RetryPolicy

    def options(self) -> ActivityOptions:
        """As keyword arguments of ``execute_activity``."""
        return {
            "start_to_close_timeout": self.start_to_close,
            "heartbeat_timeout": WORKER_MISSED_AFTER,
            "retry_policy": self.retry,
        }

    def local_options(self) -> LocalOptions:
        """As keyword arguments of ``execute_local_activity``."""
        return {
            "start_to_close_timeout": self.start_to_close,
            "schedule_to_close_timeout": self.start_to_close * 3,
            "retry_policy": self.retry,
        }


# A local activity holds its workflow task: three quick tries, then the step runs as a normal activity.
OWN_BOOKS_QUICK = Policy(
    start_to_close=timedelta(seconds=8),
    retry=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        maximum_interval=timedelta(seconds=1),
        maximum_attempts=3,
        non_retryable_error_types=BUSINESS_ERRORS,
    ),
)

# PostgreSQL may be away for a maintenance window: try for ever, at most every 30 seconds.
OWN_BOOKS = Policy(
    start_to_close=timedelta(seconds=60),
    retry=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=BUSINESS_ERRORS,
    ),
)

# A payer answers a real-time question within 20 seconds or not now (CAQH CORE): four tries, then a timer.
PAYER_REAL_TIME = Policy(
    start_to_close=timedelta(seconds=25),
    retry=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=5),
        maximum_attempts=4,
        non_retryable_error_types=BUSINESS_ERRORS,
    ),
)

# A recognised send (same name, same bytes) may be repeated until the clearinghouse is back.
RECOGNISED_SEND = Policy(
    start_to_close=timedelta(seconds=90),
    retry=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=5),
        non_retryable_error_types=BUSINESS_ERRORS,
    ),
)

# A sweep is tried again by the next sweep anyway: three tries keep a short fault out of the work list.
SWEEP = Policy(
    start_to_close=timedelta(seconds=120),
    retry=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
)

# Every chart of a practice, page by page: long for the largest; heartbeats tell a dead worker.
WHOLE_PRACTICE = Policy(
    start_to_close=timedelta(hours=1),
    retry=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_attempts=3, non_retryable_error_types=BUSINESS_ERRORS
    ),
)

PAYER_SILENT_RETRY_AFTER = timedelta(hours=4)
"""A payer that did not answer a real-time question is asked again after this long."""


def is_business_error(error: FailureError) -> bool:
    """Whether an activity failed with an answer rather than a fault."""
    # A normal activity's failure comes wrapped, a local one's comes as it was raised.
    raised = error.cause if isinstance(error, ActivityError) else error
    return isinstance(raised, ApplicationError) and raised.type in BUSINESS_ERRORS
