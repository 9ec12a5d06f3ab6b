"""``claimflow x12`` and ``claimflow remit``: X12 files judged, shown and answered; no database, no stack."""

from __future__ import annotations

import typer

from cli.x12files import ack, check, remit, show

app = typer.Typer(help="X12 files: every error, the typed content, the answer.", no_args_is_help=True)
check.register(app)
show.register(app)
ack.register(app)

remittances = typer.Typer(help="Remittances (835): do they balance.", no_args_is_help=True)
remit.register(remittances)
