"""``claimflow work``: what people must do, by when."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.connection import reading

app = typer.Typer(help="What people must do, by when.", no_args_is_help=True)


@app.callback()
def _work() -> None:
    """What people must do, by when."""


@app.command("list")
def list_work(
    owner: Annotated[str | None, typer.Option(help="Only what this owner must do, such as biller.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as denial.")] = None,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="ITEM", help="The last item of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List open work items, the most urgent first."""
    from storage import read_models

    with reading(organisation) as session:
        items = read_models.work_list(session, owner=owner, kind=kind, limit=limit, after=after)
    if as_json:
        output.print_json(items)
        return
    output.print_table(
        "",
        ("item", "due", "owner", "kind", "claim", "account", "why", "what to do"),
        (
            (
                item["item"],
                item["due_on"],
                output.words(item["owner"]),
                output.words(item["kind"]),
                item["claim"],
                item["account"],
                item["reason"],
                item["remedy"],
            )
            for item in items
        ),
        empty="nothing to do",
    )
    if len(items) == limit:
        output.say(f"more may follow: --after {items[-1]['item']}")
