"""``claimflow claim command-schema``: how the body of an order looks."""

from __future__ import annotations

import typer

from cli import output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("command-schema")(command_schema)


def command_schema(
    as_json: bool = typer.Option(False, "--json", hidden=True),  # noqa: ARG001 - it is JSON either way
) -> None:
    """Print the JSON Schema of an order: the updates' body, and that of the signal biller_command."""
    from domain.claim import commands

    output.print_json(commands.command_schema())
