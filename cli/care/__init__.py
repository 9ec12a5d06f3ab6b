"""``claimflow assistance``, ``complaint``, ``collections`` and ``account flag``: care, from the command line."""

from __future__ import annotations

import typer

from cli.care import assistance, collections, complaint, flags


def register(app: typer.Typer, account: typer.Typer) -> None:
    """Add the commands; flags belong to an account."""
    app.add_typer(assistance.app, name="assistance")
    app.add_typer(complaint.app, name="complaint")
    app.add_typer(collections.app, name="collections")
    account.add_typer(flags.app, name="flag")
