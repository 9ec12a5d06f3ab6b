"""``claimflow claim timeline``: what happened, when, by whom and why, in a biller's words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from cli import options, output
from cli.connection import reading


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("timeline")(show_timeline)


def show_timeline(
    claim: options.ClaimNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Tell a claim's story; times are those of the practice."""
    from storage import claims, read_models
    from storage.models import Organisation

    with reading(organisation) as session:
        claims.get(session, claim)
        entries = read_models.timeline(session, claim)
        zone = ZoneInfo(session.get_one(Organisation, organisation).time_zone)
    if as_json:
        output.print_json(entries)
        return
    output.print_table(
        f"Claim {claim}",
        ("when", "by", "what", "why"),
        ((local(entry["at"], zone), output.words(entry["by"]), entry["what"], entry["why"]) for entry in entries),
        empty="nothing happened yet",
    )


def local(at: str, zone: ZoneInfo) -> str:
    """A moment as the practice's date and time."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"
