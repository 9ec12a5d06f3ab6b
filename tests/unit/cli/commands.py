"""Runs the command line in this process and says what came out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from cli.main import app

_VARIABLES = (
    "DATABASE_URL",
    "TEMPORAL_ADDRESS",
    "TEMPORAL_NAMESPACE",
    "CLAIMFLOW_DEBUG",
    "CLAIMFLOW_ORGANISATION",
    "CLAIMFLOW_USER",
    "CLAIMFLOW_CLEARINGHOUSE",
)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command did."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document of stdout; fails when there is anything else."""
        return json.loads(self.stdout)

    @property
    def error_line(self) -> str:
        """The one line of stderr; fails when there are more or none."""
        (line,) = self.stderr.splitlines()
        return line


def claimflow(*arguments: object, **variables: str) -> Ran:
    """Run one command line with no other variables of ours than those given."""
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], env=dict.fromkeys(_VARIABLES) | variables
    )
    return Ran(exit_code=result.exit_code, stdout=result.stdout, stderr=result.stderr)
