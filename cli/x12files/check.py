"""``claimflow x12 check``: every error of a file, with its place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.x12files.options import X12Path

if TYPE_CHECKING:
    from x12.envelope.model import X12File


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    file: X12Path,
    as_json: options.AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="Findings that are listed; --json always lists all.")] = 200,
) -> None:
    """List every error: its place, what was found and expected, code and SNIP level. Exit 1 when not valid."""
    from edi.code_lists import CODE_LISTS
    from x12.check import check_report
    from x12.reading import read_file

    data = file.read_bytes()
    read = read_file(data, codes=CODE_LISTS)
    if as_json:
        output.print_json(check_report(read))
    else:
        _print(str(file), data, read, limit)
    raise typer.Exit(0 if read.valid else 1)


def _print(name: str, data: bytes, read: X12File, limit: int) -> None:
    from cli.x12files.findings import findings, why_not_x12

    told = output.stdout()
    if not read.interchanges:
        told.print(f"{name} is NOT valid: {why_not_x12(read)}", soft_wrap=True)
        return
    found = findings(data, read)
    for one in found[:limit]:
        for line in one.lines(name):
            told.print(line, soft_wrap=True)
    if len(found) > limit:
        told.print(f"... and {len(found) - limit} more; --limit {len(found)} lists them", soft_wrap=True)
    transactions = list(read.transactions())
    by_severity = Counter(one.error.severity for one in found)
    counted = [
        _counted(by_severity["error"], "error"),
        _counted(by_severity["warning"], "warning"),
        _counted(len(transactions), "transaction set"),
        _counted(sum(one.claim_count for one in transactions), "claim"),
    ]
    told.print(f"{name} is {'valid' if read.valid else 'NOT valid'}: {', '.join(counted)}", soft_wrap=True)


def _counted(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
