"""Temporal servers that are not ours, for a machine where ours cannot be built: the `temporal` command."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from stack.asynchronous import run_apart
from stack.errors import StackError

_DOWNLOAD_SECONDS = 300.0
_WANTED = {"frontend.WorkflowTimeSkippingEnabled": True, "frontend.namespaceRPS.visibility": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalCli:
    """A `temporal` command and where it came from."""

    binary: Path
    origin: str

    def command(
        self,
        data: Path,
        common: Sequence[str],
        dynamic_config: Mapping[str, object],
        say: Callable[[str], None],
    ) -> list[str | Path]:
        """The command line of its development server; says so when it may not know time skipping."""
        version = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=False)
        say(
            f"Temporal server: {self.origin} ({version.stdout.strip()}); without time skipping in it, "
            "`demo` and `fast-forward` cannot move through months"
        )
        command: list[str | Path] = [self.binary, "server", "start-dev", "--log-level", "warn", *common]
        command += ["--db-filename", data / "temporal-cli.db"]
        for pragma in ("journal_mode=wal", "synchronous=normal"):
            command += ["--sqlite-pragma", pragma]
        for key, value in (_WANTED | dict(dynamic_config)).items():
            command += ["--dynamic-config-value", f"{key}={json.dumps(value)}"]
        return command


def cli_on_path() -> TemporalCli | None:
    found = shutil.which("temporal")
    return TemporalCli(binary=Path(found), origin=f"the command {found}") if found else None


def fetched_by_sdk(cache: Path, say: Callable[[str], None]) -> TemporalCli:
    """The development server that the Temporal SDK downloads, kept in our cache.

    Raises StackError when the download fails.
    """
    folder = cache / "temporal" / "sdk"
    found = _downloaded(folder)
    if found is None:
        say("Temporal server: the Temporal SDK downloads one (about 50 MB; needs the internet) ...")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            run_apart(lambda: _download(folder))
        except (RuntimeError, TimeoutError) as failure:
            why = str(failure).splitlines()[0] if str(failure) else "it took too long"
            raise StackError(
                f"no Temporal server: the SDK's download failed ({why}); install Go or set TEMPORAL_ADDRESS"
            ) from failure
        found = _downloaded(folder)
    if found is None:
        raise StackError(f"no Temporal server: the SDK's download left nothing in {folder}")
    return TemporalCli(binary=found, origin="the SDK's download")


async def _download(folder: Path) -> None:
    async with asyncio.timeout(_DOWNLOAD_SECONDS):
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
        await environment.shutdown()


def _downloaded(folder: Path) -> Path | None:
    return next(iter(sorted(folder.glob("temporal-sdk-python-*"))), None)
