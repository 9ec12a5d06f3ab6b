"""Waiting in tests: a condition polled up to a bound, never a bare sleep."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")
_INTERVAL = 0.05


async def assert_eventually(
    check: Callable[[], Result | Awaitable[Result]], timeout: float = 10.0, why: str = ""
) -> Result:
    """Calls `check` until it returns something true, and returns that.

    An AssertionError raised by `check` counts as "not yet"; the last one is raised when the time is over.
    """
    deadline = time.monotonic() + timeout
    while True:
        failure: AssertionError | None = None
        result: object = None
        try:
            result = check()
            if inspect.isawaitable(result):
                result = await result
            if result:
                return result  # type: ignore[return-value]
        except AssertionError as error:
            failure = error
        if time.monotonic() >= deadline:
            raise failure or AssertionError(f"not within {timeout} s: {why or check} (last: {result!r})")
        await asyncio.sleep(_INTERVAL)
