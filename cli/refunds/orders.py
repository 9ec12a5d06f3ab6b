"""``claimflow refund approve``, ``reject``, ``sent`` and ``suspend``: what a named person decides."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options
from cli.obeying import obey
from cli.refunds.showing import CaseNumber


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("approve")(approve)
    app.command("reject")(reject)
    app.command("sent")(sent)
    app.command("suspend")(suspend)


def approve(
    refund: CaseNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Approve that the money goes back: it becomes a debt of the practice's."""
    _order(organisation, refund, {"verb": "approve", "by": by, "reason": reason}, business_id, as_json=as_json)


def reject(
    refund: CaseNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Decide that nothing goes back; an approval that was not carried out is taken back."""
    _order(organisation, refund, {"verb": "reject", "by": by, "reason": reason}, business_id, as_json=as_json)


def sent(
    refund: CaseNumber,
    check: Annotated[str, typer.Option("--check", metavar="NUMBER", help="Number of the check or transfer.")],
    by: options.By,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say that the approved money left, by which check or transfer."""
    _order(organisation, refund, {"verb": "sent", "by": by, "check": check}, business_id, as_json=as_json)


def suspend(
    refund: CaseNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Suspend the clock of a federal payer for a good-faith investigation (42 CFR 401.305(b)(3))."""
    _order(organisation, refund, {"verb": "suspend", "by": by, "reason": reason}, business_id, as_json=as_json)


def _order(organisation: int, refund: int, body: dict[str, str], business_id: str | None, *, as_json: bool) -> None:
    from cli.refunds.ordering import order

    obey(order, organisation, refund, body, business_id, as_json=as_json)
