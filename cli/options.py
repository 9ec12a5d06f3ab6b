"""Options that many commands share, each spelled once."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.failures import Negative

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]

Organisation = Annotated[
    int,
    typer.Option(
        "--organisation", envvar="CLAIMFLOW_ORGANISATION", min=1, help="Whose books: the organisation's number."
    ),
]


def _who(by: str) -> str:
    if not by.strip():
        raise Negative("--by must name the person who does it: the name is kept")
    return by.strip()


def _why(reason: str) -> str:
    if not reason.strip():
        raise Negative("--reason must say why: it is kept")
    return reason.strip()


By = Annotated[
    str,
    typer.Option(
        "--by", envvar="CLAIMFLOW_USER", metavar="USER", help="The named person who orders it.", callback=_who
    ),
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, in a few words; it is kept.", callback=_why)
]

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most this many, one page.")]

ClaimNumber = Annotated[int, typer.Argument(metavar="CLAIM", min=1, help="The claim's number, such as 10000001.")]
AccountNumber = Annotated[
    int, typer.Argument(metavar="ACCOUNT", min=1, help="The guarantor's account, such as 70000001.")
]
AppointmentNumber = Annotated[
    int, typer.Argument(metavar="APPOINTMENT", min=1, help="The appointment's number: see `claimflow checkin list`.")
]
BusinessId = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="Your own id for this order: repeated, it changes nothing.")
]
