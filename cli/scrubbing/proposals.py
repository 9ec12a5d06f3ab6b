"""Rules that denials propose, and a person's decision about each."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import decided

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As `claimflow rules proposed` shows it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("proposed")(proposed)
    app.command("accept")(accept)
    app.command("decline")(decline)


def proposed(
    everything: Annotated[bool, typer.Option("--all", help="Accepted and declined ones too.")] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Show rules that denials propose, with how many there were and what they cost."""
    from storage import learned

    with reading(organisation) as session:
        found = learned.proposals(session, None if everything else "proposed")
    if as_json:
        output.print_json({"proposed": found})
        return
    output.print_table(
        "",
        ("number", "payer", "reason", "when", "denials", "money", "first", "last", "state"),
        (
            (
                one["number"],
                one["payer"],
                one["reason"],
                one["when"],
                one["denials"],
                output.money(one["cents"]),
                one["first_seen"],
                one["last_seen"],
                one["state"],
            )
            for one in found
        ),
        right=("number", "denials", "money"),
        empty="no denial proposes a rule",
    )


def accept(
    number: Number,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Make a proposal one of the operator's rules, under your name."""
    from activities import scrubbing_lessons

    rule = decided(
        organisation,
        by,
        lambda session, now: scrubbing_lessons.accept(
            session, organisation, number, by=by.strip(), reason=reason.strip(), today=now.today
        ),
        reason=reason,
    )
    if as_json:
        output.print_json({"number": number, "state": "accepted", "rule": rule.id})
    else:
        output.stdout().print(f"accepted as rule {rule.id}")


def decline(
    number: Number,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that this rule is not wanted; it is not proposed again."""
    from activities import scrubbing_lessons

    decided(
        organisation,
        by,
        lambda session, now: scrubbing_lessons.decline(
            session, number, by=by.strip(), reason=reason.strip(), today=now.today
        ),
        reason=reason,
    )
    if as_json:
        output.print_json({"number": number, "state": "declined", "rule": None})
    else:
        output.stdout().print(f"proposed rule {number} declined")
