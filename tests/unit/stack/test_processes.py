"""Processes: found again, stopped for certain, and nobody else's ever signalled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.errors import StackError
from stack.guardian import Guardian, stop_all
from stack.paths import CHECKOUT, StackPaths
from stack.processes import ManagedProcess, poll_until, wait_healthy

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"
PATIENT = "import time; print('up', flush=True); time.sleep(99)"


@pytest.fixture
def paths(tmp_path: Path) -> StackPaths:
    return StackPaths(state=tmp_path / "state", cache=tmp_path / "cache")


def spawn(paths: StackPaths, program: str, name: str = "piece") -> ManagedProcess:
    process = ManagedProcess(name, paths)
    process.spawn([sys.executable, "-c", program])
    assert poll_until(lambda: "up" in process.log.read_text(), 10.0)
    return process


def test_a_process_is_found_and_stopped_by_a_later_program(paths: StackPaths) -> None:
    started = spawn(paths, PATIENT)
    later = ManagedProcess("piece", paths)

    assert later.pid == started.pid
    assert later.stop()
    assert not started.is_alive()


def test_a_process_that_ignores_the_request_is_killed(paths: StackPaths) -> None:
    process = spawn(paths, STUBBORN)

    assert process.stop(patience=0.2)
    assert not process.is_alive()


def test_killing_takes_the_descendants_along(paths: StackPaths) -> None:
    program = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {PATIENT!r}], start_new_session=True)\n"
        "print(child.pid, 'up', flush=True)\n"
        "time.sleep(99)\n"
    )
    process = spawn(paths, program)
    child = psutil.Process(int(process.log.read_text().split()[0]))

    assert process.kill()
    assert poll_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 5.0)


def test_a_pid_given_to_somebody_else_is_not_signalled(paths: StackPaths) -> None:
    paths.create()
    record = {"pid": os.getpid(), "started": psutil.Process().create_time() - 100, "command": "gone"}
    (paths.pids / "piece.json").write_text(json.dumps(record))
    process = ManagedProcess("piece", paths)

    assert not process.is_alive()
    assert not process.kill()
    assert not process.stop()


def test_a_process_that_ends_at_once_is_reported_with_its_last_words(paths: StackPaths) -> None:
    process = ManagedProcess("piece", paths)
    process.spawn([sys.executable, "-c", "import sys; sys.exit('port 1 is taken')"])

    with pytest.raises(StackError, match="piece ended at once: port 1 is taken"):
        wait_healthy(process, lambda: False, 10.0)


def test_everything_a_stack_left_behind_is_stopped(paths: StackPaths) -> None:
    left = [spawn(paths, PATIENT, name) for name in ("simulator", "workers")]

    assert stop_all(paths) == ["simulator", "workers"]
    assert not any(process.is_alive() for process in left)


def test_the_guardian_stops_the_stack_when_its_owner_is_killed(paths: StackPaths) -> None:
    owner = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from stack.guardian import Guardian\n"
        "from stack.paths import StackPaths\n"
        "from stack.processes import ManagedProcess\n"
        "paths = StackPaths(state=Path(sys.argv[1]), cache=Path(sys.argv[1]))\n"
        "with Guardian(paths):\n"
        f"    ManagedProcess('piece', paths).spawn([sys.executable, '-c', {PATIENT!r}])\n"
        "    print('up', flush=True)\n"
        "    time.sleep(99)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", owner, str(paths.state)], stdout=subprocess.PIPE, cwd=CHECKOUT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert ManagedProcess("piece", paths).is_alive()
        process.kill()

    assert poll_until(lambda: not ManagedProcess("piece", paths).is_alive(), 15.0)


def test_the_guardian_leaves_quietly_when_its_owner_ends_well(paths: StackPaths) -> None:
    with Guardian(paths):
        process = spawn(paths, PATIENT)

    assert process.is_alive()
    assert process.stop()
