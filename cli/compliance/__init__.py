"""``claimflow compliance``: claims held for review, for those who have the role."""

from __future__ import annotations

import typer

from cli.compliance import deciding, reporting, showing, staff

app = typer.Typer(help="Claims held for review: for persons with the compliance role alone.", no_args_is_help=True)
showing.register(app)
deciding.register(app)
reporting.register(app)
staff.register(app)
