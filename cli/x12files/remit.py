"""``claimflow remit check``: whether an 835 balances, line by line, claim by claim, and as a whole."""

from __future__ import annotations

from typing import Any

import typer

from cli import options, output
from cli.failures import Negative
from cli.x12files.options import X12Path


def register(app: typer.Typer) -> None:
    """Add the command under a group of its own."""
    app.command("check")(check)
    app.callback()(_remit)


def _remit() -> None:
    """Remittances (835): do they balance, what waits of them, who decides it."""


def check(file: X12Path, as_json: options.AsJson = False) -> None:
    """Balance every 835 of a file. Exit 1 when one does not balance, or there is none."""
    from x12.check import check_remittances

    data = file.read_bytes()
    report = check_remittances(data)
    if as_json:
        output.print_json(report)
    elif report["transactions"]:
        _print(str(file), report, _other_faults(data))
    else:
        raise Negative(f"{file} holds no remittance (835) to balance: {_instead(data)}")
    raise typer.Exit(0 if report["balanced"] else 1)


def _other_faults(data: bytes) -> int:
    """Errors that are no imbalance: they keep a set from being posted all the same."""
    from x12.reading import read_file

    balancing = {"line-balance", "claim-balance", "transaction-balance", "payment-negative"}
    errors = [error for error in read_file(data).all_errors() if error.severity == "error"]
    return sum(error.code not in balancing for error in errors)


def _instead(data: bytes) -> str:
    from cli.x12files.findings import why_not_x12
    from x12.reading import read_file

    read = read_file(data)
    if not read.interchanges:
        return why_not_x12(read)
    kinds = sorted({one.kind for one in read.transactions()})
    return f"it holds {', '.join(kinds)}" if kinds else "it holds no transaction set"


def _print(name: str, report: dict[str, Any], faults: int) -> None:
    transactions = report["transactions"]
    told = output.stdout()
    for one in transactions:
        for problem in one["problems"]:
            claim = f", claim {problem['claim']}" if problem["claim"] else ""
            told.print(
                f"{name}: 835 {one['control_number']}{claim}: {problem['level']} does not balance: "
                f"{problem['message']}{_amounts(problem)}",
                soft_wrap=True,
            )
    wrong = sum(not one["balanced"] for one in transactions)
    verdict = "balances" if report["balanced"] else "does NOT balance"
    counted = f"{len(transactions)} remittance{'' if len(transactions) == 1 else 's'}"
    tail = f", {wrong} of them out of balance" if wrong else ""
    told.print(f"{name} {verdict}: {counted}{tail}", soft_wrap=True)
    if faults:
        errors = "1 other error keeps" if faults == 1 else f"{faults} other errors keep"
        told.print(f"{errors} it from being posted: `claimflow x12 check {name}` names them", soft_wrap=True)


def _amounts(problem: dict[str, Any]) -> str:
    return f" (expected {problem['expected']}, found {problem['found']})" if problem["expected"] else ""
