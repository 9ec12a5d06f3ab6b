"""``claimflow compliance decide``: release the claims, void them, or pay back what was paid for them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options
from cli.compliance.showing import ReferralNumber
from cli.failures import Negative
from cli.obeying import obey, own_id

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
    from domain.cases.orders import OrderInvalid

    if decision not in _DECISIONS:
        raise typer.BadParameter(f"--decision: use one of {', '.join(_DECISIONS)}")
    body = {"verb": decision, "id": own_id(business_id), "by": by, "reason": reason}
    try:
        obey(body["id"], lambda books, servers: order(books, servers, organisation, referral, body), as_json=as_json)
    except OrderInvalid as invalid:
        raise Negative(str(invalid)) from None
