"""Asynchronous calls from the stack's synchronous code, which tests also call inside a running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_apart(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Runs the coroutine to its end on an event loop of its own, in a thread of its own."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="stack") as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
