"""``claimflow visits``: what was seen in the practice, and what of it became no claim."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(help="Visits, and those that became no claim.", no_args_is_help=True)


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="SCHEDULE.csv", exists=True, readable=True, dir_okay=False, help="The schedule, one visit a row."
        ),
    ],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take visits in from CSV (columns visit, date, patient, provider npi, type, expected amount in any order).

    A visit imported twice is one; a waiting one takes what the schedule says now. Exit 1 when a row could not be read.
    """
    from edi import schedule
    from edi.errors import EdiError
    from storage import files, visits

    content = file.read_bytes()
    try:
        found = schedule.read(content)
    except EdiError as error:
        raise Negative(f"{file}: {error}") from None

    def work(session: Session, now: Now) -> dict[str, Any]:
        kept = files.receive(session, organisation, file.name, content, now.at)
        if kept.new:
            files.finish(session, kept.id, kind="schedule", state="processed")
        received = visits.receive(session, organisation, found.lines)
        return {
            "new": received.new,
            "changed": received.changed,
            "already": received.already,
            "charged": visits.link(session, by=by.strip(), today=now.today),
            "unknown_accounts": list(received.unknown_accounts),
        }

    done = decided(organisation, by, work)
    refused = [{"row": p.row, "column": p.column, "why": p.message} for p in found.problems]
    if as_json:
        output.print_json({"file": str(file), **done, "refused": refused})
    else:
        for problem in found.problems:
            output.say(f"refused: {file}: {problem}")
        for account in done["unknown_accounts"]:
            output.say(f"warning: {file}: account {account} is not ours: its visits are kept without a patient")
        output.stdout().print(
            f"{output.counted(done['new'], 'visit is', 'visits are')} new, {done['changed']} changed, "
            f"{done['already']} here already; with their charges: {done['charged']}"
        )
    raise typer.Exit(1 if refused else 0)


@app.command("list")
def list_visits(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only visits without charges.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="VISIT", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List visits and what each is worth."""
    from storage import visits

    with reading(organisation) as session:
        rows = visits.listed(session, only_waiting=waiting, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("visit", "id", "date", "type", "provider", "worth", "state", "claim", "by", "reason"),
        (
            (
                row["visit"],
                row["key"],
                row["date"],
                row["type"],
                row["provider_npi"],
                output.money(row["worth_cents"]) if row["worth_cents"] else "not known",
                row["state"],
                row["claim"],
                row["by"],
                row["reason"],
            )
            for row in rows
        ),
        right=("worth",),
        empty="no visits",
    )


@app.command("excuse")
def excuse(
    visit: Annotated[int, typer.Argument(metavar="VISIT", min=1, help="The visit's number.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say why there is nothing to bill for a visit."""
    from storage import visits

    def work(session: Session, now: Now) -> str:
        return visits.excuse(session, visit, by=by.strip(), reason=reason.strip(), today=now.today).key

    key = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json({"visit": visit, "key": key, "state": "excused", "by": by.strip()})
        return
    output.stdout().print(f"visit {visit} ({key}) is excused by {by.strip()}")
