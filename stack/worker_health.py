"""`python -m stack.worker_health`: whether this machine's worker polls, for health checks of containers.

Exit code 0 when a poller of this host is on both task queues, 1 when not, 2 when Temporal cannot be asked.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys

from temporalio.service import RPCError

from contracts import task_queues
from stack.pollers import poller_identities
from stack.temporal_server import TemporalEndpoint, connect


async def check() -> int:
    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    namespace = os.environ.get("TEMPORAL_NAMESPACE", "default")
    host = f"@{socket.gethostname()}"
    try:
        client = await connect(TemporalEndpoint(address=address, namespace=namespace, ui=None, ours=False))
        for queue in (task_queues.STORIES, task_queues.OUTSIDE):
            if not any(name.endswith(host) for name in await poller_identities(client, queue)):
                print(f"no worker of this host polls {queue}", file=sys.stderr)
                return 1
    except (RPCError, RuntimeError) as failure:
        print(f"Temporal at {address} cannot be asked: {failure}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(check()))
