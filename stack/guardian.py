"""Stops a stack whose owner died without saying so (kill -9, a closed terminal, a timed-out test run).

    python -m stack.guardian PIDS_FOLDER

The owner holds the other end of this process's standard input; its end is the owner's end.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType

from stack.paths import CHECKOUT, StackPaths
from stack.processes import ManagedProcess


class Guardian:
    """Stands beside one stack as long as the `with` block lasts."""

    def __init__(self, paths: StackPaths) -> None:
        self._paths = paths
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Guardian:
        self._paths.create()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "stack.guardian", str(self._paths.state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=CHECKOUT,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None


def stop_all(paths: StackPaths) -> list[str]:
    """Stops every process that a pid file of this stack names and returns their names."""
    names = sorted(record.stem for record in paths.pids.glob("*.json"))
    return [name for name in names if ManagedProcess(name, paths).stop(patience=5.0)]


if __name__ == "__main__":
    sys.stdin.buffer.read()
    stop_all(StackPaths(state=Path(sys.argv[1]), cache=Path()))
