"""``python -m workers``: one worker process."""

from __future__ import annotations

import asyncio
import sys

from gateways.errors import GatewayError
from workers import logs
from workers.deployment import ReleaseRefused
from workers.run import run
from workers.settings import SettingsMissing, WorkerSettings


def main() -> int:
    """Run until told to stop; 2 with one clear line when it cannot start."""
    logs.configure()
    try:
        asyncio.run(run(WorkerSettings.from_environment()))
    except (SettingsMissing, GatewayError, ReleaseRefused) as missing:
        sys.stderr.write(f"workers: {missing}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
