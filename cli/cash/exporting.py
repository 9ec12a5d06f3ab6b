"""``claimflow ledger export``: the ledger as the accountant's system takes it."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import reading

_HEADER = ("date", "account", "debit", "credit", "organisation")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day, as 2026-10-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, as 2026-10-31.")],
    by_day: Annotated[bool, typer.Option("--by-day", help="A row for each account and day, not month.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the CSV there.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Export debits and credits by account as CSV, with a line of totals. Exit 1 when they do not balance."""
    from storage import ledger_export

    begin, end = values.day(first), values.day(last)
    if end < begin:
        raise typer.BadParameter("--to lies before --from")
    with reading(organisation) as session:
        found = ledger_export.export(session, organisation, begin, end, by_day=by_day)
    written = _csv(found)
    if out is not None:
        out.write_text(written, encoding="utf-8", newline="")
    if as_json:
        output.print_json(found | ({"file": str(out)} if out is not None else {}))
    elif out is None:
        sys.stdout.write(written)
    else:
        total = output.money(found["totals"]["debit_cents"])
        output.stdout().print(f"{out}: {output.counted(len(found['rows']), 'row')}, debits and credits of {total}")
    if found["open_from"]:
        output.say(f"days from {found['open_from']} on are not closed: their figures may still grow")
    raise typer.Exit(0 if found["balanced"] else 1)


def _csv(found: dict[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    number = found["organisation"]
    for row in found["rows"]:
        sides = (_amount(row["debit_cents"]), _amount(row["credit_cents"]))
        writer.writerow((row["date"], row["account"], *sides, number))
    sums = found["totals"]
    writer.writerow(("total", "", _amount(sums["debit_cents"]), _amount(sums["credit_cents"]), number))
    return text.getvalue()


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
