"""``claimflow medicare register``: for every Medicare denial its one record of examination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.deciding import Now, on_books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_COLUMNS = (
    "record", "claim", "attempt", "line", "payer", "denied for", "refused", "route", "state", "level", "due", "why",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("register")(show_register)
    app.callback()(_group)


def _group() -> None:
    """How Medicare examines each denial."""


def show_register(
    only_open: Annotated[bool, typer.Option("--open", help="Only records that still wait for something.")] = False,
    plans: Annotated[bool, typer.Option("--plans", help="Medicare Advantage denials: they go to plans.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="First enter denials that an earlier release left out.")
    ] = False,
    limit: options.Limit = 200,
    after: Annotated[int | None, typer.Option(min=1, metavar="RECORD", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Show the register, the oldest first. Exit 1 when a posted denial has no record."""
    from activities.appeals import register as records
    from domain.coverage.coverage import PayerKind
    from storage import examinations

    kind = PayerKind.MEDICARE_ADVANTAGE if plans else PayerKind.MEDICARE

    def work(session: Session, now: Now) -> tuple[int, int, list[dict[str, Any]]]:
        entered = records.complete(session, organisation, now.today) if complete else 0
        left_out = len(records.missing(session))
        rows = examinations.listed(session, payer_kind=kind.value, only_open=only_open, limit=limit, after=after)
        return entered, left_out, rows

    entered, left_out, rows = on_books(organisation, work)
    if as_json:
        output.print_json({"records": rows, "entered": entered, "without_record": left_out})
    else:
        output.print_table(
            "",
            _COLUMNS,
            (
                (
                    row["record"],
                    row["claim"],
                    row["attempt"],
                    row["line"] or "whole",
                    row["payer"],
                    ", ".join(row["reasons"]),
                    output.money(row["refused_cents"]),
                    output.words(row["route"]),
                    output.words(row["state"]),
                    row["level"],
                    row["due_on"],
                    row["why"],
                )
                for row in rows
            ),
            right=("refused",),
            empty="no denials",
        )
        if entered:
            output.say(f"{entered} denials of an earlier release were entered")
    if left_out:
        output.say(f"{left_out} posted decisions have a denial without a record: --complete enters them")
        raise typer.Exit(1)
