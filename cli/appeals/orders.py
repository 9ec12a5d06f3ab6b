"""``claimflow appeal open``, ``evidence``, ``file``, ``decide``, ``escalate``, ``withdraw`` and ``end``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import options
from cli.appeals.showing import AppealNumber
from cli.obeying import obey

_GoodCause = Annotated[
    str, typer.Option("--good-cause", metavar="TEXT", help="Why it is late, where a rule hears late requests.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("open")(open_level)
    app.command("evidence")(evidence)
    app.command("file")(file_request)
    app.command("decide")(decide)
    app.command("escalate")(escalate)
    app.command("withdraw")(withdraw)
    app.command("end")(end)


def open_level(
    claim: options.ClaimNumber,
    by: options.By,
    reason: options.Reason,
    gather: Annotated[bool, typer.Option("--gather", help="Do not file yet: papers are still to come.")] = False,
    good_cause: _GoodCause = "",
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Open the next level of appeal about a claim's newest denial: `claimflow claim appeal` with more to say."""
    from cli.claims.ordering import order

    words = f"{'gather: ' if gather else ''}{f'good cause: {good_cause}; ' if good_cause else ''}{reason}"
    body: dict[str, Any] = {"command": "appeal", "by": by, "expected_version": None, "reason": words, "changes": {}}
    obey(order, organisation, claim, body, business_id, as_json=as_json)


def evidence(
    appeal: AppealNumber,
    item: Annotated[str, typer.Option("--item", metavar="ITEM", help="A thing of the checklist (`appeal show`).")],
    by: options.By,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Where it is, or why it is waived.")],
    waive: Annotated[bool, typer.Option("--waive", help="File without it.")] = False,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say that a thing of the checklist is there, or that the request is filed without it."""
    body = {"verb": "evidence", "item": item, "by": by, "reason": reason, "waive": waive}
    _order(organisation, appeal, body, business_id, as_json=as_json)


def file_request(
    appeal: AppealNumber,
    by: options.By,
    reason: options.Reason,
    good_cause: _GoodCause = "",
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """File the request: its letter leaves by mail."""
    body = {"verb": "file", "by": by, "reason": reason, "good_cause": good_cause}
    _order(organisation, appeal, body, business_id, as_json=as_json)


def decide(
    appeal: AppealNumber,
    decision: Annotated[
        str, typer.Option("--decision", metavar="WORD", help="favourable, partly_favourable or unfavourable.")
    ],
    dated: Annotated[str, typer.Option("--dated", metavar="DATE", help="Date on the decision, as YYYY-MM-DD.")],
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter a decision that came on paper."""
    body = {"verb": "decide", "decision": decision, "dated": dated, "by": by, "reason": reason}
    _order(organisation, appeal, body, business_id, as_json=as_json)


def escalate(
    appeal: AppealNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Go on without a decision that is overdue, where the rule gives that right (42 CFR 405.970)."""
    _order(organisation, appeal, {"verb": "escalate", "by": by, "reason": reason}, business_id, as_json=as_json)


def withdraw(
    appeal: AppealNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Withdraw the request: the claim is denied again, and can be appealed again in time."""
    _order(organisation, appeal, {"verb": "withdraw", "by": by, "reason": reason}, business_id, as_json=as_json)


def end(
    appeal: AppealNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Accept a decision against us: no next level is filed."""
    _order(organisation, appeal, {"verb": "end", "by": by, "reason": reason}, business_id, as_json=as_json)


def _order(organisation: int, appeal: int, body: dict[str, Any], business_id: str | None, *, as_json: bool) -> None:
    from cli.appeals.ordering import order

    obey(order, organisation, appeal, body, business_id, as_json=as_json)
