"""``claimflow records``: what payers asked for, by when, and the proof that it was sent."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import options, output
from cli.connection import reading

app = typer.Typer(help="Requests of payers for records: due, late, sent.", no_args_is_help=True)


@app.command("list")
def list_requests(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not answered.")] = False,
    limit: options.Limit = 50,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List requests for records, the soonest due first."""
    from sqlalchemy import select

    from domain.cases.kinds import RECORDS
    from storage.models import CaseRow

    statement = select(CaseRow).where(CaseRow.kind == RECORDS)
    if only_open:
        statement = statement.where(CaseRow.state != "closed")
    with reading(organisation) as session:
        found = session.scalars(statement.order_by(CaseRow.due_on, CaseRow.number).limit(limit))
        rows: list[dict[str, Any]] = [
            {
                "request": row.number,
                "claim": row.claim_number,
                "payer": row.details.get("payer_code"),
                "asked_by": row.details.get("asked_by"),
                "attachment_control_number": row.details.get("attachment_control_number"),
                "checklist": row.details.get("checklist", []),
                "state": row.state,
                "due_on": row.due_on.isoformat(),
                "due_rule": row.due_rule,
                "owner": row.owner,
                "decision": row.decision or None,
                "proof": row.details.get("proof"),
                "late": row.details.get("late"),
            }
            for row in found
        ]
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("request", "claim", "payer", "asked by", "attachment", "state", "due", "owner", "proof"),
        (
            (
                row["request"],
                row["claim"],
                row["payer"],
                row["asked_by"],
                row["attachment_control_number"],
                output.words(row["decision"] or row["state"]),
                row["due_on"],
                output.words(row["owner"]),
                row["proof"],
            )
            for row in rows
        ),
        empty="no requests",
    )
