"""``claimflow period``: months that are closed, with their totals."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import open_books
from cli.deciding import on_books, practice_now

app = typer.Typer(help="Months that are closed: nothing is dated into them any more.", no_args_is_help=True)


@app.command("close")
def close(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The month, as 2026-10.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Close a month that is over and keep its totals; what belongs to it later is dated into the open month."""
    from storage import periods

    wanted = values.month(month)
    with open_books() as books:
        today = practice_now(books, organisation).today
        with books.system() as session:
            done = periods.close(session, organisation, wanted, by=by, today=today)
    if as_json:
        output.print_json(
            {
                "month": f"{done.month:%Y-%m}",
                "closed_by": done.closed_by,
                "closed_on": done.closed_on.isoformat(),
                "new": done.new,
                **done.totals,
            }
        )
        return
    _print_totals(f"{done.month:%Y-%m}: {output.counted(done.totals['postings'], 'posting')}", done.totals["accounts"])
    before = "" if done.new else " before; nothing was changed"
    output.stdout().print(f"closed by {done.closed_by} on {done.closed_on}{before}")


@app.command("list")
def list_periods(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """List the months since the first posting, the newest first, closed or open."""
    from storage import periods

    rows = on_books(organisation, lambda session, now: periods.listed(session, organisation, now.today))
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("month", "state", "postings", "charges", "to the bank", "closed by", "on"),
        (
            (
                row["month"],
                row["state"],
                row["postings"],
                output.money(_moved(row, "revenue", "credit_cents")),
                output.money(_moved(row, "bank", "debit_cents") - _moved(row, "bank", "credit_cents")),
                row["closed_by"],
                row["closed_on"],
            )
            for row in rows
        ),
        right=("postings", "charges", "to the bank"),
        empty="nothing was posted yet",
    )


def _moved(row: dict[str, Any], account: str, side: str) -> int:
    return int(row["accounts"].get(account, {}).get(side, 0))


def _print_totals(title: str, accounts: dict[str, dict[str, int]]) -> None:
    output.print_table(
        title,
        ("ledger account", "debit", "credit", "balance at the end"),
        (
            (
                output.words(name),
                output.money(sums["debit_cents"]),
                output.money(sums["credit_cents"]),
                output.money(sums["balance_cents"]),
            )
            for name, sums in accounts.items()
        ),
        right=("debit", "credit", "balance at the end"),
        empty=f"{title}",
    )
