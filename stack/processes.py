"""Processes of the local stack: started with a log, remembered by pid and start time, stopped for certain."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from stack.errors import StackError
from stack.paths import CHECKOUT, StackPaths

# Children of this program, whoever stops them, until they have ended: a child not waited for stays a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}
_START_TIME_TOLERANCE = 0.05  # seconds; both figures come from the kernel's clock ticks


class ManagedProcess:
    """One process by name, in a process group of its own, found again by its pid file in a later run.

    The pid file also holds the process's start time, so that a pid given to somebody else by now is never
    signalled.
    """

    def __init__(self, name: str, paths: StackPaths) -> None:
        self.name = name
        self.log = paths.logs / f"{name}.log"
        self._pid_file = paths.pids / f"{name}.json"
        self._paths = paths

    def spawn(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path = CHECKOUT,
    ) -> None:
        """Starts the command detached from the terminal, its output appended to the log."""
        self._paths.create()
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(environment) if environment is not None else None,
                start_new_session=True,
            )
        _children[child.pid] = child
        with contextlib.suppress(psutil.NoSuchProcess):  # gone already: the health check will say so
            started = psutil.Process(child.pid).create_time()
            record = {"pid": child.pid, "started": started, "command": str(command[0])}
            fresh = self._pid_file.with_suffix(".new")
            fresh.write_text(json.dumps(record))
            fresh.replace(self._pid_file)

    @property
    def process(self) -> psutil.Process | None:
        """The living process of the pid file, ours or an earlier run's; None when there is none."""
        _reap()
        try:
            record = json.loads(self._pid_file.read_text())
            process = psutil.Process(int(record["pid"]))
            same = abs(process.create_time() - float(record["started"])) <= _START_TIME_TOLERANCE
            if same and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except (FileNotFoundError, json.JSONDecodeError, KeyError, ValueError, psutil.Error):
            pass
        return None

    @property
    def pid(self) -> int | None:
        return process.pid if (process := self.process) else None

    def is_alive(self) -> bool:
        return self.process is not None

    def stop(self, *, first: signal.Signals = signal.SIGTERM, patience: float = 15.0) -> bool:
        """Asks the process to end, and kills its whole group when it has not within `patience` seconds.

        Returns whether there was a process to stop.
        """
        process = self.process
        if process is None:
            self._pid_file.unlink(missing_ok=True)
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(first)
        if not self._ended_within(patience):
            return self.kill()
        _kill_group(process.pid)
        self._pid_file.unlink(missing_ok=True)
        return True

    def kill(self) -> bool:
        """SIGKILL to the process and all its descendants: what a power cut looks like to it."""
        process = self.process
        if process is None:
            return False
        descendants: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()  # so that it starts nobody new while its descendants are counted
            descendants = process.children(recursive=True)
        _kill_group(process.pid)
        for descendant in descendants:  # PostgreSQL's have groups of their own
            with contextlib.suppress(psutil.NoSuchProcess):
                descendant.kill()
        poll_until(lambda: not any(_runs(descendant) for descendant in descendants), 10.0, interval=0.02)
        self._ended_within(10.0)
        self._pid_file.unlink(missing_ok=True)
        return True

    def last_words(self, lines: int = 3) -> str:
        """The end of the log in one line, for error messages."""
        try:
            text = self.log.read_text(errors="replace")
        except FileNotFoundError:
            return "it left no log"
        return " | ".join(line.strip() for line in text.splitlines()[-lines:]) or "its log is empty"

    def _ended_within(self, seconds: float) -> bool:
        return poll_until(lambda: self.process is None, seconds, interval=0.02)


def _reap() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE  # an orphan may stay one where nobody is init
    except psutil.NoSuchProcess:
        return False


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def poll_until(check: Callable[[], bool], seconds: float, *, interval: float = 0.05) -> bool:
    """Whether `check` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() >= deadline:
            return False
        time.sleep(interval)
    return True


def wait_healthy(process: ManagedProcess, check: Callable[[], bool], seconds: float) -> None:
    """Waits until `check` holds. Raises StackError when the process ends first or the time is over."""
    ready = False

    def settled() -> bool:
        nonlocal ready
        ready = check()
        return ready or not process.is_alive()

    poll_until(settled, seconds)
    if ready:
        return
    what = "did not answer" if process.is_alive() else "ended at once"
    raise StackError(f"{process.name} {what}: {process.last_words()} (whole log: {process.log})")


@contextlib.contextmanager
def termination_as_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does, so that its clean-up runs for all three."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
