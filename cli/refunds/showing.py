"""``claimflow refund list`` and ``refund show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CaseNumber = Annotated[int, typer.Argument(metavar="REFUND", min=1, help="The refund case's number, such as 50001.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_refunds)
    app.command("show")(show_refund)


def list_refunds(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="REFUND", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List refund cases, the oldest first."""
    from domain.cases.kinds import REFUND
    from storage import cases

    with reading(organisation) as session:
        rows = cases.listed(session, REFUND, only_open=only_open, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("refund", "to", "amount", "claim", "account", "state", "due", "waits for", "owner"),
        (
            (
                row["refund"],
                whom(row),
                output.money(row["amount_cents"]),
                row["claim"],
                row["account"],
                output.words(row["decision"] or row["state"]),
                row["due_on"],
                row["next_what"],
                output.words(row["owner"]),
            )
            for row in rows
        ),
        right=("amount",),
        empty="no refund cases",
    )
    if len(rows) == limit:
        output.say(f"more may follow: --after {rows[-1]['refund']}")


def show_refund(refund: CaseNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show a refund case: whose money, why, by when by which rule, and what was decided."""
    with reading(organisation) as session:
        shown = document(session, refund)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Refund {refund}",
        {
            "to": whom(shown),
            "amount": output.money(shown["amount_cents"]),
            "why": shown["why"],
            "claim": shown["claim"],
            "account": shown["account"],
            "state": output.words(shown["state"]),
            "found on": shown["opened_on"],
            "due on": shown["due_on"],
            "rule": shown["due_rule"],
            "suspended until": shown["suspended_until"],
            "waits for": shown["next_what"],
            "next date": shown["next_date"],
            "owner": output.words(shown["owner"]),
            "decision": output.words(shown["decision"]),
            "decided by": shown["decided_by"],
            "check": shown["check"],
            "closed on": shown["closed_on"],
        },
    )


def document(session: Session, number: int) -> dict[str, Any]:
    """The case as JSON shows it.

    Raises:
        Negative: no refund case has this number.
    """
    from domain.cases.kinds import REFUND
    from storage import cases

    try:
        row = cases.get(session, number)
    except cases.UnknownCase:
        row = None
    if row is None or row.kind != REFUND:
        raise Negative(f"no refund case has the number {number}: see `claimflow refund list`")
    return cases.document(row)


def whom(shown: dict[str, Any]) -> str:
    """Who is owed."""
    return f"payer {shown['payer']}" if shown["payer"] else "patient"
