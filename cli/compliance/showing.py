"""``claimflow compliance list`` and ``compliance show``: refused to whoever does not have the role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.connection import reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ReferralNumber = Annotated[int, typer.Argument(metavar="REFERRAL", min=1, help="The referral's number, such as 50012.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_referrals)
    app.command("show")(show_referral)


def list_referrals(
    by: options.By,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not decided.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="REFERRAL", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List referrals, the oldest first."""
    from storage import compliance

    with entering(organisation, by) as session:
        rows = compliance.listed(session, only_open=only_open, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("referral", "suspicion", "claims", "opened on", "due", "state", "decision", "carried out"),
        (
            (
                row["referral"],
                output.words(row["suspicion"]),
                row["claims"],
                row["opened_on"],
                row["due_on"],
                row["state"],
                output.words(row["decision"]),
                row["carried_out"],
            )
            for row in rows
        ),
        empty="no referrals",
    )
    if len(rows) == limit:
        output.say(f"more may follow: --after {rows[-1]['referral']}")


def show_referral(
    referral: ReferralNumber, by: options.By, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show a referral: its claims, its evidence, and what was decided."""
    from storage import compliance

    with entering(organisation, by) as session:
        shown = compliance.shown(session, referral)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Referral {referral}",
        {
            "suspicion": output.words(shown["suspicion"]),
            "state": shown["state"],
            "claims": shown["claims"],
            "opened on": shown["opened_on"],
            "opened by": shown["opened_by"],
            "due on": shown["due_on"],
            "owner": output.words(shown["owner"]),
            "decision": output.words(shown["decision"]),
            "decided by": shown["decided_by"],
            "reason": shown["reason"],
            "carried out": shown["carried_out"],
        },
    )
    console = output.stdout()
    console.print("Evidence", style="bold")
    for one in shown["evidence"]:
        console.print(f"  {one['on'] or ''}  {one['what']}", soft_wrap=True)


@contextmanager
def entering(organisation: int, by: str) -> Iterator[Session]:
    """A transaction of compliance.

    Raises:
        NotCompliance: the person does not have the role.
    """
    from storage import compliance

    with reading(organisation) as session:
        compliance.require_role(session, by)
        yield session
