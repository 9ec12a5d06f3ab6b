"""``claimflow claim``: see claims, and order what becomes of them."""

from __future__ import annotations

import typer

from cli.claims import listing, orders, schema, showing, timeline

app = typer.Typer(help="See claims, and order what becomes of them.", no_args_is_help=True)
listing.register(app)
showing.register(app)
timeline.register(app)
orders.register(app)
schema.register(app)
