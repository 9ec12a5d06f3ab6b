"""The ground a demo stands on: a folder of its own, empty at the start, with nothing of an earlier run alive."""

from __future__ import annotations

import fcntl
import os
import shutil

from contracts.converter import KEYS_VARIABLE, new_keys
from stack.errors import StackError
from stack.guardian import stop_all
from stack.paths import StackPaths

LOCK = "owner.lock"


def demo_paths() -> StackPaths:
    """The demo's own folder beside the state of `claimflow up`."""
    ours = StackPaths.from_environment()
    return StackPaths(state=ours.state / "demo", cache=ours.cache)


def clear(paths: StackPaths) -> list[str]:
    """Stop what an earlier run left alive and empty the folder; return the names of what was stopped.

    Raises:
        StackError: another demo is running there.
    """
    paths.state.mkdir(parents=True, exist_ok=True)
    with (paths.state / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"another demo runs in {paths.state}: wait for it or stop it, or set CLAIMFLOW_STATE"
            ) from None
        stopped = stop_all(paths)
        for entry in paths.state.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK:
                entry.unlink()
    return stopped


def ensure_payload_keys() -> None:
    """A key for protected payloads, for this run only, where the environment names none."""
    os.environ.setdefault(KEYS_VARIABLE, new_keys("demo"))
