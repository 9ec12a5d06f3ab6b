"""``claimflow audit query``, ``answer`` and ``dismiss``: what a named coder does with a finding. No claim changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.audit.showing import FindingNumber, print_finding
from cli.deciding import on_books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.models import AuditFinding

Documentation = Annotated[
    str,
    typer.Option("--documentation", metavar="WHERE", help="Where the provider documented it, such as the note's date."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("query")(query)
    app.command("answer")(answer)
    app.command("dismiss")(dismiss)


def query(
    finding: FindingNumber, by: options.By, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Put the question to the treating provider: a work item carries it with all its answers."""
    from activities.audit import desk

    _do(organisation, lambda session, today: desk.query(session, finding, by=by, today=today), as_json=as_json)


def answer(
    finding: FindingNumber,
    option: Annotated[int, typer.Option("--option", min=1, metavar="N", help="Which of the answers.")],
    by: options.By,
    words: Annotated[str, typer.Option("--words", metavar="TEXT", help="The provider's own words.")] = "",
    documentation: Documentation = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter what the provider answered. A correction of a claim is ordered apart, with `claimflow claim correct`."""
    from activities.audit import desk

    _do(
        organisation,
        lambda session, today: desk.answer(
            session, finding, by=by, option=option, words=words, documentation=documentation, today=today
        ),
        as_json=as_json,
    )


def dismiss(
    finding: FindingNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say why there is nothing to ask."""
    from activities.audit import desk

    _do(
        organisation,
        lambda session, today: desk.dismiss(session, finding, by=by, reason=reason, today=today),
        as_json=as_json,
    )


def _do(organisation: int, work: Callable[[Session, date], AuditFinding], *, as_json: bool) -> None:
    from storage import audit_findings

    shown = on_books(organisation, lambda session, now: audit_findings.document(work(session, now.today)))
    if as_json:
        output.print_json(shown)
    else:
        print_finding(shown)
