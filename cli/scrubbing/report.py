"""``claimflow report denials``: how many denials the scrubber could have kept from happening."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.cash import values
from cli.connection import reading

app = typer.Typer(help="Figures of the practice.", no_args_is_help=True)


@app.callback()
def figures() -> None:
    """Figures of the practice."""


@app.command("denials")
def denials(
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Only denials posted from that day on.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Show the share of denials that a look at the claim before sending could have avoided, by count and money."""
    from storage import learned

    day = values.day(since) if since is not None else None
    with reading(organisation) as session:
        found = learned.avoidable_share(session, day)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        "",
        ("payer", "reason", "avoidable", "rule that looks at it", "denials", "money"),
        (
            (one["payer"], one["reason"], one["avoidable"], one["rule"], one["denials"], output.money(one["cents"]))
            for one in found["by_reason"]
        ),
        right=("denials", "money"),
        empty="no denial was looked at yet: the nightly look does it",
    )
    share = found["avoidable_share"] or "none"
    output.stdout().print(
        f"{found['avoidable']} of {found['denials']} denials avoidable (share {share}), "
        f"{output.money(found['avoidable_cents'])} of {output.money(found['denied_cents'])}"
    )
