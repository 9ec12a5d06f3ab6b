"""``claimflow denial``: what a payer's codes mean, and what is done about them."""

from __future__ import annotations

import typer

from cli.denial import explaining

app = typer.Typer(help="What a payer's codes mean, and what is done about them.", no_args_is_help=True)
explaining.register(app)
