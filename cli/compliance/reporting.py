"""``claimflow compliance report``: anybody may say that a claim is wrong; nobody is told what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli import options, output
from cli.deciding import Now, on_books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    claim: options.ClaimNumber,
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Report a claim to compliance: it is held for review, and what was said is theirs to read."""
    from activities.cases.desk import Desk
    from activities.compliance.referring import refer
    from domain.coding.audit.finding import Evidence
    from domain.compliance.patterns import Suspected, Suspicion
    from storage import claims

    def work(session: Session, now: Now) -> None:
        claims.get(session, claim)
        desk = Desk.at(session, organisation, now.at)
        reported = Suspected(
            key=f"reported:{claim}:{by}:{desk.today}",
            suspicion=Suspicion.REPORTED,
            claims=(claim,),
            evidence=(Evidence(what=f"{by} reports: {reason}", on=desk.today, claim=claim),),
        )
        refer(desk, reported, by=by)

    on_books(organisation, work)
    if as_json:
        output.print_json({"claim": claim, "held_for_review": True})
    else:
        output.stdout().print(f"claim {claim} is held for review")
