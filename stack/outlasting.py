"""Outlasting a restart: a question or an order is repeated while the server that it goes to is away.

Only for what may be repeated: reads, moves to an absolute date, starts under one id.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

Result = TypeVar("Result")

OUTAGE_LIMIT = 120.0
"""Seconds of real time after which an outage is told as what it is."""
PAUSE = 0.5

_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)


def is_outage(error: BaseException) -> bool:
    """Whether an error says that a server is away or restarting, and not that the question is wrong."""
    match error:
        case RPCError():
            return error.status in _AWAY
        case OperationalError() | InterfaceError():
            return True
        case DBAPIError():
            return error.connection_invalidated
        case _:
            return isinstance(error, httpx.TransportError)


async def outlast(work: Callable[[], Awaitable[Result]], *, also: tuple[type[Exception], ...] = ()) -> Result:
    """Do the work, again and again while its server is away, at most for OUTAGE_LIMIT seconds.

    Raises the last error when the time is over, and every error that is no outage (nor named in ``also``) at once.
    """
    until = time.monotonic() + OUTAGE_LIMIT
    while True:
        try:
            return await work()
        except Exception as error:
            if time.monotonic() > until or not (is_outage(error) or isinstance(error, also)):
                raise
        await asyncio.sleep(PAUSE)


async def outlast_in_thread(work: Callable[[], Result]) -> Result:
    """The same for work that blocks."""
    return await outlast(lambda: asyncio.to_thread(work))


SWEEP_FAILED = (WorkflowFailureError,)
"""A sweep that failed is looked for again: the next look repeats what it left."""
