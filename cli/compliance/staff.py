"""``claimflow compliance grant``: who may see and decide what is held for review."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, output
from cli.deciding import on_books
from cli.failures import Negative


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("grant")(grant)


def grant(
    person: Annotated[str, typer.Argument(metavar="USER", help="As --by names them.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Give a person the compliance role. The first is given by whoever runs the house, others by one who has it."""
    from storage import compliance

    if not person.strip():
        raise Negative("USER must name a person: the role is theirs")
    new = on_books(organisation, lambda session, now: compliance.grant(session, organisation, person, by, now.today))
    if as_json:
        output.print_json({"person": person, "role": compliance.ROLE, "new": new})
    else:
        output.stdout().print(f"{person} {'has' if new else 'had'} the compliance role{'' if new else ' before'}")
