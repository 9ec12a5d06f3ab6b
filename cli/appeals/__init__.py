"""``claimflow appeal`` and ``claimflow medicare``: levels of appeals, and Medicare's examination register."""

from __future__ import annotations

import typer

from cli.appeals import orders, register, showing

app = typer.Typer(help="Appeals level by level: what is missing, what is filed, what comes next.", no_args_is_help=True)
showing.register(app)
orders.register(app)
medicare = typer.Typer(help="How Medicare examines each denial.", no_args_is_help=True)
register.register(medicare)
