"""`python -m stack.check`: every check of `make test`, each with its time, the tests last."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from stack.errors import StackError
from stack.paths import CHECKOUT, cache_folder
from stack.temporal_binary import build_binary
from stack.temporal_server import tell

TESTS = ("tests/unit", "tests/integration", "tests/e2e")
TWO_LANES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""End to end beside everything else, each lane with its own servers; tests/conftest.py says what goes where."""


def main() -> int:
    """Exit code 0 when every check passes, 1 when one does not, 2 when one cannot run."""
    scripts = Path(sys.executable).parent
    try:
        with _Timed("Temporal server"):
            _server_for_tests()
    except StackError as failure:
        print(f"check: {failure}", file=sys.stderr)
        return 2
    checks: list[tuple[str, Sequence[str | Path]]] = [
        ("ruff", [scripts / "ruff", "check", "--quiet", "."]),
        ("mypy", [scripts / "mypy"]),
        ("import-linter", [scripts / "lint-imports", "--no-logo"]),
        ("committed histories", [sys.executable, "-m", "stack.histories"]),
    ]
    failed = [name for name, command in checks if not _passes(name, command)]
    # Its closing line is the last thing on the screen, so the verdict on the steps before comes first.
    print(f"checks before the tests: {'FAILED: ' + ', '.join(failed) if failed else 'passed'}", flush=True)
    tests = subprocess.run([sys.executable, "-m", "pytest", "-q", *TWO_LANES, *TESTS], cwd=CHECKOUT, check=False)
    return 1 if failed or tests.returncode else 0


def _server_for_tests() -> None:
    """Built before the tests start, because a test's time limit is shorter than the build."""
    if not os.environ.get("TEMPORAL_ADDRESS"):
        try:
            build_binary(cache_folder(), tell)
        except StackError as failure:
            tell(f"check: {failure}; tests will look for another Temporal server")


def _passes(name: str, command: Sequence[str | Path]) -> bool:
    with _Timed(name):
        return subprocess.run([str(part) for part in command], cwd=CHECKOUT, check=False).returncode == 0


class _Timed:
    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        print(f"{self._name}: {time.monotonic() - self._began:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
