"""``claimflow audit``: what charts and claims say differently, and the questions that follow from it."""

from __future__ import annotations

import typer

from cli.audit import charts, deciding, running, showing

app = typer.Typer(
    help="What charts say and claims do not, and the other way round; questions to the treating provider.",
    no_args_is_help=True,
)
showing.register(app)
deciding.register(app)
charts.register(app)
running.register(app)
