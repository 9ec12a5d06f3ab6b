"""``claimflow refund``: credit balances, whose they are, and what becomes of them."""

from __future__ import annotations

import typer

from cli.refunds import orders, showing

app = typer.Typer(help="Credit balances: whose they are, by when, and what becomes of them.", no_args_is_help=True)
showing.register(app)
orders.register(app)
