"""The command: findings as a compiler tells them, or one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.scrubbing.finding import Finding


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scrub")(scrub_file)


def scrub_file(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, readable=True, dir_okay=False, help="An 837P or 837I file."),
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="The day it would be sent; today unless said.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Find what is wrong with the claims of an 837P or 837I before they are sent. Exit 1 when there are errors.

    With a stack or DATABASE_URL the loaded tables and the operator's rules are used, else what comes with the product.
    """
    from cli.scrubbing.scrubber import FileScrubber
    from domain.scrubbing.registry import blocks

    data = file.read_bytes()
    with _books(organisation) as (session, today):
        scrubber = FileScrubber(today=values.day(as_of) if as_of else today, session=session)
        found = list(scrubber.scrub(data))
        tables = scrubber.tables_used()
    if not scrubber.claims:
        line = f"{file} holds no 837P or 837I claim that can be read: look with `claimflow x12 check {file}`"
        findings = [_document(claim, finding) for claim, finding in found]
        raise Negative(line, {"claims": 0, "findings": findings, "tables": tables, "error": line})
    if as_json:
        output.print_json(
            {
                "claims": scrubber.claims,
                "findings": [_document(claim, finding) for claim, finding in found],
                "tables": tables,
            }
        )
    else:
        _print(file, scrubber.claims, found, tables)
    raise typer.Exit(1 if blocks(finding for _, finding in found) else 0)


@contextmanager
def _books(organisation: int) -> Iterator[tuple[Session | None, date]]:
    """The books of a stack or of DATABASE_URL; none where there is neither."""
    from cli.connection import find_servers, reading

    if not find_servers().variables.get("DATABASE_URL"):
        yield None, date.today()  # noqa: DTZ011 - a file on somebody's desk: the desk's own day
        return
    from cli.connection import open_books
    from cli.deciding import practice_now

    with open_books() as books:
        today = practice_now(books, organisation).today
    with reading(organisation) as session:
        yield session, today


def _document(claim: str, finding: Finding) -> dict[str, Any]:
    return {
        "claim": claim,
        "line": finding.line,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "place": finding.place,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _print(file: Path, claims: int, found: list[tuple[str, Finding]], tables: list[str]) -> None:
    console = output.stdout()
    counts = {"error": 0, "warning": 0, "note": 0}
    for claim, finding in found:
        counts[finding.severity.value] += 1
        where = f"{file}:{claim}" if claim else str(file)
        line = f":{finding.line}" if finding.line is not None else ""
        place = f" ({finding.place})" if finding.place else ""
        console.print(
            f"{where}{line}: {finding.severity.value}: {finding.message}{place} [{finding.rule}]", soft_wrap=True
        )
        console.print(f"    {finding.remedy}", soft_wrap=True)
    errors, warnings = output.counted(counts["error"], "error"), output.counted(counts["warning"], "warning")
    console.print(f"{output.counted(claims, 'claim')}: {errors}, {warnings}")
    output.say(f"tables: {'; '.join(tables)}")
