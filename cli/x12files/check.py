"""``claimflow x12 check``: every error of a file, with its place."""

from __future__ import annotations

from typing import Any

import typer

from cli import options, output
from cli.x12files.options import X12Path


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(file: X12Path, as_json: options.AsJson = False) -> None:
    """List every error with its code, SNIP level, segment and position. Exit 1 when the file is not valid."""
    from x12.check import check_file

    report = check_file(file.read_bytes())
    if as_json:
        output.print_json(report)
    else:
        _print(str(file), report)
    raise typer.Exit(0 if report["valid"] else 1)


def _print(name: str, report: dict[str, Any]) -> None:
    transactions = report["transactions"]
    places = [("file", error) for error in report["errors"]]
    places += [
        (f"{one['type'] or 'ST'} {one['control_number']}", error) for one in transactions for error in one["errors"]
    ]
    output.print_table(
        "",
        ("where", "severity", "SNIP", "segment", "position", "code", "what"),
        (
            (
                where,
                error["severity"],
                error["snip"],
                error["segment"],
                error["position"],
                error["code"],
                error["message"],
            )
            for where, error in places
        ),
        empty="no errors",
    )
    claims = sum(one["claims"] for one in transactions)
    verdict = "valid" if report["valid"] else "NOT valid"
    output.stdout().print(f"{name} is {verdict}: {len(transactions)} transaction sets, {claims} claims")
