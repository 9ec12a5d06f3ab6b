"""The command line against a stack of a test, as a person would call it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from stack.local import LocalStack
from stack.paths import CHECKOUT

ANSWERS_WITHIN = 120.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.stdout)


async def claimflow(stack: LocalStack, *arguments: str) -> Answer:
    """``claimflow ARGUMENTS`` in a process of its own, with the stack's environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        *arguments,
        cwd=CHECKOUT,
        env=os.environ | stack.environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), ANSWERS_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError(f"claimflow {' '.join(arguments)} did not end in {ANSWERS_WITHIN:.0f} s") from None
    return Answer(exit_code=process.returncode or 0, stdout=out.decode(), stderr=err.decode())
