"""``claimflow records``: what payers asked for, by when, and the proof that it was sent."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.connection import reading
from cli.failures import Negative
from cli.obeying import obey

app = typer.Typer(help="Requests of payers for records: due, late, sent.", no_args_is_help=True)
RequestNumber = Annotated[int, typer.Argument(metavar="REQUEST", min=1, help="The request's number, such as 50001.")]


@app.command("list")
def list_requests(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not answered.")] = False,
    limit: options.Limit = 50,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List requests for records, the soonest due first."""
    from cli.appeals.records_showing import listed

    with reading(organisation) as session:
        rows = listed(session, only_open=only_open, limit=limit)
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


@app.command("show")
def show(request: RequestNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show a request: who asked, by when by which rule, what belongs to it, and the proof that it was sent."""
    from cli.appeals.records_showing import document

    with reading(organisation) as session:
        shown = document(session, request)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Request {request}",
        {
            "claim": shown["claim"],
            "payer": shown["payer"],
            "asked by": shown["asked_by"],
            "attachment control number": shown["attachment_control_number"],
            "due on": shown["due_on"],
            "rule": shown["due_rule"],
            "state": output.words(shown["decision"] or shown["state"]),
            "owner": output.words(shown["owner"]),
            "proof": shown["proof"],
        },
    )
    output.print_table(
        "", ("item", "what", "need"), ((one["item"], one["what"], one["need"]) for one in shown["checklist"]),
        empty="no checklist",
    )  # fmt: skip


@app.command("sent")
def sent(
    request: RequestNumber,
    proof: Annotated[
        str, typer.Option("--proof", metavar="NUMBER", help="Tracking, fax or portal number that proves it.")
    ],
    by: options.By,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say that the records went out another way than by the mail room, with the proof of it."""
    if not 0 < len(proof.strip()) <= 50:
        raise Negative("--proof must be the tracking, fax or portal number, at most 50 characters")
    _order(organisation, request, {"verb": "sent", "by": by, "check": proof}, business_id, as_json=as_json)


@app.command("close")
def close(
    request: RequestNumber,
    by: options.By,
    reason: options.Reason,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Close a request without sending records, with the reason."""
    _order(organisation, request, {"verb": "reject", "by": by, "reason": reason}, business_id, as_json=as_json)


def _order(organisation: int, request: int, body: dict[str, str], business_id: str | None, *, as_json: bool) -> None:
    from cli.appeals.records_ordering import order

    obey(order, organisation, request, body, business_id, as_json=as_json)
