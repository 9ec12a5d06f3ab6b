"""``claimflow remit check``: whether an 835 balances, line by line, claim by claim, and as a whole."""

from __future__ import annotations

from typing import Any

import typer

from cli import options, output
from cli.x12files.options import X12Path


def register(app: typer.Typer) -> None:
    """Add the command under a group of its own."""
    app.command("check")(check)
    app.callback()(_remit)


def _remit() -> None:
    """Remittances (835): do they balance."""


def check(file: X12Path, as_json: options.AsJson = False) -> None:
    """Balance every 835 of a file. Exit 1 when one does not balance, or there is none."""
    from x12.check import check_remittances

    report = check_remittances(file.read_bytes())
    if as_json:
        output.print_json(report)
    else:
        _print(str(file), report)
    raise typer.Exit(0 if report["balanced"] else 1)


def _print(name: str, report: dict[str, Any]) -> None:
    transactions = report["transactions"]
    output.print_table(
        "",
        ("ST", "level", "claim", "expected", "found", "what"),
        (
            (
                one["control_number"],
                problem["level"],
                problem["claim"],
                problem["expected"],
                problem["found"],
                problem["message"],
            )
            for one in transactions
            for problem in one["problems"]
        ),
        right=("expected", "found"),
        empty="no problems" if transactions else "the file holds no 835",
    )
    verdict = "balances" if report["balanced"] else "does NOT balance"
    output.stdout().print(f"{name} {verdict}: {len(transactions)} remittances")
