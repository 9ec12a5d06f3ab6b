"""``claimflow ops``: what is open and does not run, what is stuck, what a release would break."""

from __future__ import annotations

import typer

from cli.ops import doctor, replay, resurrect

app = typer.Typer(help="For operations: start what is missing, find what is stuck.", no_args_is_help=True)
resurrect.register(app)
doctor.register(app)
replay.register(app)
