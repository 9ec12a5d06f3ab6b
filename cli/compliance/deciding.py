"""``claimflow compliance decide``: release the claims, void them, or pay back what was paid for them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options
from cli.compliance.showing import ReferralNumber
from cli.obeying import obey

_DECISIONS = ("release", "void", "repay")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decide")(decide)


def decide(
    referral: ReferralNumber,
    decision: Annotated[
        str,
        typer.Option("--decision", help="release (they go on), void or repay (return what was paid)."),
    ],
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Decide about a referral: its claims go on with this word alone. Only compliance reads the reason."""
    from cli.compliance.ordering import order

    if decision not in _DECISIONS:
        raise typer.BadParameter(f"--decision: use one of {', '.join(_DECISIONS)}")
    body = {"verb": decision, "by": by, "reason": reason}
    obey(order, organisation, referral, body, business_id, as_json=as_json)
