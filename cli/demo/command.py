"""``claimflow demo``: the whole story on this machine, months in minutes."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    claims: Annotated[int, typer.Option(min=1, max=5000, help="How many visits; 60 show every outcome.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same outcomes and the same ledger.")] = 7,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running at the end, to look at it.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Carry a practice's claims from check-in to a zero balance. Exit 1 when one is left open."""
    from cli.demo.run import run_demo

    if not run_demo(claims=claims, seed=seed, as_json=as_json, keep=keep):
        raise typer.Exit(1)
