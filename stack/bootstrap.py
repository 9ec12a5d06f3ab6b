"""Makes `.venv` ready: the locked dependencies with their hashes, then claimflow itself, without the network.

    python3 stack/bootstrap.py

Standard library only, for the machine's own Python 3.11 or later. Does nothing when the environment was made
from this very requirements.lock and pyproject.toml; an interrupted run is simply run again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(CHECKOUT, "requirements.lock")
STAMP = os.path.join(VENV, "claimflow.stamp")
OLDEST = (3, 11)


def main() -> int:
    """Exit code 0 when the environment is ready, 2 with one line when it could not be made."""
    if sys.version_info < OLDEST:
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return refuse(f"Python {found} found, 3.11 or later needed: for example make PYTHON=python3.12 demo")
    wanted = fingerprint()
    if is_current(wanted):
        return 0
    try:
        install(wanted)
    except subprocess.CalledProcessError as failure:
        return refuse(f"{failure.cmd} failed (exit code {failure.returncode}): see above, then run it again")
    except OSError as failure:
        return refuse(f"cannot make {VENV}: {failure.strerror or failure}")
    except KeyboardInterrupt:
        return refuse("interrupted; the next run goes on from here")
    return 0


def refuse(reason: str) -> int:
    sys.stderr.write(f"bootstrap: {reason}\n")
    return 2


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def fingerprint() -> str:
    """What the environment must have been made from: the lock, the project file, this place."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(CHECKOUT, name), "rb") as file:
            digest.update(file.read() + b"\0")
    digest.update(os.fsencode(VENV))
    return digest.hexdigest()


def is_current(wanted: str) -> bool:
    try:
        with open(STAMP, encoding="ascii") as file:
            return file.read().strip() == wanted and os.access(PYTHON, os.X_OK)
    except OSError:
        return False


def install(wanted: str) -> None:
    began = time.monotonic()
    if os.path.exists(STAMP):
        os.unlink(STAMP)
    make_environment()
    total = count_packages()
    say(f"Installing {total} locked packages (1 to 3 minutes the first time) ...")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run_with_progress([*pip, "--require-hashes", "--no-deps", "-r", LOCK], total)
    # The project is only linked, with the setuptools just installed: nothing is fetched for it.
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    call([*pip, *offline, "-e", CHECKOUT], "linking claimflow")
    unfinished = STAMP + ".new"
    with open(unfinished, "w", encoding="ascii") as file:
        file.write(wanted + "\n")
    os.replace(unfinished, STAMP)
    say(f"Environment ready after {time.monotonic() - began:.0f} s.")


def make_environment() -> None:
    """A virtual environment with pip in it; one that an interruption or another Python left broken is remade."""
    if works([PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]):
        return
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        lack = f"this Python lacks venv or ensurepip: install {package} (Debian, Ubuntu) or another Python"
        raise SystemExit(refuse(lack)) from None
    say(f"Making the virtual environment .venv (Python {sys.version_info[0]}.{sys.version_info[1]}) ...")
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)


def works(command: list[str]) -> bool:
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def count_packages() -> int:
    with open(LOCK, encoding="utf-8") as file:
        return sum(1 for line in file if re.match(r"[A-Za-z0-9]", line))


def run_with_progress(command: list[str], total: int) -> None:
    """Shows pip's work as one line that counts, or a line every 20 packages where there is no terminal."""
    done = 0
    seen: list[str] = []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            seen = [*seen[-19:], line.rstrip()]
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                done += 1
                show(done, total, line.split()[1] if line.startswith("C") else "")
            elif line.startswith("Installing collected"):
                say("" if sys.stderr.isatty() else "  unpacking ...")
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if code != 0:
        for line in seen:
            say("  " + line)
        raise subprocess.CalledProcessError(code, "installing the locked packages")


def show(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K  {done} of {total} {name.split('==')[0]}")
        sys.stderr.flush()
    elif done % 20 == 0 or done == total:
        say(f"  {done} of {total} packages")


def call(command: list[str], what: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        say(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, what)


if __name__ == "__main__":
    sys.exit(main())
