"""``claimflow x12`` and ``claimflow remit``: X12 files judged, shown and answered without a database; what
waits of the remittances posted."""

from __future__ import annotations

import typer

from cli.x12files import ack, check, remit, remit_queue, show

app = typer.Typer(help="X12 files: every error, the typed content, the answer.", no_args_is_help=True)
check.register(app)
show.register(app)
ack.register(app)

remittances = typer.Typer(
    help="Remittances (835): do they balance, what waits of them, who decides it.", no_args_is_help=True
)
remit.register(remittances)
remit_queue.register(remittances)
