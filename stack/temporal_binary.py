"""Our Temporal server's binary: built once from `stack/devserver/`, cached by the hash of its sources."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from stack.errors import StackError
from stack.go_toolchain import SOURCES, environment, find_or_fetch

NAME = "claimflow-temporal"
_REPORT_EVERY = 10.0  # seconds between progress lines of the build


def cached_binary(cache: Path) -> Path | None:
    """The binary of exactly these sources, when it was built before."""
    binary = _place(cache)
    return binary if os.access(binary, os.X_OK) else None


def build_binary(cache: Path, say: Callable[[str], None]) -> Path:
    """Builds the binary unless it is there; a second build at the same time waits for the first.

    An interrupted build leaves only Go's own build cache, from which the next one goes on.
    Raises StackError when there is no Go, or when modules cannot be downloaded or compiled.
    """
    with _only_one(cache / "temporal" / "build.lock", say):
        ready = cached_binary(cache)
        if ready:
            return ready
        started = time.monotonic()
        go = find_or_fetch(cache, say)
        say("Temporal server: building it once from Go modules (about 4 minutes on 2 cores) ...")
        _run([go, "mod", "download"], cache, "downloading Go modules")
        packages = _run([go, "list", "-deps", "."], cache, "listing Go packages").count("\n")
        binary = _place(cache)
        binary.parent.mkdir(parents=True, exist_ok=True)
        for leftover in binary.parent.glob(f"{NAME}.*.new"):  # of a build that was killed
            leftover.unlink(missing_ok=True)
        unfinished = binary.with_name(f"{NAME}.{os.getpid()}.new")
        try:
            _compile(go, cache, unfinished, packages, say)
            unfinished.replace(binary)
        finally:
            unfinished.unlink(missing_ok=True)
        say(f"Temporal server: built in {time.monotonic() - started:.0f} s, kept in {binary.parent}")
        return binary


def _place(cache: Path) -> Path:
    digest = hashlib.sha256()
    for source in sorted([*SOURCES.glob("*.go"), SOURCES / "go.mod", SOURCES / "go.sum"]):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return cache / "temporal" / digest.hexdigest()[:16] / NAME


def _compile(go: Path, cache: Path, output: Path, packages: int, say: Callable[[str], None]) -> None:
    command = [str(go), "build", "-v", "-trimpath", "-ldflags", "-s -w", "-o", str(output), "."]
    begun = reported = time.monotonic()
    done, last = 0, ""
    with subprocess.Popen(
        command,
        cwd=SOURCES,
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as build:
        assert build.stdout is not None
        try:
            for line in build.stdout:
                done, last = done + 1, line.strip()
                if time.monotonic() - reported >= _REPORT_EVERY:
                    reported = time.monotonic()
                    share = min(99, 100 * done // max(packages, 1))
                    say(f"Temporal server: {share} % compiled after {reported - begun:.0f} s")
        except BaseException:
            build.terminate()
            raise
    if build.returncode != 0:
        raise StackError(f"the Temporal server did not compile: {last or 'see above'}")


def _run(command: list[str | Path], cache: Path, what: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=SOURCES,
        env=environment(cache),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StackError(f"{what} failed: {reason}")
    return done.stdout


@contextlib.contextmanager
def _only_one(lock: Path, say: Callable[[str], None]) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Temporal server: another process is building it; waiting for that ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # closing the file, or the end of this process, lets go of the lock
