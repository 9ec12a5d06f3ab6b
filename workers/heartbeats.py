"""Heartbeats of every activity that has a heartbeat timeout: a killed worker is missed in seconds.

Without them its steps would wait for their whole time limit before another worker takes them up.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

PER_TIMEOUT = 5
"""Heartbeats within one timeout: a busy machine may miss some of them."""


class HeartbeatsInterceptor(Interceptor):
    """Sends heartbeats beside the activity, from the event loop, whatever thread the activity works in."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Stand around every activity."""
        return _Heartbeats(next)


class _Heartbeats(ActivityInboundInterceptor):
    _outbound: ActivityOutboundInterceptor

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._outbound = outbound
        super().init(outbound)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        info = activity.info()
        if info.is_local or info.heartbeat_timeout is None:
            return await super().execute_activity(input)
        beating = asyncio.create_task(self._beat(info.heartbeat_timeout / PER_TIMEOUT))
        try:
            return await super().execute_activity(input)
        finally:
            beating.cancel()

    async def _beat(self, every: timedelta) -> None:
        while True:
            await asyncio.sleep(every.total_seconds())
            self._outbound.heartbeat()
