"""``claimflow deadlines``: the board of what must be done by when."""

from __future__ import annotations

import typer

from cli import options, output
from cli.deciding import on_books


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("deadlines")(deadlines)


def deadlines(
    limit: options.Limit = 100, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show every deadline that runs, the soonest first: claims to file, appeals, records, refunds, decisions due."""
    from activities.deadlines.board import board

    rows = on_books(
        organisation, lambda session, now: [one.document(now.today) for one in board(session, now.today, limit)]
    )
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("date", "days left", "what", "claim", "number", "payer", "money", "owner", "rule"),
        (
            (
                row["date"],
                row["days_left"],
                row["what"],
                row["claim"],
                row["number"],
                row["payer"],
                output.money(row["money_cents"]),
                output.words(row["owner"]),
                row["rule"],
            )
            for row in rows
        ),
        right=("days left", "money"),
        empty="no deadline runs",
    )
