"""``claimflow x12 ack``: the TA1 and 999 that answer a file, as X12 on stdout."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.failures import Negative
from cli.x12files.options import X12Path


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ack")(ack)


def ack(
    file: X12Path,
    control_number: Annotated[
        int,
        typer.Option(
            min=1, max=999_999_999, help="Control number of the first answer (ISA13, GS06); the next count on."
        ),
    ] = 1,
    at: Annotated[
        datetime | None, typer.Option(help="Date and time of the answer; now by default.", show_default=False)
    ] = None,
) -> None:
    """Write what answers a file on stdout: nothing for one that holds but answers (TA1) itself. Exit 1 when something
    of the file is rejected."""
    from x12 import X12Invalid, acknowledge_file, read_file

    read = read_file(file.read_bytes())
    if not read.interchanges:
        raise Negative(f"{file} holds no interchange (ISA) that could be answered")
    moment = at or datetime.now(UTC)
    try:
        answers = acknowledge_file(read, control_number=control_number, day=moment.date(), moment=moment.time())
    except X12Invalid:
        raise Negative(f"{file}: its ISA is so broken that no answer can be addressed") from None
    if answers:
        sys.stdout.write(b"".join(answers).decode("latin-1") + "\n")
    raise typer.Exit(0 if read.valid else 1)
