"""``claimflow account rules``: who is bound by which rule, and where it stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.cash import values
from cli.deciding import Now, on_books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.bound_rules import BoundRule

OnDay = Annotated[str | None, typer.Option("--on", metavar="DAY", help="As of which day; today.")]


def register(accounts: typer.Typer) -> None:
    """Add the command to ``claimflow account``."""
    accounts.command("rules")(show_rules)


def show_rules(on: OnDay = None, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show which rules about patients' money hold for an organisation: by law or by choice, their source and file."""
    from storage.bound_rules import bound_rules
    from storage.care_rules import contact_pack_of, pack_of

    day = values.day(on) if on is not None else None

    def work(session: Session, now: Now) -> tuple[dict[str, str], list[BoundRule]]:
        when = day or now.today
        packs = {"care": pack_of(organisation, when), "contact": contact_pack_of(organisation, when)}
        return packs | {"on": when.isoformat()}, bound_rules(session, organisation, when)

    head, found = on_books(organisation, work)
    if as_json:
        output.print_json({"organisation": organisation, **head, "rules": [asdict(one) for one in found]})
        return
    output.print_table(
        f"Organisation {organisation} on {head['on']}: care pack {head['care']}, contact pack {head['contact']}",
        ("rule", "value", "binds by", "who", "source", "file"),
        ((output.words(one.rule), one.value, one.binds, one.who, one.source, one.file) for one in found),
        empty="no rule",
    )
